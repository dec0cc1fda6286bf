package vzguard.lab.simulated;

import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import vzguard.lab.model.Generation;
import vzguard.lab.model.NetfilterRights;
import vzguard.lab.model.VeStart;
import vzguard.lab.model.VeState;
import vzguard.lab.simulated.netfilter.KernelTime;
import vzguard.lab.simulated.netfilter.Netfilter;
import vzguard.values.Ctid;

/** One run of a VE, from its start to its end. Safe for several threads. */
final class SimulatedVe {
    private static final int USUAL_PROCESSES = 7;

    private final Ctid ctid;
    private final VeStart start;
    private final long startedAt;
    private final SimulatedClock clock;
    private final Netfilter netfilter;
    private final SortedSet<Integer> ports = new ConcurrentSkipListSet<>();
    private volatile NetfilterRights rights = NetfilterRights.NONE;
    private volatile String hostname;
    private volatile boolean networkUp = true;
    private volatile long downAt = Long.MAX_VALUE;

    /** @param autoload what the kernel does when this VE's iptables asks for a module */
    SimulatedVe(
            Ctid ctid,
            VeStart start,
            SimulatedClock clock,
            KernelTime kernelTime,
            Generation generation,
            Consumer<String> autoload) {
        this.ctid = ctid;
        this.start = start;
        this.hostname = start.hostname().orElse("localhost");
        this.clock = clock;
        this.startedAt = clock.millis();
        this.netfilter = new Netfilter(() -> rights, autoload, kernelTime, generation);
        start.mostRules().ifPresent(netfilter::limitRules);
        ports.add(SimulatedNetwork.SSH);
    }

    Ctid ctid() {
        return ctid;
    }

    VeStart start() {
        return start;
    }

    long startedAt() {
        return startedAt;
    }

    Netfilter netfilter() {
        return netfilter;
    }

    void setRights(NetfilterRights fresh) {
        rights = fresh;
    }

    String hostname() {
        return hostname;
    }

    void setHostname(String name) {
        hostname = name;
    }

    /** Ports on which something listens. */
    SortedSet<Integer> ports() {
        return new TreeSet<>(ports);
    }

    boolean networkUp() {
        return networkUp;
    }

    void networkFailed() {
        networkUp = false;
    }

    /** Init ends at this time of the host's clock. */
    void endAt(long millis) {
        downAt = Math.min(downAt, millis);
    }

    VeState state() {
        if (clock.millis() >= downAt) {
            return VeState.DOWN;
        }
        return downAt == Long.MAX_VALUE ? VeState.RUNNING : VeState.ENDING;
    }

    int processes() {
        return state() == VeState.DOWN ? 0 : USUAL_PROCESSES;
    }
}
