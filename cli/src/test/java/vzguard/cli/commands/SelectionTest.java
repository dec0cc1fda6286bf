package vzguard.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import vzguard.cli.outcome.CommandFailed;
import vzguard.v1.SelectorSpec;

class SelectionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | '' | *",
                "* | '' | *",
                "hn1 | name=hn1 | *",
                "hn1/101 | name=hn1 | 101",
                "101-120, 205 | '' | 101-120,205",
                "/101 | '' | 101",
                "*/101 | '' | 101",
                "dc=tokyo,rack!=4/101-103 | dc=tokyo,rack!=4 | 101-103",
                "name=101 | name=101 | *",
            })
    void readsHostsAndVes(String text, String hosts, String ves) {
        SelectorSpec selector = Selection.parse(text);
        assertThat(selector.getHosts()).isEqualTo(hosts);
        assertThat(selector.getVes()).isEqualTo(ves);
    }

    @ParameterizedTest
    @ValueSource(strings = {"120-101", "hn1/x", "dc=", "=x", "hn1/101/102", "0"})
    void saysWhatIsWrong(String text) {
        assertThatThrownBy(() -> Selection.parse(text))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("--select \"" + text + "\"")
                .hasMessageContaining("form:");
    }
}
