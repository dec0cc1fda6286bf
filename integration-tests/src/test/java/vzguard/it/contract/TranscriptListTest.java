package vzguard.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

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
                .map(transcript -> "| " + transcript.title() + " | " + replayed(transcript) + " | "
                        + transcript.notReplayed().size() + " |\n")
                .collect(Collectors.joining());
        String commands = transcripts.stream()
                .flatMap(transcript -> transcript.notReplayed().stream()
                        .map(observed -> "* " + transcript.title() + ": `" + cut(observed.command()) + "`: "
                                + observed.notReplayed().orElse("") + "\n"))
                .collect(Collectors.joining());
        return "| section | replayed | not replayed |\n|---|---|---|\n" + sections + "\n## Not replayed, and why\n\n"
                + commands;
    }

    private static long replayed(Transcript transcript) {
        return transcript.steps().stream()
                        .filter(Transcript.Observed.class::isInstance)
                        .count()
                - transcript.notReplayed().size();
    }

    private static String cut(String command) {
        String plain = command.replace("`", "'");
        return plain.length() <= 70 ? plain : plain.substring(0, 70) + "...";
    }
}
