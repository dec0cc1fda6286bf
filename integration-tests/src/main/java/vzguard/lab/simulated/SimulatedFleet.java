package vzguard.lab.simulated;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.lab.model.FleetSeed;
import vzguard.lab.model.Generation;
import vzguard.values.Ctid;

/** A whole fleet in memory, booted, with the trouble that {@link FleetSeed} puts into it. */
public final class SimulatedFleet {
    private final SimulatedNetwork network = new SimulatedNetwork();
    private final List<SimulatedHost> hosts = new ArrayList<>();
    private final int ves;
    private final Clock time;
    private final Generation generation;

    private SimulatedFleet(int ves, Clock time, Generation generation) {
        this.ves = ves;
        this.time = time;
        this.generation = generation;
    }

    /**
     * Makes hosts hn1 to hnN and boots them, each with VEs from 101 on. Always at the same time of the same day.
     *
     * @throws IllegalArgumentException for less than one host or less than no VE
     */
    public static SimulatedFleet boot(int hosts, int ves) {
        return boot(hosts, ves, SimulatedHost.SAME_OLD_DAY);
    }

    /**
     * As {@link #boot(int, int)}, at another time.
     *
     * @param time what the hosts' own clocks follow; see {@link SimulatedClock}
     */
    public static SimulatedFleet boot(int hosts, int ves, Clock time) {
        return boot(hosts, ves, time, Generation.OBSERVED);
    }

    /** As {@link #boot(int, int)}, of another generation. */
    public static SimulatedFleet boot(int hosts, int ves, Generation generation) {
        return boot(hosts, ves, SimulatedHost.SAME_OLD_DAY, generation);
    }

    /** As {@link #boot(int, int, Clock)}, of another generation. */
    public static SimulatedFleet boot(int hosts, int ves, Clock time, Generation generation) {
        if (hosts < 1 || ves < 0) {
            throw new IllegalArgumentException("a fleet has a host at least, and 0 VEs per host or more");
        }
        SimulatedFleet fleet = new SimulatedFleet(ves, time, generation);
        for (int number = 1; number <= hosts; number++) {
            fleet.hosts.add(fleet.host(number));
        }
        return fleet;
    }

    private SimulatedHost host(int number) {
        SimulatedHost host = new SimulatedHost(FleetSeed.hostName(number), network, time, generation);
        FleetSeed.hostAddresses(number).forEach(address -> network.addHost(address, host));
        List<Ctid> ctids = FleetSeed.ctids(ves, generation);
        for (int ve = 1; ve <= ves; ve++) {
            Ctid ctid = ctids.get(ve - 1);
            host.createVe(ctid);
            FleetSeed.veAddresses(number, ve).forEach(address -> network.addVe(address, host, ctid));
        }
        FleetSeed.files(number, ves, generation).forEach(host::write);
        FleetSeed.configLinks(ves, generation).forEach(host::link);
        host.boot();
        FleetSeed.disabledThoughRunning(number, ves, generation).ifPresent(ctid -> startByForce(host, ctid));
        return host;
    }

    private static void startByForce(SimulatedHost host, Ctid ctid) {
        CommandResult result = host.run(Command.of("vzctl", "start", ctid.text(), "--force"));
        if (!result.succeeded()) {
            throw new IllegalStateException(host.name() + ": vzctl start --force: " + result.explain());
        }
    }

    public Generation generation() {
        return generation;
    }

    public SimulatedNetwork network() {
        return network;
    }

    /** In the order of their numbers. */
    public List<SimulatedHost> hosts() {
        return List.copyOf(hosts);
    }

    /**
     * A host by its name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public SimulatedHost host(String name) {
        return hosts.stream()
                .filter(host -> host.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no host " + name));
    }
}
