package vzguard.agent.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Configs as vzctl 4.11.1 reads and rewrites them. */
class ConfigTextTest {
    private static final String FILE = """
            # global parameters
            VIRTUOZZO=yes
            IPTABLES="ipt_REJECT ipt_tos  ipt_limit "

            ## comment = kept
            IPTABLES_MODULES="$IPTABLES"
            THIS IS NOT = valid
            NAME="a "quoted" name"
            BROKEN="no end
            """;

    @Test
    void valuesAreReadAsVzctlReadsThem() {
        ConfigText config = ConfigText.parse(FILE);
        assertThat(config.words("IPTABLES")).contains(List.of("ipt_REJECT", "ipt_tos", "ipt_limit"));
        assertThat(config.isYes("VIRTUOZZO")).isTrue();
        assertThat(config.value("NAME")).contains("a \"quoted\" name");
        assertThat(config.value("BROKEN")).isEmpty();
        assertThat(ConfigText.parse("A=1\nA=2\n").value("A")).contains("2");
        assertThat(ConfigText.parse("A=1\nA=2\n").duplicates("A", "B")).containsExactly("A");
    }

    @Test
    void anEditChangesOneValueAndNothingElse() {
        String after = ConfigText.parse(FILE).withWords("IPTABLES", List.of("ipt_limit", "ipt_recent"), List.of());
        assertThat(after).isEqualTo(FILE.replace("ipt_limit \"", "ipt_limit ipt_recent\""));
    }

    @Test
    void whatIsThereAlreadyLeavesTheTextAlone() {
        assertThat(ConfigText.parse(FILE).withWords("IPTABLES", List.of("ipt_tos"), List.of()))
                .isEqualTo(FILE);
    }

    @Test
    void anUnquotedValueIsQuotedAndAMissingEndOfLineStaysMissing() {
        assertThat(ConfigText.parse("IPTABLES=ipt_tos").withWords("IPTABLES", List.of("ipt_recent"), List.of()))
                .isEqualTo("IPTABLES=\"ipt_tos ipt_recent\"");
        assertThat(ConfigText.parse("A=1").withWords("IPTABLES", List.of("b"), List.of("a")))
                .isEqualTo("A=1\nIPTABLES=\"a b\"");
    }

    @Test
    void aKeyThatStandsThereTwiceIsNotWritten() {
        ConfigText config = ConfigText.parse("IPTABLES=a\nIPTABLES=b\n");
        assertThatThrownBy(() -> config.withWords("IPTABLES", List.of("c"), List.of()))
                .isInstanceOf(IllegalStateException.class);
        assertThat(config.value("NONE")).isEqualTo(Optional.empty());
    }
}
