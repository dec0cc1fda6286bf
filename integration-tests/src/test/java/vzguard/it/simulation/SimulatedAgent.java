package vzguard.it.simulation;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import vzguard.agent.journal.Journal;
import vzguard.agent.link.ControllerLink;
import vzguard.agent.link.LinkSettings;
import vzguard.agent.link.LinkThreads;
import vzguard.it.simulation.disk.Disk;

/** One host's agent through all of its starts: the real link, job desk, books and journal, on a disk that outlives them. */
final class SimulatedAgent {
    private static final Duration SWEEP = Duration.ofSeconds(60);
    private static final int WORKERS = 6;
    private static final int STRETCH = 16;

    final HostModel host;
    final Disk disk;
    private final World world;
    private final Network network;
    private final Ledger ledger;
    private final List<String> controllers;
    private final int failPercent;
    private Machine machine;
    private boolean calm;
    private long clockOffset;
    private int deathsInWrites;
    private int starts;

    SimulatedAgent(
            World world, Network network, Ledger ledger, HostModel host, List<String> controllers, int failPercent) {
        this.world = world;
        this.network = network;
        this.ledger = ledger;
        this.host = host;
        this.controllers = controllers;
        this.failPercent = failPercent;
        this.machine = new Machine(world, host.name, () -> clockOffset);
        this.disk = new Disk(world.random.split(), world::now, this::beforeWrite);
        machine.die("before its first start");
    }

    private void beforeWrite() {
        machine.goOn();
        if (!calm && world.chance(900)) {
            deathsInWrites++;
            crash(world.random.nextInt(3) == 0);
            machine.goOn();
        }
    }

    void calm() {
        calm = true;
        disk.fill(false);
    }

    void jumpClock(long millis) {
        clockOffset += millis;
    }

    long clock() {
        return world.trueTime().toEpochMilli() + clockOffset;
    }

    boolean isUp() {
        return machine.isAlive();
    }

    boolean wasStarted() {
        return starts > 0;
    }

    Machine machine() {
        return machine;
    }

    /** @param power is lost too: the host starts anew, and what was not on its disk is gone */
    void crash(boolean power) {
        if (!machine.isAlive()) {
            return;
        }
        machine.die(power ? "with its host" : "alone");
        network.died(machine);
        if (power) {
            disk.losePower();
            host.reboot();
        }
        world.after(500 + world.random.nextInt(calm ? 1000 : 40_000), host.name + " starts again", this::start);
    }

    /** In the middle of a restart of a VE, at times with the whole host. */
    private void dieSoon(Machine started) {
        if (!calm && world.chance(8)) {
            boolean power = world.random.nextBoolean();
            started.after(world.random.nextInt(3000), "a bad moment", () -> crash(power));
        }
    }

    void start() {
        if (machine.isAlive()) {
            return;
        }
        Machine started = new Machine(world, host.name, () -> clockOffset);
        machine = started;
        starts++;
        // A thread of its own: what dies while it starts is only this process.
        started.after(0, "starts", () -> begin(started));
    }

    private void begin(Machine started) {
        try {
            Path state = disk.path("/var/lib/vzguard/agent");
            Journal journal = Journal.open(state);
            List<ControllerLink> own = new ArrayList<>();
            ModelJobs jobs = new ModelJobs(
                    host,
                    started,
                    journal,
                    ledger,
                    () -> own.get(0).sweepSoon(),
                    () -> calm ? 0 : failPercent,
                    () -> dieSoon(started));
            ControllerLink link = new ControllerLink(
                    new LinkSettings(controllers, host.name, Map.of(), state, "simulated", "boot " + host.boots),
                    SWEEP,
                    Optional.empty(),
                    host::sections,
                    Optional::empty,
                    started.clock(),
                    new Random(world.random.nextLong()),
                    LinkThreads.of(
                            new Threads(started, "link", 1, STRETCH),
                            new Threads(started, "sweep", 1, 1),
                            new Threads(started, "job", WORKERS, 1)),
                    controller -> network.dial(started, host.id, controller));
            own.add(link);
            link.start(jobs);
            ledger.require(journal.problems().isEmpty(), () -> host.name + ": " + journal.problems());
        } catch (IOException e) {
            world.say(() -> host.name + " cannot start: " + e.getMessage());
            started.die("of " + e.getMessage());
            world.after(5000, host.name + " starts again", this::start);
        }
    }

    int deathsInWrites() {
        return deathsInWrites;
    }
}
