package vzguard.cli.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmallPiecesTest {
    @ParameterizedTest
    @CsvSource({"-5,0s", "0,0s", "119,119s", "120,2m", "7199,119m", "7200,2h", "172799,47h", "172800,2d", "8640000,100d"
    })
    void anAgeHasOneUnit(long seconds, String age) {
        assertThat(Ages.of(Duration.ofSeconds(seconds))).isEqualTo(age);
    }

    @Test
    void namesAreOrderedAsPeopleCount() {
        assertThat(Stream.of("hn10", "hn2", "a", "hn2b", "1001", "101", "hn02").sorted(NaturalOrder.NATURAL))
                .containsExactly("101", "1001", "a", "hn02", "hn2", "hn2b", "hn10");
    }

    @Test
    void whatAHostPrintsCannotSteerTheTerminal() {
        assertThat(Text.line("a\u001b[2Jb\nc\u202e\u0085")).isEqualTo("a?[2Jb?c??");
        assertThat(Text.block("a\u001b[2Jb\n\tc")).isEqualTo("a?[2Jb\n\tc");
        Table table = new Table("A");
        table.add("x\u001b]0;title\u0007");
        assertThat(table.render(Format.WIDE, 80, false))
                .doesNotContain("\u001b")
                .doesNotContain("\u0007");
    }

    @Test
    void theWidestColumnsAreCutUntilTheTableFits() {
        Table table = new Table("A", "B");
        table.add("short", "x".repeat(100));
        assertThat(table.render(Format.TABLE, 20, false).lines())
                .containsExactly("A      B", "short  " + "x".repeat(12) + "…");
        assertThat(table.render(Format.WIDE, 20, false)).contains("x".repeat(100));
    }

    @Test
    void aRowMustHaveAFieldUnderEachHeading() {
        Table table = new Table("A", "B");
        assertThatThrownBy(() -> table.add("one")).hasMessage("1 fields under 2 headings");
    }

    @Test
    void countsHaveTheirPlural() {
        assertThat(List.of(Text.count(0, "VE"), Text.count(1, "VE"), Text.count(2, "VE")))
                .containsExactly("0 VEs", "1 VE", "2 VEs");
    }
}
