package vzguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import vzguard.cli.connect.TlsChannels;
import vzguard.cli.console.Console;
import vzguard.v1.Cause;
import vzguard.v1.FleetStatus;
import vzguard.v1.JobProgress;

/** docs/cli.md says what is so: commands, options, examples, keys of the documents. */
class DocumentationTest {
    private static final Pattern SHELL = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
    private static final Pattern KEYS = Pattern.compile("(?m)^\\| ([A-Z][A-Za-z]+) \\| ((?:`\\w+`(?:, )?)+) \\|$");

    private final String text = read();

    @Test
    void everyCommandIsDescribedWithItsOptions() {
        CommandLine root = Main.commandLine(Console.ofProcess(), new TlsChannels());
        assertThat(root.getSubcommands().keySet())
                .isNotEmpty()
                .allSatisfy(name -> assertThat(text).contains("### " + name + "\n"));
        root.getSubcommands().forEach((name, command) -> {
            assertOptions(command);
            command.getSubcommands().forEach((inner, leaf) -> {
                assertThat(text).contains(name + " " + inner);
                assertOptions(leaf);
            });
        });
    }

    private void assertOptions(CommandLine command) {
        command.getCommandSpec().options().stream()
                .filter(option -> !option.inherited())
                .map(option ->
                        option.negatable() ? "--no-" + option.longestName().substring(2) : option.longestName())
                .filter(name -> !name.equals("--version"))
                .forEach(name -> assertThat(text).as(command.getCommandName()).contains(name));
    }

    @Test
    void everyExampleIsALineThatTheCommandLineTakes() {
        List<String> lines = SHELL.matcher(text)
                .results()
                .flatMap(block -> block.group(1).lines())
                .filter(line -> line.startsWith("vzguard "))
                .toList();
        assertThat(lines).hasSizeGreaterThan(15);
        for (String line : lines) {
            List<String> words = new ArrayList<>();
            WORD.matcher(line.substring("vzguard ".length()).replaceFirst(" \\| .*", ""))
                    .results()
                    .forEach(word -> words.add(word.group(1) == null ? word.group(2) : word.group(1)));
            CommandLine.ParseResult parsed =
                    Main.commandLine(Console.ofProcess(), new TlsChannels()).parseArgs(words.toArray(new String[0]));
            assertThat(parsed.unmatched()).as(line).isEmpty();
        }
    }

    @Test
    void theKeysOfEveryDocumentAreTheContracts() {
        var messages = Stream.of(FleetStatus.getDescriptor(), Cause.getDescriptor(), JobProgress.getDescriptor())
                .flatMap(message -> message.getFile().getMessageTypes().stream())
                .collect(Collectors.toMap(Descriptor::getName, Function.identity()));
        List<MatchResult> rows = KEYS.matcher(text).results().toList();
        assertThat(rows).hasSize(30);
        for (MatchResult row : rows) {
            assertThat(row.group(2).replace("`", "").split(", "))
                    .as(row.group(1))
                    .containsExactlyElementsOf(Objects.requireNonNull(messages.get(row.group(1))).getFields().stream()
                            .map(FieldDescriptor::getJsonName)
                            // Documents are whole: pages are put together.
                            .filter(name -> !name.equals("nextPageToken"))
                            .toList());
        }
    }

    private static String read() {
        try {
            return Files.readString(Path.of("../docs/cli.md"));
        } catch (IOException e) {
            throw new AssertionError("docs/cli.md cannot be read", e);
        }
    }
}
