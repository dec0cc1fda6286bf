package vzguard.agent.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.model.Place;
import vzguard.agent.tools.RecentLists.Entry;
import vzguard.values.Ctid;

/** Where the kernel tells which process is a VE's init, its lists are reached without any program. */
class RecentListsTest {
    private static final Place VE = Place.of(new Ctid("101"));
    private static final String IN_VE = "/proc/4100/net/xt_recent/";
    private static final String BANNED = "src=198.51.100.7 ttl: 64 last_seen: 100 oldest_pkt: 1 100";

    @TempDir
    private Path root;

    private final List<String> told = new ArrayList<>();
    private final List<List<String>> ran = new ArrayList<>();
    private final CommandRunner programs = command -> {
        ran.add(command.argv());
        return CommandResult.of(0, "@list SSH-DENY\n" + BANNED + "\n", "");
    };
    /** What happens between opening a file and writing into it. */
    private Runnable meanwhile = () -> {};

    private RecentLists lists;

    @BeforeEach
    void kernel() throws IOException {
        process("1", "0", 1, 5);
        process("4100", "101", 1, 4000);
        process("4101", "101", 2, 4001);
        process("4200", "102", 1, 4002);
        Files.createDirectories(root.resolve("proc/4100/net/xt_recent"));
        Files.createDirectories(root.resolve("proc/net/xt_recent"));
        Files.writeString(root.resolve("proc/4100/net/xt_recent/SSH-DENY"), BANNED + "\n");
        Files.writeString(root.resolve("proc/net/xt_recent/SSH-DENY"), "");
        HostFiles files = new HostFiles(root, (file, text, still) -> {
            if (!Files.exists(file)) {
                throw new IOException("no such list");
            }
            meanwhile.run();
            if (!still.getAsBoolean()) {
                throw new IOException("another process");
            }
            told.add("/" + root.relativize(file) + " " + text.strip());
        });
        lists = new RecentLists(programs, files);
    }

    private void process(String pid, String env, int inside, int startedAt) {
        try {
            Path folder = Files.createDirectories(root.resolve("proc/" + pid));
            Files.writeString(
                    folder.resolve("status"),
                    "Name:\tenvID:\\t103\nPid:\t" + pid + "\nenvID:\t" + env + "\nVPid:\t" + inside + "\n");
            Files.writeString(
                    folder.resolve("stat"),
                    pid + " (a) R 1 1) S 0 1 1 0 -1 4194560 10 10 1 2 5 10 20 30 20 0 1 0 " + startedAt + " 1 1\n");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<Entry> bans(String... addresses) {
        return List.of(addresses).stream()
                .map(address -> new Entry("SSH-DENY", "+" + address))
                .toList();
    }

    @Test
    void eachAddressIsOneWriteIntoTheVesOwnList() {
        RecentLists.Shown shown =
                lists.change(VE, bans("198.51.100.7", "198.51.100.8", "198.51.100.9"), List.of("SSH-DENY", "SSH"));
        assertThat(told)
                .containsExactly(
                        IN_VE + "SSH-DENY +198.51.100.7",
                        IN_VE + "SSH-DENY +198.51.100.8",
                        IN_VE + "SSH-DENY +198.51.100.9");
        assertThat(shown.lines().get("SSH-DENY")).containsExactly(BANNED);
        assertThat(shown.lines().get("SSH")).as("there is no such list").isEmpty();
        assertThat(shown.result().succeeded()).isTrue();
        assertThat(ran).isEmpty();
    }

    @Test
    void theHostsOwnListsNeedNoProgramEither() {
        lists.change(Place.HOST, bans("198.51.100.7"), List.of());
        lists.change(Place.edge(new Ctid("101")), bans("198.51.100.8"), List.of());
        lists.forget(Place.HOST, List.of(new Entry("SSH-DENY", "198.51.100.7")));
        assertThat(told)
                .containsExactly(
                        "/proc/net/xt_recent/SSH-DENY +198.51.100.7",
                        "/proc/net/xt_recent/SSH-DENY +198.51.100.8",
                        "/proc/net/xt_recent/SSH-DENY -198.51.100.7");
        assertThat(ran).isEmpty();
    }

    /** The file that is open belongs to whoever had the number when it was opened. */
    @Test
    void aNumberThatIsAnothersByNowIsNotWrittenTo() {
        meanwhile = () -> process("4100", "102", 1, 5000);
        RecentLists.Shown shown = lists.change(VE, bans("198.51.100.7"), List.of("SSH-DENY"));
        assertThat(told).isEmpty();
        assertThat(ran).as("the VE's own shell does it").hasSize(1);
        assertThat(ran.get(0)).startsWith("vzctl").contains("101", "+198.51.100.7");
        assertThat(shown.lines().get("SSH-DENY")).containsExactly(BANNED);
    }

    @Test
    void aVeThatWasStartedAnewUnderTheSameNumberIsAnotherToo() {
        meanwhile = () -> process("4100", "101", 1, 5000);
        lists.change(VE, bans("198.51.100.7"), List.of());
        assertThat(told).isEmpty();
        assertThat(ran).hasSize(1);
        meanwhile = () -> {};
        lists.change(VE, bans("198.51.100.7"), List.of());
        assertThat(told).as("found again").hasSize(1);
    }

    @Test
    void aKernelThatDoesNotTellHasItDoneByTheVe() throws IOException {
        Files.writeString(root.resolve("proc/1/status"), "Name:\tinit\n");
        lists.change(VE, bans("198.51.100.7", "198.51.100.8"), List.of("SSH-DENY"));
        lists.forget(VE, List.of(new Entry("SSH-DENY", "198.51.100.7")));
        assertThat(told).isEmpty();
        assertThat(ran).as("one program for all addresses").hasSize(2);
    }
}
