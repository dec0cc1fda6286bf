package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vzguard.lab.real.RealLab;

/** The lab's own promises: it says what is up, runs beside others, and leaves nothing behind, however it ended. */
class LabIT {
    private static final String NAME = "it-lab";
    private static final String OTHER = "it-lab-b";
    private static final Duration GONE_WITHIN = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Path configuration = Fleet.temporaryFolder();
    private List<String> linksBefore = List.of();

    @BeforeEach
    void remember() throws IOException {
        Fleet.assumeRoot();
        linksBefore = links();
    }

    @AfterEach
    void clear() {
        for (String name : List.of(NAME, OTHER)) {
            lab("down", "--name", name);
        }
        Fleet.deleteFolder(configuration);
    }

    private Ran lab(String... arguments) {
        return LabCommands.run(configuration, arguments);
    }

    private static String[] up(String name) {
        return new String[] {"up", "--name", name, "--hosts", "1", "--ves", "1", "--no-fleet"};
    }

    @Test
    void aSecondUpSaysWhatIsUpAndOtherNamesRunBesideIt() {
        lab(up(NAME)).exits(0);
        Ran second = lab(up(NAME)).exits(0);
        assertThat(second.err()).contains(NAME + " is up already");
        assertThat(second.out()).contains("hn1", "hn1/101", "running");

        lab(up(OTHER)).exits(0);
        assertThat(lab("exec", "--name", NAME, "hn1/101", "--", "touch", "/only-here")
                        .exit())
                .isZero();
        assertThat(lab("exec", "--name", OTHER, "hn1/101", "--", "test", "-e", "/only-here")
                        .exit())
                .isEqualTo(1);
        Ran both = lab("ssh", "--name", OTHER, "hn1/101", "--count", "2").exits(0);
        assertThat(both.out()).contains("1 answered", "2 answered");

        lab("down", "--name", NAME).exits(0);
        assertThat(lab("status", "--name", OTHER).exits(0).out()).contains("running");
        Ran gone = lab("exec", "--name", NAME, "hn1", "--", "true").exits(1);
        assertThat(gone.err()).contains("no lab " + NAME + " is up", "lab up --name " + NAME);
        lab("down", "--name", OTHER).exits(0);
        assertNothingLeft(NAME);
        assertNothingLeft(OTHER);
        lab("down", "--name", NAME).exits(0);
    }

    @Test
    void whatAKilledServerLeftIsGoneAfterDown() {
        lab(up(NAME)).exits(0);
        List<ProcessHandle> server = processes(NAME).stream()
                .filter(process -> commandLine(process.pid()).contains("LabMain"))
                .toList();
        assertThat(server).hasSize(1);
        server.get(0).destroyForcibly();
        await("dead").atMost(PATIENCE).until(() -> !server.get(0).isAlive());
        assertThat(RealLab.attach(NAME)).isEmpty();
        assertGoneInTime();
    }

    @Test
    void whatAKilledUpLeftIsGoneAfterDown() {
        Path root = Path.of("/run/vzguard-lab", NAME);
        for (String moment : List.of("layers", "outside.net", "hosts/hn1/root/etc")) {
            Ran.Running up = LabCommands.start(configuration, up(NAME));
            await(moment)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() ->
                            Files.exists(root.resolve(moment)) || !up.process().isAlive());
            up.process().destroyForcibly();
            up.await(PATIENCE);
            assertGoneInTime();
        }
    }

    @Test
    void anUpAfterAKilledOneStartsAfresh() {
        lab(up(NAME)).exits(0);
        processes(NAME).forEach(ProcessHandle::destroyForcibly);
        await("dead").atMost(PATIENCE).until(() -> processes(NAME).isEmpty());
        Ran up = lab(up(NAME)).exits(0);
        assertThat(up.err()).contains("removed what a dead lab " + NAME + " had left");
        assertThat(up.out()).contains("hn1/101", "running");
    }

    /** In this JVM: how long a JVM takes to start is not the lab's doing. */
    private void assertGoneInTime() {
        long begin = System.nanoTime();
        RealLab.down(NAME);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(GONE_WITHIN);
        assertNothingLeft(NAME);
    }

    private void assertNothingLeft(String name) {
        try {
            assertThat(processes(name)).isEmpty();
            assertThat(Path.of("/run/vzguard-lab", name)).doesNotExist();
            assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
                    .doesNotContain("/run/vzguard-lab/" + name + " ")
                    .doesNotContain("/run/vzguard-lab/" + name + "/");
            assertThat(links()).isEqualTo(linksBefore);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<ProcessHandle> processes(String name) {
        String mark = "VZGUARD_LAB=/run/vzguard-lab/" + name;
        return ProcessHandle.allProcesses()
                .filter(process -> of(process.pid(), "environ").contains(mark))
                .toList();
    }

    private static String commandLine(long pid) {
        return String.join(" ", of(pid, "cmdline"));
    }

    private static List<String> of(long pid, String file) {
        try {
            String text = Files.readString(Path.of("/proc/" + pid + "/" + file), StandardCharsets.ISO_8859_1);
            return List.of(text.split("\0"));
        } catch (IOException gone) {
            return List.of();
        }
    }

    /** Names of the network devices of this machine. */
    private static List<String> links() throws IOException {
        try (Stream<Path> devices = Files.list(Path.of("/sys/class/net"))) {
            return devices.map(device -> device.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void whoIsNotRootIsOfferedTheSimulatedLab() {
        // Only the capability to read: the checkout may lie where nobody else can look.
        List<String> command = new ArrayList<>(List.of(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                "--inh-caps=+dac_read_search",
                "--ambient-caps=+dac_read_search"));
        command.addAll(LabCommands.command(up(NAME)));
        Ran refused = Ran.of(command, Map.of(), "", PATIENCE).exits(4);
        assertThat(refused.err()).contains("root").contains("--simulated");
        assertThat(refused.out()).isEmpty();
        assertThat(RealLab.attach(NAME)).isEmpty();
    }

    @Test
    void badNamesAndCountsAreRefusedAllAtOnce() {
        Ran refused = lab("up", "--name", "Bad/Name", "--hosts", "0", "--ves", "51", "--iptables", "nf")
                .exits(2);
        assertThat(refused.err())
                .contains(
                        "--iptables: \"nf\" is not one of legacy, nft",
                        "--name",
                        "--hosts: 0 is not in 1-20",
                        "--ves: 51 is not in 0-50");
        lab("up", "--name", NAME, "--hosts", "many").exits(2);
        assertThat(lab("up", "--name", NAME, "--simulated", "--iptables", "nft")
                        .exits(2)
                        .err())
                .contains("--iptables", "real lab");
        assertThat(lab("up", "--name", NAME, "--simulated", "--neighbours")
                        .exits(2)
                        .err())
                .contains("--neighbours: the simulated lab has programs of its own only", "real lab");
        assertThat(lab("down", "--name", "../x").exits(2).err()).contains("--name");
        assertThat(Path.of("/run/vzguard-lab", NAME)).doesNotExist();
    }
}
