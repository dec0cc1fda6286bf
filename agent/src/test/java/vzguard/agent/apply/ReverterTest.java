package vzguard.agent.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.exec.ProcessRunner;
import vzguard.agent.model.Family;
import vzguard.agent.model.Place;
import vzguard.values.Ctid;

/** Who decides what becomes of a guard that waits, with real shells; a file stands for the guard. */
class ReverterTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path root;

    private Path guard = Path.of("");

    @BeforeEach
    void guard() throws IOException {
        guard = Files.writeString(root.resolve("guard"), "new");
    }

    private Reverter reverter(CommandRunner runner) {
        return new Reverter(
                runner,
                new HostFiles(Path.of("/")),
                root.resolve("state"),
                Clock.systemUTC(),
                Pause.REAL,
                new Random());
    }

    private Reverter reverter() {
        return reverter(new ProcessRunner(said -> {}));
    }

    private void arm(Place place, Family family, Duration within) {
        reverter().arm(place, family, "unlink " + guard + "\n", within, List.of());
    }

    private List<String> stages() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("state/confirm"))) {
            return files.map(Path::toString)
                    .map(name -> name.substring(name.lastIndexOf('.')))
                    .sorted()
                    .toList();
        }
    }

    private Path only() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("state/confirm"))) {
            return files.toList().get(0);
        }
    }

    @Test
    void whatNobodyConfirmsIsTakenBackByAProcessOfItsOwn() throws IOException {
        arm(Place.HOST, Family.V4, Duration.ofSeconds(1));
        assertThat(guard).exists();
        await().atMost(PATIENCE).until(() -> !Files.exists(guard) && stages().equals(List.of(".reverted")));
        assertThat(reverter().confirm(Place.HOST)).as("too late").isFalse();
        assertThat(reverter().awaitConfirmed(Place.HOST, () -> false)).isFalse();
    }

    @Test
    void whatIsConfirmedStays() throws IOException {
        arm(Place.HOST, Family.V4, Duration.ofSeconds(1));
        assertThat(reverter().confirm(Place.HOST)).isTrue();
        Path after = Files.writeString(root.resolve("after"), "");
        reverter().arm(Place.of(new Ctid("101")), Family.V4, "", LONG, List.of());
        reverter().arm(Place.HOST, Family.V6, "unlink " + after + "\n", Duration.ofSeconds(1), List.of());
        await("a later one's time has passed").atMost(PATIENCE).until(() -> !Files.exists(after));
        assertThat(guard).exists();
    }

    @Test
    void oneFamilyIsNotConfirmedWithoutTheOther() throws IOException {
        Path other = Files.writeString(root.resolve("other"), "");
        reverter().arm(Place.HOST, Family.V6, "unlink " + other + "\n", Duration.ofSeconds(1), List.of());
        await().atMost(PATIENCE).until(() -> stages().equals(List.of(".reverted")));
        arm(Place.HOST, Family.V4, LONG);
        assertThat(reverter().confirm(Place.HOST)).isFalse();
        assertThat(guard).doesNotExist();
        assertThat(other).doesNotExist();
        assertThat(stages()).isEmpty();
    }

    @Test
    void whatAnotherJobTookBackIsNotTakenForConfirmed() throws IOException {
        arm(Place.HOST, Family.V4, LONG);
        reverter().takeBack(Place.HOST);
        assertThat(guard).doesNotExist();
        assertThat(reverter().awaitConfirmed(Place.HOST, () -> false)).isFalse();
    }

    /** It had begun, and cannot say any more whether it ended. */
    @Test
    void whatAKilledAgentWasTakingBackIsTakenBackAtTheNextStart() throws IOException {
        arm(Place.HOST, Family.V4, LONG);
        Path file = only();
        Files.move(file, file.resolveSibling(file.getFileName().toString().replace(".undo", ".running")));
        reverter().conclude();
        assertThat(guard).doesNotExist();
        assertThat(stages()).isEmpty();
    }

    @Test
    void whatStillHasTimeIsLeftAtAStart() throws IOException {
        arm(Place.HOST, Family.V4, LONG);
        reverter().conclude();
        assertThat(guard).exists();
        assertThat(reverter().confirm(Place.HOST)).isTrue();
    }

    @Test
    void aVeThatDoesNotAnswerIsTriedOnByAProcess() throws IOException {
        Place ve = Place.of(new Ctid("101"));
        Files.createDirectories(root.resolve("etc/vz/conf"));
        Files.writeString(root.resolve("etc/vz/conf/101.conf"), "");
        FakeHost host = new FakeHost(command -> command.argv().contains("setsid")
                ? CommandResult.of(0, "", "")
                : CommandResult.of(31, "", "not running"));
        Reverter reverter = new Reverter(
                host, new HostFiles(root), root.resolve("state"), Clock.systemUTC(), time -> {}, new Random());
        reverter.arm(ve, Family.V4, "unlink /nothing\n", LONG, List.of());
        reverter.takeBack(ve);
        assertThat(stages()).containsExactly(".undo");
        assertThat(host.asked().stream().filter(asked -> asked.startsWith("setsid")))
                .hasSize(2)
                .last()
                .asString()
                .contains(" sh 0 ");
        Files.delete(root.resolve("etc/vz/conf/101.conf"));
        reverter.takeBack(ve);
        assertThat(stages()).as("a VE that is no more").isEmpty();
    }

    @Test
    void withoutAProcessThatWaitsNothingIsArmed() throws IOException {
        Reverter reverter = reverter(command -> CommandResult.notStarted("no setsid"));
        assertThatThrownBy(() -> reverter.arm(Place.HOST, Family.V4, "", LONG, List.of()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("no setsid");
        assertThat(stages()).isEmpty();
    }
}
