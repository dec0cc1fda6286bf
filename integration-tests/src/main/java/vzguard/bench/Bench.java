package vzguard.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import vzguard.lab.real.LabException;
import vzguard.v1.FleetStatus;
import vzguard.v1.ListVesRequest;
import vzguard.v1.RolloutView;

/**
 * One run for one size of fleet: the bare loop, then the controller through a day of its life, then the bare loop again. Both are
 * processes of their own, one after the other, under the same load from this one.
 */
final class Bench {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int PUSH_BYTES = 1024;
    private static final int ROUNDS = 5;
    private static final int QUESTIONS = 20;
    private static final String HOSTS = policy("hosts", "host", "{canary: 0, waves: [100%]}");
    private static final String VES = policy("ves", "ve", "{canary: 1, waves: [10%, 100%], soak: 0s}");

    private final Path controllerJar;
    private final Path folder;
    private final int agents;
    private final int ves;
    private final Duration idle;
    private final Consumer<String> progress;
    private final List<Figure> figures = new ArrayList<>();
    private final String address;
    private final int port;

    /** What the bare loop needs for the same; of two runs the mean. */
    private record Raw(
            double connectSeconds,
            double connectCpu,
            double residentMib,
            double heapKib,
            double idle,
            List<Double> push,
            double pushCpu) {}

    /**
     * @param controllerJar the shaded one
     * @param folder empty, in memory at best: the agents' job books are many small files
     * @param ves on each host
     * @param idle how long a server is watched to which nothing happens
     */
    Bench(Path controllerJar, Path folder, int agents, int ves, Duration idle, Consumer<String> progress) {
        this.controllerJar = controllerJar;
        this.folder = folder;
        this.agents = agents;
        this.ves = ves;
        this.idle = idle;
        this.progress = progress;
        this.port = freePort();
        this.address = "127.0.0.1:" + port;
    }

    private static String policy(String name, String placement, String rollout) {
        return """
                apiVersion: vzguard/v1
                kind: Policy
                metadata: {name: %s}
                spec:
                  selector: {hosts: "*"}
                  sshGuard: {placement: [%s], allow: [192.0.2.0/24]}
                  rollout: %s
                """.formatted(name, placement, rollout);
    }

    List<Figure> run() {
        HollowFleet fleet = new HollowFleet(folder.resolve("agents"), address, agents, ves);
        OperatorSeat operator;
        try (ServerProcess controller = startController()) {
            operator = logIn();
            enrol(fleet, controller, operator);
        }
        Raw before = raw(fleet);
        try (operator;
                fleet) {
            product(fleet, operator);
        }
        Raw after = raw(fleet);
        compare(before, after);
        return List.copyOf(figures);
    }

    private void enrol(HollowFleet fleet, ServerProcess controller, OperatorSeat operator) {
        progress.accept("enrolling " + agents + " hosts");
        Stopwatch watch = new Stopwatch(controller);
        fleet.enrol(operator.agentToken());
        add(Figure.of("enrol a host, controller CPU", "ms", watch.cpu().toNanos() / 1e6 / agents));
    }

    private void product(HollowFleet fleet, OperatorSeat operator) {
        try (ServerProcess first = startController()) {
            Memory empty = Memory.of(first);
            progress.accept("connecting " + agents + " agents");
            Stopwatch connecting = new Stopwatch(first);
            fleet.start();
            awaitAll(operator);
            add(Figure.of("connect all, reported", "s", connecting.seconds()));
            add(Figure.of(
                    "connect, controller CPU an agent", "ms", connecting.cpu().toNanos() / 1e6 / agents));
            Memory full = Memory.of(first);
            add(Figure.of("live heap an agent", "KiB", (full.heapKib() - empty.heapKib()) / agents));
            add(Figure.of("resident memory", "MiB", full.residentKib() / 1024));
            idle(first);
            questions(operator);
            rollouts(first, operator);
            progress.accept("kill -9 of the controller");
            first.kill();
            try (ServerProcess second = startController()) {
                comeBack(second, operator);
            }
        }
    }

    private void idle(ServerProcess controller) {
        progress.accept("idle for " + idle.toSeconds() + " s");
        Stopwatch watch = new Stopwatch(controller);
        LockSupport.parkNanos(idle.toNanos());
        add(Figure.of("idle, share of a core", "%", 100 * watch.cpu().toNanos() / 1e9 / watch.seconds()));
    }

    private void questions(OperatorSeat operator) {
        progress.accept("questions of an operator");
        add(Figure.of("status", "ms", slowest(operator::status)).atMost(200));
        add(Figure.of(
                        "a page of 500 VEs",
                        "ms",
                        slowest(() -> operator.api()
                                .listVes(ListVesRequest.newBuilder()
                                        .setPageSize(500)
                                        .build())))
                .atMost(100));
        add(Figure.of("policy stored, targets counted", "ms", slowest(() -> operator.apply(HOSTS)))
                .atMost(200));
    }

    private void rollouts(ServerProcess controller, OperatorSeat operator) {
        progress.accept("a guard for all " + agents + " hosts in one wave");
        roll("guard of all hosts", controller, operator, "hosts");
        operator.apply(VES);
        progress.accept("a guard for all " + agents * ves + " VEs in waves");
        roll("guard of all VEs", controller, operator, "ves");
    }

    private void comeBack(ServerProcess controller, OperatorSeat operator) {
        Stopwatch watch = new Stopwatch(controller);
        awaitAll(operator);
        add(Figure.of("all back after kill -9", "s", watch.seconds()));
        add(Figure.of("back, controller CPU an agent", "ms", watch.cpu().toNanos() / 1e6 / agents)
                .atMost(2));
        progress.accept("no-op jobs to all hosts");
        RolloutView fresh = operator.rollOut("hosts");
        List<Double> warm = new ArrayList<>();
        Stopwatch jobs = new Stopwatch(controller);
        for (int round = 0; round < ROUNDS; round++) {
            warm.add(seconds(operator.rollOut("hosts")));
        }
        double cpu = jobs.cpu().toNanos() / 1e3 / agents / ROUNDS;
        double median = Figure.median(warm);
        add(Figure.of("no-op job to all, durable", "s", median));
        add(Figure.of("no-op job, controller CPU each", "us", cpu));
        add(Figure.of("first no-op job to all", "s", seconds(fresh))
                .besideRaw(median)
                .atMostTimes(2));
    }

    private void roll(String name, ServerProcess controller, OperatorSeat operator, String policy) {
        Stopwatch watch = new Stopwatch(controller);
        RolloutView end = operator.rollOut(policy);
        add(Figure.of(name, "s", watch.seconds()));
        add(Figure.of(name + ", CPU each", "us", watch.cpu().toNanos() / 1e3 / end.getTargets()));
    }

    private static double seconds(RolloutView rollout) {
        long nanos = Duration.ofSeconds(rollout.getEndedAt().getSeconds()
                        - rollout.getStartedAt().getSeconds())
                .plusNanos(
                        rollout.getEndedAt().getNanos() - rollout.getStartedAt().getNanos())
                .toNanos();
        return nanos / 1e9;
    }

    /** But for the very first, which a JVM answers while it loads classes. */
    private static double slowest(Runnable question) {
        question.run();
        double slowest = 0;
        for (int round = 0; round < QUESTIONS; round++) {
            long begin = System.nanoTime();
            question.run();
            slowest = Math.max(slowest, (System.nanoTime() - begin) / 1e6);
        }
        return slowest;
    }

    private void awaitAll(OperatorSeat operator) {
        operator.await("not all agents connected and reported", PATIENCE, this::isWhole);
    }

    private boolean isWhole(FleetStatus status) {
        return status.getHostsConnected() == agents && status.getVesRunning() == agents * ves;
    }

    private Raw raw(HollowFleet fleet) {
        progress.accept("the bare loop with " + agents + " streams");
        Path authority = folder.resolve("controller").resolve("ca");
        try (ServerProcess server = ServerProcess.start(
                        List.of(
                                "-cp",
                                System.getProperty("java.class.path"),
                                RawServer.class.getName(),
                                Integer.toString(port),
                                authority.toString()),
                        folder.resolve("raw.log"));
                RawFleet raw = new RawFleet(address)) {
            awaitPort(server);
            Memory empty = Memory.of(server);
            Stopwatch connecting = new Stopwatch(server);
            raw.connect(fleet.identities());
            double connect = connecting.seconds();
            double connectCpu = connecting.cpu().toNanos() / 1e6 / agents;
            Memory full = Memory.of(server);
            Stopwatch idling = new Stopwatch(server);
            LockSupport.parkNanos(idle.toNanos() / 2);
            double share = 100 * idling.cpu().toNanos() / 1e9 / idling.seconds();
            var unused = raw.push(PUSH_BYTES);
            List<Double> push = new ArrayList<>();
            Stopwatch pushing = new Stopwatch(server);
            for (int round = 0; round < ROUNDS; round++) {
                push.add(raw.push(PUSH_BYTES).toNanos() / 1e9);
            }
            double pushCpu = pushing.cpu().toNanos() / 1e3 / agents / ROUNDS;
            return new Raw(
                    connect,
                    connectCpu,
                    full.residentKib() / 1024,
                    (full.heapKib() - empty.heapKib()) / agents,
                    share,
                    push,
                    pushCpu);
        }
    }

    private void compare(Raw before, Raw after) {
        List<Double> push = new ArrayList<>(before.push());
        push.addAll(after.push());
        double connect = (before.connectSeconds() + after.connectSeconds()) / 2;
        beside("connect all, reported", connect, 2);
        beside("all back after kill -9", connect, 2);
        double connectCpu = (before.connectCpu() + after.connectCpu()) / 2;
        figures.replaceAll(figure -> figure.name().endsWith("connect, controller CPU an agent")
                        || figure.name().equals("back, controller CPU an agent")
                ? figure.besideRaw(connectCpu)
                : figure);
        beside("live heap an agent", (before.heapKib() + after.heapKib()) / 2, 2.5);
        beside("resident memory", (before.residentMib() + after.residentMib()) / 2, 1.6);
        beside("idle, share of a core", (before.idle() + after.idle()) / 2, 2);
        beside("no-op job to all, durable", Figure.median(push), 3);
        beside("no-op job, controller CPU each", (before.pushCpu() + after.pushCpu()) / 2, 4);
    }

    private void beside(String name, double raw, double most) {
        figures.replaceAll(
                figure -> figure.name().equals(name) ? figure.besideRaw(raw).atMostTimes(most) : figure);
    }

    private void add(Figure figure) {
        figures.add(figure);
    }

    private ServerProcess startController() {
        ServerProcess controller = ServerProcess.start(
                List.of(
                        "-jar",
                        controllerJar.toString(),
                        "run",
                        "--state",
                        folder.resolve("controller").toString(),
                        "--listen",
                        address),
                folder.resolve("controller.log"));
        awaitPort(controller);
        return controller;
    }

    private OperatorSeat logIn() {
        try {
            return OperatorSeat.logIn(
                    address,
                    Files.readString(folder.resolve("controller").resolve("operator.token"))
                            .strip());
        } catch (IOException e) {
            throw new LabException("the controller left no token: " + e.getMessage(), e);
        }
    }

    private void awaitPort(ServerProcess server) {
        long begin = System.nanoTime();
        while (!isListening()) {
            if (!server.isAlive() || System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new LabException("the server did not begin to listen; see the logs in " + folder);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private boolean isListening() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new LabException("no port is free: " + e.getMessage(), e);
        }
    }
}
