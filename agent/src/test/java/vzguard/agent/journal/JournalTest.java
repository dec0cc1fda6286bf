package vzguard.agent.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    private Path state = Path.of("");

    private static void write(Path state) throws IOException {
        try (Journal journal = Journal.open(state)) {
            StepLog log = journal.of("job 1");
            log.intent("SHARE_VE", Map.of());
            log.done("SHARE_VE");
            log.intent("RESTART_VE", Map.of("started", "12", "words", "tab\t line\n back\\slash"));
        }
    }

    @Test
    void anIntentWithoutEndIsOpenWhenTheJournalIsOpenedAgain() throws IOException {
        write(state);
        try (Journal journal = Journal.open(state)) {
            StepLog log = journal.of("job 1");
            assertThat(log.open("RESTART_VE").orElseThrow().facts()).containsEntry("words", "tab\t line\n back\\slash");
            assertThat(log.open("SHARE_VE")).isEmpty();
            assertThat(log.finished("SHARE_VE")).isTrue();
            assertThat(journal.of("job 2").previous()).isEmpty();
            journal.forget("job 1");
        }
        try (Journal journal = Journal.open(state)) {
            assertThat(journal.jobs()).isEmpty();
            assertThat(Files.size(state.resolve("journal"))).isZero();
        }
    }

    @Test
    void aFileTornAtAnyByteLosesAtMostItsLastLine() throws IOException {
        write(state);
        byte[] whole = Files.readAllBytes(state.resolve("journal"));
        for (int length = 0; length <= whole.length; length++) {
            Path torn = Files.createDirectory(state.resolve("torn" + length));
            byte[] kept = Arrays.copyOf(whole, length);
            Files.write(torn.resolve("journal"), kept);
            long ends = new String(kept, StandardCharsets.UTF_8)
                    .chars()
                    .filter(c -> c == '\n')
                    .count();
            try (Journal journal = Journal.open(torn)) {
                // A line whose line feed alone is missing is whole.
                assertThat(journal.of("job 1").previous().size()).isBetween((int) ends, (int) ends + 1);
                assertThat(journal.problems()).isEmpty();
                journal.of("job 1").done("NEXT");
            }
            try (Journal journal = Journal.open(torn)) {
                assertThat(journal.of("job 1").finished("NEXT")).isTrue();
            }
        }
    }

    @Test
    void aDamagedLineInTheMiddleIsReportedAndTheOthersStand() throws IOException {
        write(state);
        Path file = state.resolve("journal");
        List<String> lines = Files.readAllLines(file);
        Files.writeString(
                file, lines.get(0) + "\n" + lines.get(1).replace("DONE", "D0NE") + "\n" + lines.get(2) + "\n");
        try (Journal journal = Journal.open(state)) {
            assertThat(journal.problems()).singleElement().asString().contains("journal:2");
            assertThat(journal.of("job 1").open("RESTART_VE")).isPresent();
        }
    }
}
