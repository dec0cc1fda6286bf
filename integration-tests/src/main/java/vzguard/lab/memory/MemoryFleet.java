package vzguard.lab.memory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import vzguard.agent.Agent;
import vzguard.agent.AgentSettings;
import vzguard.controller.Controller;
import vzguard.controller.ControllerSettings;
import vzguard.controller.rollout.Limits;
import vzguard.lab.real.LabException;
import vzguard.lab.real.LabSpec;
import vzguard.lab.simulated.SimulatedFleet;
import vzguard.lab.simulated.SimulatedHost;

/**
 * A fleet in this process: hosts, VEs, netfilter and packets are simulated; controller, agents, and their mutual TLS over loopback
 * are real. The hosts' clocks follow the machine's. Safe for several threads.
 */
final class MemoryFleet implements AutoCloseable {
    private static final Duration SHORTEST_SWEEP = Duration.ofSeconds(2);
    private static final Duration SWEEP_PER_VE = Duration.ofMillis(30);
    private static final Duration RECONNECT = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(50).toNanos();

    private final LabSpec spec;
    private final Path folder;
    private final SimulatedFleet hosts;
    private final Controller controller;
    private final Map<String, Agent> agents = new ConcurrentHashMap<>();

    private MemoryFleet(LabSpec spec, Path folder, SimulatedFleet hosts, Controller controller) {
        this.spec = spec;
        this.folder = folder;
        this.hosts = hosts;
        this.controller = controller;
    }

    /**
     * Starts everything and waits until every agent has reported its VEs.
     *
     * @param folder for what controller and agents keep
     * @param configuration where the CLI context is written to
     */
    static MemoryFleet start(LabSpec spec, Path folder, Path configuration, Consumer<String> progress)
            throws IOException {
        SimulatedFleet hosts = SimulatedFleet.boot(spec.hosts(), spec.ves(), Clock.systemUTC(), spec.generation());
        progress.accept("hosts and VEs are booted");
        Path state = folder.resolve("controller");
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Controller controller = Controller.start(
                new ControllerSettings(state, loopback, List.of(), RECONNECT, sweep(spec), Limits.standard()),
                Clock.systemUTC());
        MemoryFleet fleet = new MemoryFleet(spec, folder, hosts, controller);
        progress.accept("controller on " + fleet.address());
        OperatorSeat operator = new OperatorSeat(spec.name(), configuration);
        operator.logIn(fleet.address(), state.resolve("operator.token"));
        Files.createFile(
                fleet.token(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fleet.token(), operator.agentToken(spec.hosts()) + "\n");
        // One after the other: all agents share this process, and each looks around as soon as it is started.
        for (SimulatedHost host : hosts.hosts()) {
            Agent agent = fleet.startAgent(host);
            await("the agent of " + host.name() + " did not connect", agent::isConnected);
            int known = fleet.agents.size() * spec.ves();
            await("not all of " + known + " VEs were reported", () -> operator.reportedVes() >= known);
        }
        progress.accept("agents connected, CLI context lab-" + spec.name());
        return fleet;
    }

    /** Large fleets are looked at less often: the machine is shared by all of them. */
    private static Duration sweep(LabSpec spec) {
        Duration all = SWEEP_PER_VE.multipliedBy((long) spec.hosts() * spec.ves());
        return all.compareTo(SHORTEST_SWEEP) > 0 ? all : SHORTEST_SWEEP;
    }

    private static void await(String otherwise, BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new LabException(otherwise + " within " + PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    private String address() {
        return "127.0.0.1:" + controller.port();
    }

    private Path token() {
        return folder.resolve("agent.token");
    }

    private Agent startAgent(SimulatedHost host) {
        AgentSettings settings = new AgentSettings(
                host.name(),
                Map.of("dc", "tokyo", "lab", spec.name()),
                Optional.of(address()),
                folder.resolve("agents").resolve(host.name()),
                sweep(spec),
                List.of(),
                Optional.of(token()));
        try {
            Agent agent = Agent.start(settings, host, host.files(), host.clock(), host::advance);
            agents.put(host.name(), agent);
            return agent;
        } catch (IOException e) {
            throw new LabException("the agent of " + host.name() + " did not start: " + e.getMessage(), e);
        }
    }

    LabSpec spec() {
        return spec;
    }

    SimulatedFleet hosts() {
        return hosts;
    }

    /** Cuts a host's power and boots it; returns when its agent, a service of the host, is connected again. */
    synchronized void reboot(SimulatedHost host) {
        Agent agent = agents.remove(host.name());
        if (agent != null) {
            agent.close();
        }
        host.reboot();
        Agent again = startAgent(host);
        await("the agent of " + host.name() + " did not come back", again::isConnected);
    }

    @Override
    public synchronized void close() {
        agents.values().parallelStream().forEach(Agent::close);
        agents.clear();
        controller.close();
    }
}
