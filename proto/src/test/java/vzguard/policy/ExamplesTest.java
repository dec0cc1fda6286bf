package vzguard.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import vzguard.policy.PolicyParser.Parsed;

/** What the project shows as a policy is one. */
class ExamplesTest {
    private static final Path ROOT = Path.of(System.getProperty("basedir", "."))
            .toAbsolutePath()
            .resolveSibling("")
            .normalize();
    private static final Path REFERENCE = ROOT.resolve("docs/policy.md");
    private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern EXAMPLE =
            Pattern.compile("```yaml\n([^`]*)```[a-z\n]*```text\n([^`]*)```", Pattern.DOTALL);

    static Stream<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("examples"))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleIsAPolicyWithoutWarnings(Path file) throws IOException {
        Parsed parsed = PolicyParser.parse(Files.readString(file));
        assertThat(parsed.problems()).isEmpty();
        assertThat(parsed.warnings()).isEmpty();
        assertThat(file).hasFileName(parsed.policy().orElseThrow().name() + ".yaml");
    }

    @Test
    void theReferenceShowsPoliciesAndTheAnswersThatTheyGet() throws IOException {
        String reference = Files.readString(REFERENCE);
        List<String> faulty = new ArrayList<>();
        Matcher examples = EXAMPLE.matcher(reference);
        while (examples.find()) {
            faulty.add(examples.group(1));
            Parsed parsed = PolicyParser.parse(examples.group(1));
            assertThat(Stream.concat(
                            parsed.problems().stream().map(problem -> "policy.yaml:" + problem),
                            parsed.warnings().stream().map(warning -> "warning: " + warning)))
                    .containsExactlyElementsOf(examples.group(2).lines().toList());
        }
        assertThat(faulty).isNotEmpty();
        Matcher blocks = BLOCK.matcher(reference);
        int shown = 0;
        while (blocks.find()) {
            if (!faulty.contains(blocks.group(1))) {
                assertThat(PolicyParser.parse(blocks.group(1)).problems()).isEmpty();
                shown++;
            }
        }
        assertThat(shown).isPositive();
    }

    @Test
    void theReferenceNamesEveryKey() throws IOException {
        String reference = Files.readString(REFERENCE);
        Policy all = RandomPolicy.of(1);
        Policy policy = new Policy(
                all.name(), all.selector(), all.modules(), SshGuard.DEFAULT, all.rollout(), Policy.Mode.ENFORCE);
        Matcher keys = Pattern.compile("(?m)^ *([a-zA-Z0-9]+):").matcher(PolicyYaml.write(policy));
        List<String> named = new ArrayList<>();
        while (keys.find()) {
            named.add(keys.group(1));
            assertThat(reference).contains(keys.group(1));
        }
        assertThat(named).contains("maxFailures", "ipv6", "window", "persist");
        assertThat(Limits.MODULES).allSatisfy(module -> assertThat(reference).contains("`" + module + "`"));
    }
}
