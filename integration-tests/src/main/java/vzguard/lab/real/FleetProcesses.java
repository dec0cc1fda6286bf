package vzguard.lab.real;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The controller outside, the agents' enrolment and the operator's CLI context: what makes a fleet of the lab's hosts. */
final class FleetProcesses {
    static final String ADDRESS = "192.0.2.1:7443";
    /** Port 7443 as /proc/net/tcp shows it, and the two states of a socket that count here. */
    private static final String PORT = ":1D13";

    private static final String LISTEN = "0A";
    private static final String ESTABLISHED = "01";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STREAM_LIMIT = Duration.ofSeconds(30);
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(20).toNanos();
    private static final List<String> SMALL_JAVA = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            // Labs share /tmp but not process numbers: a JVM that finds its number taken there says so on standard
            // output.
            "-XX:-UsePerfData",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto");

    private final LabSpec spec;
    private final LabDirectory lab;
    private final long outside;
    private @Nullable Process controller;

    FleetProcesses(LabSpec spec, LabDirectory lab, long outside) {
        this.spec = spec;
        this.lab = lab;
        this.outside = outside;
    }

    String context() {
        return CliContext.nameFor(spec.name());
    }

    /** Starts the controller and returns when it listens. */
    synchronized void startController() {
        if (controller != null && controller.isAlive()) {
            return;
        }
        try {
            Process process = new ProcessBuilder(controllerCommand("run", "--listen", ADDRESS))
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            lab.logs().resolve("controller.log").toFile()))
                    .start();
            controller = process;
            if (!waitFor(() -> !process.isAlive() || sockets(LISTEN) > 0, START_LIMIT) || !process.isAlive()) {
                throw new LabException(
                        "the controller did not start; see " + lab.logs().resolve("controller.log") + ":\n"
                                + tail(lab.logs().resolve("controller.log")));
            }
        } catch (IOException e) {
            throw new LabException("cannot start the controller", e);
        }
    }

    /** Kills the controller as {@code kill -9} does; it stays away until {@link #startController}. */
    synchronized void killController() {
        Process process = controller;
        if (process == null || !process.isAlive()) {
            throw new LabException("the controller of lab " + spec.name() + " does not run");
        }
        // nsenter itself became the parent of a process in the other namespaces.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        if (!waitFor(() -> !process.isAlive() && sockets(LISTEN) == 0, STREAM_LIMIT)) {
            throw new LabException("the controller does not end");
        }
    }

    /** What the hosts need to enrol, made while they boot: the controller runs, and the operator's CLI is logged in. */
    String open(Executor executor) {
        startController();
        CompletableFuture<Void> login =
                CompletableFuture.runAsync(() -> new CliContext(spec.name()).logIn(lab, outside, SMALL_JAVA), executor);
        String token = Programs.check(
                        controllerCommand("token", "--role", "agent", "--uses", Integer.toString(spec.hosts())))
                .strip();
        login.join();
        return token;
    }

    /** Gives every host the token and its agent's settings, and starts the agents. */
    void enrolHosts(Collection<HostNode> hosts, String token, Executor executor) {
        List<CompletableFuture<Void>> starts = hosts.stream()
                .map(host -> CompletableFuture.runAsync(() -> startAgent(host, token), executor))
                .toList();
        starts.forEach(CompletableFuture::join);
        if (!waitFor(() -> sockets(ESTABLISHED) >= spec.hosts(), STREAM_LIMIT)) {
            throw new LabException("only " + sockets(ESTABLISHED) + " of " + spec.hosts()
                    + " agents reached the controller; see /var/log/vzguard-agent.log on the hosts");
        }
    }

    private void startAgent(HostNode host, String token) {
        writeAgentSettings(host, token);
        Programs.check(Entry.loggedIn(host.boot().floor().init(), List.of("/etc/init.d/vzguard-agent", "start")));
    }

    /** How many of the controller's sockets are in this state. */
    private int sockets(String state) {
        int count = 0;
        for (String table : List.of("tcp", "tcp6")) {
            try {
                for (String line :
                        Files.readAllLines(Path.of("/proc/" + outside + "/net/" + table), StandardCharsets.US_ASCII)) {
                    String[] words = line.strip().split(" +");
                    if (words.length > 3 && words[1].endsWith(PORT) && words[3].equals(state)) {
                        count++;
                    }
                }
            } catch (IOException e) {
                throw new LabException("cannot read the sockets outside", e);
            }
        }
        return count;
    }

    private static boolean waitFor(java.util.function.BooleanSupplier condition, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
        return true;
    }

    private static String tail(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    }

    private void writeAgentSettings(HostNode host, String token) {
        Path folder = host.boot().floor().root().resolve("etc/vzguard");
        try {
            Path tokenFile = folder.resolve("token");
            Files.createDirectories(folder);
            Files.deleteIfExists(tokenFile);
            Files.createFile(
                    tokenFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(tokenFile, token + "\n");
            Files.writeString(folder.resolve("agent.conf"), """
                    controller=%s
                    name=%s
                    label.lab=%s
                    label.dc=tokyo
                    sweep=10s
                    state=/var/lib/vzguard/agent
                    token-file=/etc/vzguard/token
                    """.formatted(ADDRESS, host.name(), spec.name()));
        } catch (IOException e) {
            throw new LabException("cannot write the agent's settings of " + host.name(), e);
        }
    }

    private List<String> controllerCommand(String verb, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("nsenter", "--target=" + outside, "--mount", "--pid", "--net", "--"));
        command.addAll(SMALL_JAVA);
        command.addAll(List.of(
                "-Xmx128m",
                "-jar",
                lab.root().resolve("opt/controller.jar").toString(),
                verb,
                "--state",
                lab.controller().toString()));
        command.addAll(List.of(arguments));
        return command;
    }
}
