package vzguard.it.simulation;

import java.time.Clock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import vzguard.controller.SteppedController;
import vzguard.controller.fleet.FleetService;
import vzguard.controller.identity.CertificateAuthority;
import vzguard.controller.rollout.Limits;
import vzguard.controller.store.Database;
import vzguard.v1.ControllerMessage;

/** One start of a controller: its real core, whose loop gets a turn whenever something waits for it. */
final class SimulatedController {
    private static final int STANDBY_INTERVAL = 500;
    /** In seconds: the lease of one of several must not run out when nothing is wrong. */
    private static final int WITHIN_A_LEASE = 4;

    private static final int STRETCH = 16;
    private static final CertificateAuthority AUTHORITY = authority();

    private final World world;
    private final SharedStore store;
    private final FleetChecks checks;
    private final String address;
    private final Machine machine;
    private final Threads timers;
    private final SteppedController parts;
    private final Consumer<SimulatedController> onDeath;
    private boolean turns;
    private boolean planned;
    private boolean alone = true;

    SimulatedController(
            World world,
            SharedStore store,
            FleetChecks checks,
            String address,
            Limits limits,
            LongSupplier clockOffset,
            Consumer<SimulatedController> onDeath) {
        this.world = world;
        this.store = store;
        this.checks = checks;
        this.address = address;
        this.onDeath = onDeath;
        this.machine = new Machine(world, address, clockOffset);
        this.timers = new Threads(machine, "timers", 1, store.isShared() ? WITHIN_A_LEASE : STRETCH);
        Database database = store.open(this);
        this.parts = new SteppedController(
                database, limits, machine.clock(), timers, AUTHORITY, reason -> dies("of " + reason.getMessage()));
    }

    private static CertificateAuthority authority() {
        return Scratch.use(folder -> CertificateAuthority.open(folder.resolve("ca"), Clock.systemUTC()));
    }

    /** Acts, or stands by and asks again. */
    void start() {
        machine.after(1, "starts", this::apply);
    }

    private void apply() {
        try {
            boolean acts = parts.tryToAct(address, loaded -> {
                checks.loaded(this);
                return true;
            });
            if (!acts) {
                machine.after(
                        STANDBY_INTERVAL + world.random.nextInt(STANDBY_INTERVAL * 6),
                        "asks for its turn",
                        this::apply);
            }
        } catch (RuntimeException e) {
            dies("of " + e.getMessage());
        }
    }

    /** Gives the loop a turn soon, if it waits for one. */
    void poke() {
        if (!planned
                && !turns
                && machine.isAlive()
                && parts.acts()
                && parts.loop().waiting() > 0) {
            planned = true;
            machine.after(world.random.nextInt(15), "a turn", this::turn);
        }
    }

    private void turn() {
        planned = false;
        if (turns) {
            return;
        }
        turns = true;
        try {
            int most = world.chance(3) ? 1 + world.random.nextInt(12) : 1;
            alone = most == 1;
            checks.before(this);
            boolean unused = parts.loop().turn(most);
        } finally {
            turns = false;
        }
    }

    /** The transaction is durable; its effects come after this. */
    void committed(boolean wrote) {
        if (turns) {
            checks.committed(this, wrote, alone);
        }
    }

    /** What goes out to an agent. */
    void sends(String hostId, ControllerMessage message) {
        checks.sends(this, hostId, message);
    }

    void dies(String why) {
        if (machine.isAlive()) {
            machine.die(why);
            timers.shutdown();
            store.died(this);
            onDeath.accept(this);
        }
    }

    boolean acts() {
        return machine.isAlive() && parts.acts();
    }

    FleetService fleet() {
        return parts.fleet();
    }

    SteppedController parts() {
        return parts;
    }

    Machine machine() {
        return machine;
    }

    String address() {
        return address;
    }

    @Override
    public String toString() {
        return address;
    }
}
