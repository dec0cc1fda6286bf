package vzguard.it.contract;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import vzguard.it.contract.Transcript.Given;
import vzguard.it.contract.Transcript.Observed;
import vzguard.it.contract.Transcript.Step;

/**
 * Reads transcript files: {@code section TITLE}, {@code given COMMAND}, {@code deaf CTID}, {@code process CMDLINE},
 * {@code end process}, {@code no modules}, {@code host NAME}, {@code not replayed FLOOR REASON} and {@code source TEXT} (for the next
 * command), and for each command
 * {@code $ COMMAND}, {@code out| LINE}, {@code err| LINE}, {@code exit CODE}. A line that is none of these is an error.
 */
final class TranscriptParser {
    /** Every section that was observed, in order; a file may not be left out. */
    static final List<String> FILES = List.of(
            "01-version-usage-bad-input",
            "02-status",
            "03-status-in-four-states",
            "04-start-stop-restart",
            "05-exec-enter-runscript",
            "06-exec3",
            "07-set-iptables",
            "08-set-netfilter",
            "09-setmode",
            "10-setmode-with-a-change",
            "11-global-config",
            "12-names",
            "13-locks",
            "14-broken-config",
            "15-suspended",
            "16-vzlist-text",
            "17-vzlist-json",
            "18-guard-in-a-ct",
            "19-recent-edge-cases",
            "20-halt-hostname-destroy",
            "21-guard-over-veth",
            "22-iptables-messages",
            "23-xtables-lock",
            "24-killing-vzctl",
            "25-hostile-root",
            "26-boot-scripts",
            "27-two-stage-guard");

    private static final List<String> DIRECTIVES =
            List.of("given ", "deaf ", "process ", "end process", "no modules", "host ");

    private final List<Step> steps = new ArrayList<>();
    private final List<String> out = new ArrayList<>();
    private final List<String> err = new ArrayList<>();
    private Optional<String> title = Optional.empty();
    private Optional<String> command = Optional.empty();
    private final Map<FloorKind, String> notReplayed = new EnumMap<>(FloorKind.class);
    private String source = "";
    private int commandLine;

    private TranscriptParser() {}

    static Transcript read(String file) {
        try (InputStream stream = TranscriptParser.class.getResourceAsStream(file + ".txt")) {
            if (stream == null) {
                throw new IllegalStateException("no transcript " + file);
            }
            return parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8), file);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read transcript " + file, e);
        }
    }

    static Transcript parse(String text, String name) {
        TranscriptParser parser = new TranscriptParser();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (!parser.line(lines.get(i), i + 1)) {
                throw new IllegalArgumentException(
                        name + ":" + (i + 1) + ": not a line of a transcript: " + lines.get(i));
            }
        }
        if (parser.command.isPresent() || parser.title.isEmpty()) {
            throw new IllegalArgumentException(name + ": ends within a command, or has no title");
        }
        return new Transcript(parser.title.get(), parser.steps);
    }

    private boolean line(String line, int number) {
        if (command.isPresent()) {
            return partOfCommand(line);
        }
        if (line.isEmpty()) {
            return true;
        }
        if (line.startsWith("section ")) {
            title = Optional.of(line.substring("section ".length()));
            return true;
        }
        if (line.startsWith("not replayed ")) {
            return notReplayed(line.substring("not replayed ".length()));
        }
        if (line.startsWith("source ")) {
            source = line.substring("source ".length());
            return true;
        }
        if (line.startsWith("$ ")) {
            command = Optional.of(line.substring(2));
            commandLine = number;
            return true;
        }
        Optional<String> directive =
                DIRECTIVES.stream().filter(line::startsWith).findFirst();
        directive.ifPresent(word -> steps.add(new Given(word.strip(), line.substring(word.length()))));
        return directive.isPresent();
    }

    private boolean notReplayed(String floorAndReason) {
        String[] words = floorAndReason.split(" ", 2);
        Optional<FloorKind> floor = FloorKind.of(words[0]);
        floor.ifPresent(kind -> notReplayed.put(kind, words[1]));
        return floor.isPresent();
    }

    private boolean partOfCommand(String line) {
        if (line.startsWith("out|") || line.startsWith("err|")) {
            String text = line.substring(4);
            (line.startsWith("out|") ? out : err).add(text.startsWith(" ") ? text.substring(1) : text);
            return true;
        }
        if (!line.matches("exit [0-9]{1,3}")) {
            return false;
        }
        steps.add(new Observed(
                commandLine,
                command.orElseThrow(),
                List.copyOf(out),
                List.copyOf(err),
                Integer.parseInt(line.substring("exit ".length())),
                source,
                Map.copyOf(notReplayed)));
        source = "";
        out.clear();
        err.clear();
        command = Optional.empty();
        notReplayed.clear();
        return true;
    }
}
