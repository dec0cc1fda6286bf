package vzguard.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import vzguard.policy.PolicyParser.Parsed;
import vzguard.values.Problem;

/** Text that is no policy before any of its settings is looked at. */
class PolicyTextTest {
    private static final String POLICY =
            "apiVersion: vzguard/v1\nkind: Policy\nmetadata: {name: p}\nspec: {sshGuard: {}}\n";

    private static List<String> problems(String text) {
        Parsed parsed = PolicyParser.parse(text);
        assertThat(parsed.policy()).isEmpty();
        return parsed.problems().stream().map(Problem::toString).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "# only a comment\n", "---\n...\n"})
    void nothingIsNoPolicy(String text) {
        assertThat(PolicyParser.parse(text).problems())
                .hasSize(1)
                .first()
                .satisfies(problem -> assertThat(problem.message()).containsAnyOf("the text is empty", "not nothing"));
    }

    @Test
    void tabsAreRefusedWhereTheyStand() {
        assertThat(problems("spec:\n\tsshGuard: {}\n"))
                .containsExactly("2:1 this is no YAML: found character '\\t(TAB)' that cannot start any token."
                        + " (Do not use \\t(TAB) for indentation)");
    }

    @Test
    void brokenSyntaxHasAPlace() {
        assertThat(problems("spec: {a: [1, 2\n"))
                .containsExactly("2:1 this is no YAML: expected ',' or ']', but got" + " <stream end>");
        assertThat(problems("a: b: c\n")).containsExactly("1:5 this is no YAML: mapping values are not allowed here");
        assertThat(problems("a: *b\n"))
                .containsExactly(
                        "1:4 alias *b is not permitted (write the value where it belongs)",
                        "1:4 this is no YAML: found undefined alias b");
        assertThat(problems("a: \"x\u0001\"\n")).containsExactly("1:6 the character U+0001 is not permitted in YAML");
        assertThat(problems("%YAML 3.0\n---\na: 1\n"))
                .containsExactly("1:1 this version of YAML is not permitted (1.1, 1.2, or no %YAML line)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\x", "\\xZ", "\\u12", "\\UFFFFFFFF"})
    void anEscapeOfNoCharacterIsAFaultAndNoCrash(String escape) {
        assertThat(problems("a: \"" + escape + "\"\n"))
                .singleElement()
                .asString()
                .contains("this is no YAML");
    }

    @Test
    void oneTextIsOnePolicy() {
        assertThat(problems(POLICY + "---\n" + POLICY))
                .containsExactly("5:1 a second document starts here (permitted: one policy per text)");
    }

    @Test
    void anchorsAliasesAndTagsAreRefused() {
        assertThat(problems("apiVersion: &v vzguard/v1\nkind: !!str Policy\nmetadata: {name: p}\nspec: &s {}\nx: *s\n"))
                .containsExactly(
                        "1:13 anchor &v is not permitted (write the value where it belongs)",
                        "2:7 the tag tag:yaml.org,2002:str is not permitted",
                        "4:7 anchor &s is not permitted (write the value where it belongs)",
                        "5:1 x: unknown key (permitted: apiVersion, kind, metadata, spec)",
                        "5:4 alias *s is not permitted (write the value where it belongs)");
    }

    @Test
    void aBombOfAliasesIsRefusedAtOnce() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int level = 1; level < 60; level++) {
            bomb.append(String.format("a%d: &a%d [*a%d, *a%d]%n", level, level, level - 1, level - 1));
        }
        assertTimeout(
                Duration.ofSeconds(10),
                () -> assertThat(problems(bomb.toString()))
                        .contains("1:5 anchor &a0 is not permitted (write the value where it belongs)")
                        .hasSize(101));
    }

    @Test
    void deepNestingIsRefusedBeforeItCostsAnything() {
        assertTimeout(
                Duration.ofSeconds(10),
                () -> assertThat(problems("[".repeat(200_000)))
                        .containsExactly("1:17 nested too deeply (at most 16 levels)"));
    }

    @Test
    void aTextMayHave256KibibytesAndNoMore() {
        String filled = POLICY + "#".repeat(256 * 1024 - POLICY.length());
        assertThat(PolicyParser.parse(filled).problems()).isEmpty();
        assertThat(problems(filled + "#")).containsExactly("1:1 the text is larger than 256 KiB");
        // Counted in bytes of UTF-8.
        String wide = POLICY + "#" + "\u65e5".repeat(90_000);
        assertThat(problems(wide)).containsExactly("1:1 the text is larger than 256 KiB");
    }

    @Test
    void ofVeryManyFaultsTheFirstAreShown() {
        String ports = "0, ".repeat(80_000);
        List<String> problems = problems(POLICY.replace("{}", "{ports: [" + ports + "22]}"));
        assertThat(problems).hasSize(101);
        assertThat(problems.get(0)).isEqualTo("4:27 spec.sshGuard.ports[0]: 0 is not permitted (1-65535)");
        assertThat(problems.get(100)).isEqualTo("and 79900 more problems");
    }

    @Test
    void longValuesAreCutInMessages() {
        String list = "x".repeat(100_000);
        assertThat(problems(POLICY.replace("{}", "{list: " + list + ", " + list.substring(0, 900) + ": 1}")))
                .allSatisfy(problem -> assertThat(problem).hasSizeLessThan(300))
                .hasSize(2);
    }

    @Test
    void aByteOrderMarkAndWindowsLinesAreFine() {
        assertThat(PolicyParser.parse("\ufeff" + POLICY.replace("\n", "\r\n")).problems())
                .isEmpty();
    }
}
