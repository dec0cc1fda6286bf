package vzguard.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import vzguard.it.contract.Transcript.Observed;

/** {@code docs/lab-transcripts.md} says what is replayed and what is not, and nothing is left out of it. */
class TranscriptListTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "lab-transcripts.md");
    private static final Path RESOURCES = Path.of("src", "test", "resources", "vzguard", "it", "contract");

    @Test
    void everyTranscriptFileIsAmongThoseThatAreReplayed() throws IOException {
        try (var files = Files.list(RESOURCES)) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".txt", "")))
                    .containsExactlyInAnyOrderElementsOf(TranscriptParser.FILES);
        }
    }

    @Test
    void theDocumentListsEverySectionAndEveryCommandThatIsNotReplayedWithItsReason() throws IOException {
        assertThat(Files.readString(DOCUMENT)).contains(table());
    }

    /** The document's tables, made of the transcripts. Print it to bring the document in line. */
    static String table() {
        List<Transcript> transcripts =
                TranscriptParser.FILES.stream().map(TranscriptParser::read).toList();
        String sections = transcripts.stream()
                .map(transcript -> "| " + transcript.title() + " | " + counts(transcript, FloorKind.SIMULATED) + " | "
                        + counts(transcript, FloorKind.REAL) + " |\n")
                .collect(Collectors.joining());
        String commands = transcripts.stream()
                .flatMap(transcript -> transcript.commands().stream()
                        .filter(observed -> !observed.notReplayed().isEmpty())
                        .map(observed -> "* " + transcript.title() + ": `" + cut(observed.command()) + "`: "
                                + reasons(observed) + "\n"))
                .collect(Collectors.joining());
        return "| section | simulated: replayed | not | real: replayed | not |\n|---|---|---|---|---|\n" + sections
                + "\n## Not replayed, on which floor, and why\n\n" + commands;
    }

    private static String counts(Transcript transcript, FloorKind floor) {
        long replayed = transcript.commands().stream()
                .filter(observed -> observed.isReplayedOn(floor))
                .count();
        return replayed + " | " + (transcript.commands().size() - replayed);
    }

    private static String reasons(Observed observed) {
        return Arrays.stream(FloorKind.values())
                .filter(floor -> !observed.isReplayedOn(floor))
                .map(floor -> floor.word() + ": " + observed.notReplayed().get(floor))
                .collect(Collectors.joining("; "));
    }

    private static String cut(String command) {
        String plain = command.replace("`", "'");
        return plain.length() <= 70 ? plain : plain.substring(0, 70) + "...";
    }
}
