package vzguard.it.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import vzguard.it.real.Ran;

/** One simulated lab from its start to its sudden death, by commands as a user types them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SimulatedLabTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String NAME = "it-simulated";

    @TempDir
    static Path user = Path.of("");

    @BeforeAll
    void up() throws IOException {
        Files.createDirectories(user.resolve("config"));
        Files.writeString(user.resolve("config/current"), "mine\n");
        Files.createDirectories(user.resolve("config/contexts/mine"));
        Files.createDirectories(user.resolve("run"));
        lab("up", "--simulated", "--hosts", "1", "--ves", "2").exits(0);
    }

    @AfterAll
    void down() {
        lab("down");
    }

    private static Path folder() {
        return user.resolve("run/vzguard-lab").resolve(NAME);
    }

    private Ran lab(String command, String... arguments) {
        List<String> words = new ArrayList<>(List.of("lab", command, "--name", NAME));
        words.addAll(List.of(arguments));
        return run("vzguard.lab.LabMain", words);
    }

    private Ran run(String main, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(arguments);
        Map<String, String> environment = Map.of(
                "XDG_RUNTIME_DIR",
                user.resolve("run").toString(),
                "HOME",
                user.resolve("home").toString(),
                "VZGUARD_CONFIG",
                user.resolve("config").toString(),
                "VZGUARD_CONTEXT",
                "");
        return Ran.of(command, environment, "", LIMIT);
    }

    private String current() throws IOException {
        return Files.readString(user.resolve("config/current")).strip();
    }

    @Test
    @Order(1)
    void statusListsWhatIsUpAndTheFolderIsClosedToOthers() throws IOException {
        assertThat(lab("status").exits(0).out().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "hn1 10.66.0.1 up",
                        "hn1/101 10.67.1.1 running",
                        "hn1/102 10.67.1.2 running",
                        "iptables legacy",
                        "generation observed");
        assertThat(lab("status", "-o", "json").exits(0).json().get("kind").getAsString())
                .isEqualTo("simulated");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
                .isEqualTo("rwx------");
    }

    @Test
    @Order(2)
    void aSecondUpSaysWhatIsUpAndARealLabCannotTakeTheName() {
        assertThat(lab("up", "--simulated").exits(0).err()).contains("is up already");
        assertThat(lab("up").exits(4).err()).contains("up already, simulated", "--name");
    }

    @Test
    @Order(3)
    void theCommandLineReachesTheController() throws IOException {
        assertThat(current()).isEqualTo("lab-" + NAME);
        Ran ves = run("vzguard.cli.Main", List.of("ves", "-o", "json")).exits(0);
        assertThat(ves.json().getAsJsonArray("ves")).hasSize(2);
    }

    @Test
    @Order(4)
    void commandsRunInHostsAndVes() {
        assertThat(lab("exec", "hn1/101", "--", "iptables", "-S").exits(0).out())
                .startsWith("-P INPUT ACCEPT\n");
        Ran refused = lab("exec", "hn1/101", "--", "iptables", "-A", "INPUT", "-m", "recent", "--set");
        assertThat(refused.exits(1).err()).contains("No chain/target/match by that name");
        assertThat(lab("exec", "hn1", "--", "sh", "-c", "echo \"a  b\"; exit 7")
                        .exits(7)
                        .out())
                .isEqualTo("a  b\n");
        assertThat(lab("exec", "hn1/109", "--", "true").exits(1).err()).contains("hn1/109 does not run");
        assertThat(lab("exec", "hn9", "--", "true").exits(1).err()).contains("it has hn1");
    }

    @Test
    @Order(5)
    void connectionsFromOutsideAreAnsweredUntilARuleDropsThem() {
        assertThat(lab("ssh", "hn1/102", "--count", "2").exits(0).out())
                .startsWith("1 answered SSH-2.0-")
                .contains("\n2 answered SSH-2.0-");
        lab("exec", "hn1/102", "--", "iptables", "-A", "INPUT", "-s", "203.0.113.9", "-j", "DROP")
                .exits(0);
        assertThat(lab("ssh", "hn1/102", "--from", "203.0.113.9").exits(1).out())
                .isEqualTo("1 no answer within 900 ms\n");
        lab("ssh", "hn1/102", "-6").exits(0);
    }

    @Test
    @Order(6)
    void aRebootForgetsRulesAndBringsTheAgentBack() {
        lab("reboot", "hn1").exits(0);
        lab("ssh", "hn1/102", "--from", "203.0.113.9").exits(0);
        Ran host = run("vzguard.cli.Main", List.of("hosts", "show", "hn1", "-o", "json"));
        assertThat(host.exits(0).json().get("connected").getAsBoolean()).isTrue();
        assertThat(lab("reboot", "hn2").exits(1).err()).contains("has no host \"hn2\"");
    }

    @Test
    @Order(7)
    void nothingThatWasDoneSoFarBrokeAnything() throws IOException {
        assertThat(folder().resolve("server.log")).content().doesNotContain("Exception", "SEVERE", "ERROR");
    }

    @Test
    @Order(8)
    void afterTheSuddenDeathOfItsServerDownLeavesNothing() throws IOException {
        ProcessHandle server = ProcessHandle.of(
                        Long.parseLong(Files.readString(folder().resolve("pid")).strip()))
                .orElseThrow();
        server.destroyForcibly();
        await().until(() -> lab("status").exit() == 1);
        assertThat(lab("status").err()).contains("is dead", "vzguard lab down --name " + NAME);

        assertThat(lab("down").exits(0).err()).contains("is down");
        try (Stream<Path> left = Files.list(user.resolve("run"))) {
            assertThat(left).isEmpty();
        }
        assertThat(current()).isEqualTo("mine");
        assertThat(user.resolve("config/contexts/lab-" + NAME)).doesNotExist();
        assertThat(lab("down").exits(0).err()).contains("was not up");
        assertThat(lab("status").exits(1).err()).contains("no lab " + NAME + " is up", "vzguard lab up");
    }
}
