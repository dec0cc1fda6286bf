package vzguard.agent.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.OwnRules;
import vzguard.policy.SshGuard.Placement;
import vzguard.values.Ctid;

/** The lines of an OpenVZ kernel's /proc/PID/status are not seen on one: they are as monitors of such hosts read them. */
class CanaryTest {
    private static final Ctid VE = new Ctid("101");
    private static final String LISTS = "net/xt_recent";

    @TempDir
    private Path root;

    private Canary canary;

    @BeforeEach
    void kernel() throws IOException {
        canary = new Canary(new HostFiles(root));
        process("self", "0", 900);
        process("1", "0", 1);
        process("4100", "101", 1);
        process("4101", "101", 2);
        for (String directory : List.of("proc", "proc/4100")) {
            for (String list : List.of("SSH", "SSH-DENY", "STRANGER")) {
                Files.createDirectories(root.resolve(directory + "/" + LISTS));
                Files.writeString(root.resolve(directory + "/" + LISTS + "/" + list), "");
            }
        }
    }

    private void process(String pid, String env, int inside) throws IOException {
        Path folder = Files.createDirectories(root.resolve("proc/" + pid));
        Files.writeString(
                folder.resolve("status"),
                "Name:\tinit\nState:\tS (sleeping)\nPid:\t" + pid + "\nenvID:\t" + env + "\nVPid:\t" + inside
                        + "\nPNState:\t0\n");
        stat(folder, pid, 4000 + inside);
    }

    /** The name of a process is its own choice. */
    private static void stat(Path folder, String pid, int startedAt) throws IOException {
        Files.writeString(
                folder.resolve("stat"),
                pid + " (in) S 1 (it) S 0 1 1 0 -1 4194560 10 10 1 2 5 10 20 30 20 0 1 0 " + startedAt
                        + " 2461696 180\n");
    }

    private static GuardSeen guard(Placement placement) {
        OwnRules rules = OwnRules.wanted(
                List.of("-m recent --rcheck --name SSH-DENY -j DROP", "-m recent --set --name SSH"),
                Optional.empty(),
                List.of());
        return GuardSeen.absent(placement, Family.V4).withRules(rules);
    }

    private void watch() {
        canary.watch(List.of(guard(Placement.HOST)), Map.of(VE, List.of(guard(Placement.VE))));
    }

    private void vanish(String list) throws IOException {
        Files.delete(root.resolve("proc/" + list));
    }

    @Test
    void aListThatVanishesIsToldOnce() throws IOException {
        watch();
        assertThat(canary.dead()).isEmpty();
        vanish(LISTS + "/SSH-DENY");
        assertThat(canary.dead()).contains("the host");
        assertThat(canary.dead()).isEmpty();
        watch();
        assertThat(canary.dead()).as("as it was when it was seen").isEmpty();
    }

    @Test
    void theListsOfStrangersDoNotMatter() throws IOException {
        watch();
        vanish(LISTS + "/STRANGER");
        assertThat(canary.dead()).isEmpty();
    }

    @Test
    void aFlushInAVeIsTold() throws IOException {
        watch();
        vanish("4100/" + LISTS + "/SSH");
        assertThat(canary.dead()).contains("VE 101");
    }

    @Test
    void aVeThatStoppedIsNoFlush() throws IOException {
        watch();
        vanish("4100/" + LISTS + "/SSH");
        process("4100", "102", 1);
        assertThat(canary.dead()).as("its process has another's number now").isEmpty();
        process("4100", "101", 1);
        stat(root.resolve("proc/4100"), "4100", 5000);
        assertThat(canary.dead())
                .as("another process has its number, also of the same VE")
                .isEmpty();
        Files.delete(root.resolve("proc/4100/status"));
        assertThat(canary.dead()).isEmpty();
    }

    @Test
    void aVeThatWasStartedAgainIsFoundAgain() throws IOException {
        watch();
        Files.delete(root.resolve("proc/4100/status"));
        process("4200", "101", 1);
        Path lists = Files.createDirectories(root.resolve("proc/4200/" + LISTS));
        Files.writeString(lists.resolve("SSH"), "");
        watch();
        Files.delete(lists.resolve("SSH"));
        assertThat(canary.dead()).contains("VE 101");
    }

    @Test
    void aKernelThatDoesNotTellHidesTheVesOnly() throws IOException {
        Files.writeString(root.resolve("proc/1/status"), "Name:\tinit\n");
        watch();
        vanish("4100/" + LISTS + "/SSH");
        assertThat(canary.dead()).isEmpty();
        vanish(LISTS + "/SSH");
        assertThat(canary.dead()).contains("the host");
    }

    @Test
    void withoutAGuardThereIsNothingToWatch() throws IOException {
        canary.watch(List.of(GuardSeen.absent(Placement.HOST, Family.V4)), Map.of());
        vanish(LISTS + "/SSH");
        assertThat(canary.dead()).isEmpty();
    }
}
