package vzguard.lab.demo;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import vzguard.agent.Agent;
import vzguard.agent.AgentSettings;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.HostFiles;
import vzguard.controller.Controller;
import vzguard.controller.ControllerSettings;
import vzguard.controller.rollout.Limits;
import vzguard.lab.model.FleetSeed;
import vzguard.lab.real.LabSpec;
import vzguard.lab.simulated.SimulatedFleet;
import vzguard.lab.simulated.SimulatedHost;
import vzguard.lab.simulated.SimulatedNetwork;

/**
 * The story in memory: hosts, VEs, netfilter and packets are simulated; controller, agents, their mutual TLS over loopback
 * and the command line are real. Needs no privilege.
 */
final class SimulatedStage implements Stage {
    private static final Duration SWEEP = Duration.ofSeconds(2);
    private static final Duration RECONNECT = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofMillis(1500);
    private static final int SSH = 22;

    private final LabSpec spec;
    private final Path checkout;
    private final PrintStream out;
    private final Path folder;
    private final Cli cli;
    private final Reports reports;
    private final Map<String, Agent> agents = new LinkedHashMap<>();
    private @Nullable SimulatedFleet fleet;
    private @Nullable Controller controller;
    private @Nullable String address;

    SimulatedStage(LabSpec spec, Path checkout, PrintStream out) {
        this.spec = spec;
        this.checkout = checkout;
        this.out = out;
        try {
            this.folder = Files.createTempDirectory("vzguard-demo-");
        } catch (IOException e) {
            throw new vzguard.lab.real.LabException("cannot make a temporary folder for the demo", e);
        }
        DemoLog.into(log());
        this.cli = new Cli(
                checkout,
                "demo",
                Map.of("VZGUARD_CONFIG", folder.resolve("config").toString()));
        this.reports = new Reports(cli);
    }

    private Path log() {
        return folder.resolve("demo.log");
    }

    @Override
    public void up() throws StageFailure {
        fleet = SimulatedFleet.boot(spec.hosts(), spec.ves());
        out.println("  hosts and VEs are booted");
        Path state = folder.resolve("controller");
        try {
            InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            Controller started = Controller.start(
                    new ControllerSettings(state, loopback, List.of(), RECONNECT, SWEEP, Limits.standard()),
                    Clock.systemUTC());
            controller = started;
            address = "127.0.0.1:" + started.port();
            out.println("  the controller listens on " + address);
            mustSucceed(cli.run(
                    "login",
                    address,
                    "--token-file",
                    state.resolve("operator.token").toString(),
                    "--context",
                    "demo"));
            Path token = token();
            for (SimulatedHost host : present().hosts()) {
                agents.put(host.name(), start(host, token));
            }
        } catch (IOException e) {
            throw new StageFailure("the controller or an agent did not start: " + e.getMessage(), e);
        }
        reports.awaitVes(spec.hosts() * spec.ves());
    }

    private Path token() throws StageFailure, IOException {
        Result made = cli.run("token", "create", "--uses", Integer.toString(spec.hosts()), "-o", "json");
        mustSucceed(made);
        String text = JsonParser.parseString(made.out())
                .getAsJsonObject()
                .get("token")
                .getAsString();
        Path file = Files.createFile(
                folder.resolve("agent.token"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text + "\n");
    }

    private Agent start(SimulatedHost host, Path token) throws IOException {
        AgentSettings settings = new AgentSettings(
                host.name(),
                Map.of("dc", "tokyo"),
                Optional.ofNullable(address),
                folder.resolve("agents").resolve(host.name()),
                SWEEP,
                Optional.of(token));
        return Agent.start(settings, host, new HostFiles(host.root()), host.clock(), host::advance);
    }

    private static void mustSucceed(Result result) throws StageFailure {
        if (result.exit() != 0) {
            throw new StageFailure("the command line answered with exit " + result.exit() + ": " + result.all());
        }
    }

    @Override
    public Result vzguard(String... arguments) throws StageFailure {
        return cli.run(arguments);
    }

    @Override
    public Result vzguardLive(String... arguments) throws StageFailure {
        return cli.runLive(out, arguments);
    }

    @Override
    public Result exec(String where, String... program) throws StageFailure {
        String[] parts = where.split("/", 2);
        List<String> argv = new ArrayList<>();
        if (parts.length == 2) {
            argv.addAll(List.of("vzctl", "--quiet", "exec3", parts[1]));
        }
        argv.addAll(List.of(program));
        CommandResult result = present().host(parts[0]).run(Command.of(argv.toArray(String[]::new)));
        return new Result(result.exit(), result.out(), result.err());
    }

    @Override
    public List<Connection> ssh(String where, String from, boolean ipv6, int count) throws StageFailure {
        String[] parts = where.split("/", 2);
        int host = Integer.parseInt(parts[0].substring("hn".length()));
        List<String> addresses = parts.length == 1
                ? FleetSeed.hostAddresses(host)
                : FleetSeed.veAddresses(host, Integer.parseInt(parts[1]) - FleetSeed.FIRST_CTID + 1);
        String to = addresses.stream()
                .filter(each -> each.contains(":") == ipv6)
                .findFirst()
                .orElseThrow(() -> new StageFailure(where + " has no such address"));
        List<Connection> attempts = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            SimulatedNetwork.Connection connection = present().network().connect(from, to, SSH, ANSWER);
            boolean answered = connection.kind() == SimulatedNetwork.Kind.ANSWERED;
            attempts.add(new Connection(number, answered, answered ? connection.detail() : "no answer"));
        }
        return attempts;
    }

    @Override
    public void reboot(String host) throws StageFailure {
        Agent agent = agents.remove(host);
        if (agent == null) {
            throw new StageFailure("no host " + host);
        }
        agent.close();
        present().host(host).reboot();
        try {
            agents.put(host, start(present().host(host), folder.resolve("agent.token")));
        } catch (IOException e) {
            throw new StageFailure("the agent of " + host + " did not start again: " + e.getMessage(), e);
        }
        reports.awaitHost(host);
    }

    private SimulatedFleet present() throws StageFailure {
        if (fleet == null) {
            throw new StageFailure("the fleet is not up");
        }
        return fleet;
    }

    @Override
    public String description() {
        return spec.hosts() + " hosts with " + spec.ves()
                + " VEs each, simulated; controller, agents, their TLS and the command line are real";
    }

    @Override
    public String keepLogs() {
        Path kept = checkout.resolve("target/demo-logs");
        try {
            Files.createDirectories(kept);
            Files.copy(log(), kept.resolve("demo.log"), StandardCopyOption.REPLACE_EXISTING);
            return kept.toString();
        } catch (IOException e) {
            return "nowhere: " + e;
        }
    }

    @Override
    public List<String> whatNext() {
        String context = "VZGUARD_CONFIG=" + folder.resolve("config") + " ./vzguard ";
        return List.of(context + "ves", context + "ves show hn1/101", context + "prove hn1/101");
    }

    @Override
    public void close() {
        agents.values().forEach(Agent::close);
        agents.clear();
        if (controller != null) {
            controller.close();
            controller = null;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            out.println("could not remove " + folder + ": " + e.getMessage());
        }
    }
}
