package vzguard.lab.real;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The controller outside, the agents' enrolment and the operator's CLI context: what makes a fleet of the lab's hosts. */
final class FleetProcesses {
    static final String ADDRESS = "192.0.2.1:7443";
    /** Port 7443 of a listening TCP socket as /proc/net/tcp shows it. */
    private static final String LISTENING = ":1D13 [0-9A-F]*:0000 0A";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(20).toNanos();
    private static final List<String> SMALL_JAVA = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto");

    private final LabSpec spec;
    private final LabDirectory lab;
    private final long outside;

    FleetProcesses(LabSpec spec, LabDirectory lab, long outside) {
        this.spec = spec;
        this.lab = lab;
        this.outside = outside;
    }

    String context() {
        return CliContext.nameFor(spec.name());
    }

    /** Starts the controller and returns when it listens. */
    void startController() {
        try {
            Process process = new ProcessBuilder(controller("run", "--listen", ADDRESS))
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectErrorStream(true)
                    .redirectOutput(lab.logs().resolve("controller.log").toFile())
                    .start();
            long end = System.nanoTime() + START_LIMIT.toNanos();
            while (!listens()) {
                if (!process.isAlive() || System.nanoTime() - end > 0) {
                    throw new LabException("the controller did not start; see " + lab.logs().resolve("controller.log"));
                }
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
        } catch (IOException e) {
            throw new LabException("cannot start the controller", e);
        }
    }

    private boolean listens() throws IOException {
        for (String table : List.of("tcp", "tcp6")) {
            if (Files.readString(Path.of("/proc/" + outside + "/net/" + table)).lines()
                    .anyMatch(line -> line.matches(".*" + LISTENING + ".*"))) {
                return true;
            }
        }
        return false;
    }

    /** Gives every host a token and its agent's settings, starts the agents, and logs the CLI in. */
    void enrolHosts(Collection<HostNode> hosts) {
        String token = Programs.check(controller(
                        "token", "--role", "agent", "--uses", Integer.toString(spec.hosts())))
                .strip();
        for (HostNode host : hosts) {
            writeAgentSettings(host, token);
            Programs.check(List.of(
                    "nsenter",
                    "--target=" + host.boot().floor().init(),
                    "--mount",
                    "--pid",
                    "--net",
                    "--uts",
                    "--ipc",
                    "--root",
                    "--wd",
                    "--",
                    "/etc/init.d/vzguard-agent",
                    "start"));
        }
        new CliContext(spec.name()).logIn(lab, outside, SMALL_JAVA);
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
            Files.writeString(
                    folder.resolve("agent.conf"),
                    """
                    controller=%s
                    name=%s
                    label.lab=%s
                    label.dc=tokyo
                    sweep=5s
                    state=/var/lib/vzguard/agent
                    token-file=/etc/vzguard/token
                    """
                            .formatted(ADDRESS, host.name(), spec.name()));
        } catch (IOException e) {
            throw new LabException("cannot write the agent's settings of " + host.name(), e);
        }
    }

    private List<String> controller(String verb, String... arguments) {
        List<String> command = new ArrayList<>(List.of("nsenter", "--target=" + outside, "--mount", "--pid", "--net", "--"));
        command.addAll(SMALL_JAVA);
        command.addAll(List.of("-Xmx128m", "-jar", lab.root().resolve("opt/controller.jar").toString(), verb, "--state",
                lab.controller().toString()));
        command.addAll(List.of(arguments));
        return command;
    }
}
