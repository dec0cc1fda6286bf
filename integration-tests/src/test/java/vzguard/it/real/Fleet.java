package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import vzguard.lab.real.RealLab;

/**
 * A real lab with its controller, agents and CLI, used as a person would use it. Its CLI context lives in a folder of its
 * own, so the person's own contexts are never touched. Everything is gone when it is closed, whatever failed before.
 */
public final class Fleet implements AutoCloseable {
    /** Generous: these tests share two cores with whatever else runs. */
    public static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final Duration LONGEST_COMMAND = Duration.ofMinutes(4);
    private static final List<String> SMALL_JAVA = List.of(
            System.getProperty("java.home") + "/bin/java",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:TieredStopAtLevel=1",
            "-Xlog:disable",
            "-Xlog:all=error:stderr");

    private final String name;
    private final Path configuration;
    private final Thread lastResort = new Thread(this::down);
    private final RealLab lab;

    private Fleet(String name, Path configuration, RealLab lab) {
        this.name = name;
        this.configuration = configuration;
        this.lab = lab;
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** Skips the test, saying why, for anybody who is not root. */
    public static void assumeRoot() {
        try {
            Assumptions.assumeTrue(
                    Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")),
                    "needs root: the real lab makes namespaces and mounts");
        } catch (IOException | UnsupportedOperationException e) {
            Assumptions.abort("needs root: the real lab makes namespaces and mounts, on Linux: " + e.getMessage());
        }
    }

    /**
     * Brings it up and waits until the agents have reported all VEs.
     *
     * @param options further ones of {@code lab up}
     */
    public static Fleet up(String name, int hosts, int ves, String... options) {
        assumeRoot();
        Path configuration = temporaryFolder();
        List<String> command = new ArrayList<>(List.of("up", "--name", name, "--hosts", "" + hosts, "--ves", "" + ves));
        command.addAll(List.of(options));
        Ran up = LabCommands.run(configuration, command.toArray(String[]::new));
        if (up.exit() != 0) {
            LabCommands.run(configuration, "down", "--name", name);
        }
        up.exits(0);
        Fleet fleet = new Fleet(name, configuration, RealLab.attach(name).orElseThrow());
        try {
            fleet.makeCliArchive();
            fleet.awaitVes(hosts * ves, ve -> !state(ve).equals("VE_STATE_UNKNOWN"));
            return fleet;
        } catch (RuntimeException | Error e) {
            fleet.close();
            throw e;
        }
    }

    static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("vzguard-it");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A start of the CLI is mostly the loading of classes: an archive of them halves it, as in the launcher. */
    private void makeCliArchive() {
        List<String> command = new ArrayList<>(SMALL_JAVA);
        command.add("-XX:ArchiveClassesAtExit=" + archive());
        cli(command, "", "ves", "-o", "json");
    }

    private Path archive() {
        return configuration.resolve("cli.jsa");
    }

    public RealLab lab() {
        return lab;
    }

    /** Where the lab keeps what belongs to it. */
    public Path root() {
        return Path.of("/run/vzguard-lab", name);
    }

    Path configuration() {
        return configuration;
    }

    /** The CLI in its own process, as the launcher starts it. */
    public Ran cli(String... arguments) {
        return cliWithInput("", arguments);
    }

    public Ran cliWithInput(String stdin, String... arguments) {
        return cli(withArchive(), stdin, arguments);
    }

    private List<String> withArchive() {
        List<String> java = new ArrayList<>(SMALL_JAVA);
        if (Files.exists(archive())) {
            java.addAll(List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + archive()));
        }
        return java;
    }

    private Ran cli(List<String> java, String stdin, String... arguments) {
        return Ran.of(cliCommand(java, arguments), environment(), stdin, LONGEST_COMMAND);
    }

    /** The CLI, left running. */
    public Ran.Running startCli(String... arguments) {
        return Ran.start(cliCommand(withArchive(), arguments), environment(), "");
    }

    private List<String> cliCommand(List<String> java, String... arguments) {
        List<String> command = new ArrayList<>(List.of("nsenter", "--net=" + root().resolve("outside.net"), "--"));
        command.addAll(java);
        command.addAll(List.of("-jar", root().resolve("opt/cli.jar").toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private Map<String, String> environment() {
        return Map.of("VZGUARD_CONFIG", configuration.toString(), "VZGUARD_CONTEXT", "lab-" + name);
    }

    /** A CLI call with exit 0 that prints one JSON document. */
    public JsonObject json(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-o", "json"));
        return cli(all.toArray(String[]::new)).exits(0).json();
    }

    /** A command in HOST or HOST/CTID; standard output and standard error together. */
    public RealLab.Outcome exec(String place, String... command) {
        return lab.exec(place, List.of(command));
    }

    /** What a line of shell printed in HOST or HOST/CTID; it must succeed. */
    public String shell(String place, String line) {
        RealLab.Outcome outcome = exec(place, "bash", "-c", line);
        assertThat(outcome.exit())
                .as("%s: %s\n%s", place, line, outcome.output())
                .isZero();
        return outcome.output();
    }

    /** Connects from outside COUNT times; true for each that sshd answered. */
    public List<Boolean> connect(String place, String from, int count) {
        return lab.ssh(place, Optional.of(from), from.contains(":"), count).stream()
                .map(RealLab.Attempt::answered)
                .toList();
    }

    /** Stores a policy of the test resources. */
    public void apply(Path policy) {
        cli("policy", "apply", "-f", policy.toString()).exits(0);
    }

    /** Rolls a policy out to its end; every target by its name. */
    public Rollout rollOut(String policy) {
        Optional<JsonObject> before = newestTyped();
        Ran ran = cli("rollout", "start", policy);
        Optional<JsonObject> started = newestTyped();
        if (id(started).equals(id(before))) {
            throw new AssertionError("no rollout was started: " + ran);
        }
        return lastRollout(ran.exit(), ran.toString());
    }

    /** The newest rollout that somebody typed, as the API shows it. */
    public Rollout lastRollout(int exit, String printed) {
        JsonObject newest = newestTyped().orElseThrow(() -> new AssertionError("no rollout\n" + printed));
        return new Rollout(exit, json("rollout", "show", newest.get("rolloutId").getAsString()), printed);
    }

    private static String id(Optional<JsonObject> rollout) {
        return rollout.map(view -> view.get("rolloutId").getAsString()).orElse("");
    }

    private Optional<JsonObject> newestTyped() {
        for (JsonElement rollout : json("rollout", "list").getAsJsonArray("rollouts")) {
            JsonObject newest = rollout.getAsJsonObject();
            if (!newest.get("startedBy").getAsString().equals("enforcement")) {
                return Optional.of(newest);
            }
        }
        return Optional.empty();
    }

    /** One VE as the controller knows it. */
    public JsonObject ve(String place) {
        return json("ves", "show", place);
    }

    static String state(JsonObject ve) {
        return ve.getAsJsonObject("facts").get("state").getAsString();
    }

    /** Waits until so many VEs are known and all of them are as told. */
    void awaitVes(int count, Predicate<JsonObject> condition) {
        await("all VEs reported").atMost(PATIENCE).untilAsserted(() -> {
            List<JsonObject> ves = ves();
            assertThat(ves).hasSize(count);
            assertThat(ves).allMatch(condition);
        });
    }

    List<JsonObject> ves() {
        List<JsonObject> ves = new ArrayList<>();
        for (JsonElement each : json("ves").getAsJsonArray("ves")) {
            ves.add(each.getAsJsonObject());
        }
        return ves;
    }

    /** Reboots a host and waits until its agent is connected again. */
    public void reboot(String host) {
        lab.reboot(host);
        awaitConnected(host);
    }

    public void awaitConnected(String host) {
        await(host + " connected")
                .atMost(PATIENCE)
                .until(() -> json("hosts", "show", host).get("connected").getAsBoolean());
    }

    @Override
    public void close() {
        keepLogs();
        Runtime.getRuntime().removeShutdownHook(lastResort);
        down().exits(0);
    }

    private Ran down() {
        Ran down = LabCommands.run(configuration, "down", "--name", name);
        deleteFolder(configuration);
        return down;
    }

    static void deleteFolder(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a person needs who looks for the reason of a failed test. */
    private void keepLogs() {
        Path kept = Path.of("target", "it-logs", name);
        try {
            Files.createDirectories(kept);
            try (Stream<Path> logs = Files.list(root().resolve("log"))) {
                for (Path log : logs.toList()) {
                    Files.copy(log, kept.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            for (String line : lab.status()) {
                String[] words = line.split(" ");
                if (words[0].equals("host")) {
                    String log =
                            exec(words[1], "cat", "/var/log/vzguard-agent.log").output();
                    Files.writeString(kept.resolve(words[1] + "-agent.log"), log);
                }
            }
        } catch (IOException | RuntimeException e) {
            System.err.println("the logs of lab " + name + " could not be kept: " + e);
        }
    }
}
