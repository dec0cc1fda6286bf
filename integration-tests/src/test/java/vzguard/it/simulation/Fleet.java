package vzguard.it.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import vzguard.controller.rollout.Limits;

/** All that there is in one simulation: hosts and agents, controllers, the store and the network, put together by a seed. */
final class Fleet {
    private static final int ENROL_AGAIN = 4000;

    final World world;
    final List<String> violations = new ArrayList<>();
    final Ledger ledger;
    final Network network;
    final SharedStore store;
    final FleetChecks checks;
    final SimulatedOperator operator;
    final List<SimulatedAgent> agents = new ArrayList<>();
    private final List<SimulatedController> controllers = new ArrayList<>();
    private final List<HostModel> hosts = new ArrayList<>();
    private final List<Long> offsets = new ArrayList<>();
    private final Limits limits;
    private boolean calm;

    Fleet(long seed, boolean traced) {
        this.world = new World(seed, traced);
        int perHost = 1 + world.random.nextInt(2);
        int total = 1 + world.random.nextInt(3);
        int nodes = world.random.nextInt(3) == 0 ? 2 : 1;
        this.limits = new Limits(
                1 + world.random.nextInt(3), Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ofSeconds(30));
        this.ledger = new Ledger(violations, perHost, total);
        this.network = new Network(world, violations);
        this.store = new SharedStore(world, nodes > 1);
        this.checks = new FleetChecks(world, store, ledger, hosts);
        this.operator = new SimulatedOperator(world, this, ledger, perHost, total);
        List<String> addresses = new ArrayList<>();
        for (int node = 1; node <= nodes; node++) {
            addresses.add("c" + node + ":7443");
            offsets.add(0L);
        }
        int failPercent = world.random.nextInt(3) == 0 ? 0 : world.random.nextInt(30);
        int number = 1 + world.random.nextInt(5);
        for (int host = 1; host <= number; host++) {
            agents.add(agent(host, addresses, failPercent));
        }
        for (String address : addresses) {
            start(address);
        }
        world.afterEachStep(() -> controllers.forEach(SimulatedController::poke));
    }

    private SimulatedAgent agent(int number, List<String> addresses, int failPercent) {
        List<SimulatedAgent> own = new ArrayList<>();
        HostModel host = new HostModel(
                world, "id" + number, "hn" + number, () -> own.get(0).clock());
        SimulatedAgent agent = new SimulatedAgent(world, network, ledger, host, addresses, failPercent);
        own.add(agent);
        hosts.add(host);
        int ves = 1 + world.random.nextInt(5);
        for (int ve = 0; ve < ves; ve++) {
            Ve made = host.create(Integer.toString(101 + world.random.nextInt(6)));
            if (!world.chance(6)) {
                boolean shared = made.shared;
                host.start(made);
                made.shared = shared;
            }
        }
        return agent;
    }

    private void start(String address) {
        int node = address.charAt(1) - '1';
        SimulatedController controller =
                new SimulatedController(world, store, checks, address, limits, () -> offsets.get(node), this::died);
        controllers.add(controller);
        network.listen(address, controller);
        controller.start();
    }

    private void died(SimulatedController controller) {
        controllers.remove(controller);
        network.died(controller);
        world.after(
                200 + world.random.nextInt(calm ? 500 : 20_000),
                controller.address() + " starts again",
                () -> start(controller.address()));
    }

    /** The one that acts and runs, if there is one. */
    @Nullable
    SimulatedController acting() {
        List<SimulatedController> acting =
                controllers.stream().filter(SimulatedController::acts).toList();
        return acting.isEmpty() ? null : acting.get(world.random.nextInt(acting.size()));
    }

    List<SimulatedController> controllers() {
        return controllers;
    }

    void jumpControllerClock(int node, long millis) {
        offsets.set(node, offsets.get(node) + millis);
    }

    int nodes() {
        return offsets.size();
    }

    List<HostModel> hosts() {
        return hosts;
    }

    /** Every host gets its place in the database, as its enrolment would give it. */
    void enrol() {
        while (acting() == null) {
            if (!world.step(Long.MAX_VALUE)) {
                throw new IllegalStateException("nobody acts");
            }
        }
        for (SimulatedAgent agent : agents) {
            enrol(agent);
        }
    }

    private void enrol(SimulatedAgent agent) {
        SimulatedController controller = acting();
        if (controller == null) {
            world.after(ENROL_AGAIN, "enrolment again", () -> enrol(agent));
            return;
        }
        controller
                .parts()
                .loop()
                .submit(transaction -> {
                    if (controller.parts().hosts().byId(agent.host.id).isEmpty()) {
                        controller
                                .parts()
                                .hosts()
                                .enrol(
                                        transaction.sql(),
                                        agent.host.id,
                                        agent.host.name,
                                        Map.of(),
                                        controller.machine().clock().instant());
                    }
                    return true;
                })
                .thenAccept(done -> agent.start());
        world.after(ENROL_AGAIN, "enrolment again, if need be", () -> {
            if (!agent.wasStarted()) {
                enrol(agent);
            }
        });
    }

    /** From now on nothing goes wrong any more. */
    void calm() {
        calm = true;
        world.say(() -> "--- from here on nothing goes wrong");
        network.calm();
        store.calm();
        agents.forEach(SimulatedAgent::calm);
    }
}
