package vzguard.values;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProblemTest {
    @Test
    void aProblemReadsAsPlacePathAndMessage() {
        assertThat(new Problem(3, 14, "spec.sshGuard.hits", "21 is not permitted (2-20)"))
                .hasToString("3:14 spec.sshGuard.hits: 21 is not permitted (2-20)");
        assertThat(new Problem(1, 1, "", "the text is empty")).hasToString("1:1 the text is empty");
        assertThat(new Problem(0, 0, "", "and 7 more problems")).hasToString("and 7 more problems");
    }

    @Test
    void whatATerminalWouldObeyIsMadeVisible() {
        assertThat(new Problem(1, 1, "a\u001b[2J", "b\r\n\u202e\u009b c"))
                .hasToString("1:1 a\\u001b[2J: b\\u000d\\u000a\\u202e\\u009b c");
    }

    @Test
    void problemsSortByPlace() {
        Problem first = new Problem(2, 9, "b", "x");
        Problem second = new Problem(2, 10, "a", "x");
        Problem third = new Problem(2, 10, "a", "y");
        Problem fourth = new Problem(10, 1, "a", "x");
        assertThat(Stream.of(fourth, third, second, first).sorted()).isEqualTo(List.of(first, second, third, fourth));
    }

    @Test
    void longTextIsCutBetweenCharacters() {
        assertThat(Quoted.of("a".repeat(60))).hasSize(62);
        assertThat(Quoted.of("a".repeat(61))).isEqualTo("\"" + "a".repeat(60) + "...\"");
        assertThat(Quoted.cut("a".repeat(59) + "\ud83d\ude00\ud83d\ude00")).isEqualTo("a".repeat(59) + "...");
    }
}
