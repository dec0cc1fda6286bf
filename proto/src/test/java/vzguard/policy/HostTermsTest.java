package vzguard.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostTermsTest {
    private static final Map<String, String> LABELS = Map.of("dc", "tokyo", "rack", "a-7");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            dc=tokyo | true
            dc=osaka | false
            dc!=osaka | true
            dc!=tokyo | false
            zone!=x | true
            zone=x | false
            rack | true
            zone | false
            name=hn1 | true
            name=hn2 | false
            name!=hn2 | true
            name | true
            dc=tokyo,rack=a-7 | true
            dc=tokyo, rack=a-8 | false
            * | true
            '' | true
            """)
    void allTermsMustHold(String terms, boolean matches) {
        assertThat(HostTerms.parse(terms).matches("hn1", LABELS)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"dc==tokyo", "=x", "dc=", "dc=a,,rack", "DC=x", "dc=a b", "!dc", "dc=tokyo,", "dc=*", "a/b=c"})
    void otherTextIsNoTerm(String text) {
        assertThatThrownBy(() -> HostTerms.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no host term (permitted: key=value, key!=value, key;");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ' dc = tokyo , rack ' | dc=tokyo,rack
            dc != x | dc!=x
            * | ''
            """)
    void termsHaveOneCanonicalText(String text, String canonical) {
        assertThat(HostTerms.parse(text)).hasToString(canonical).isEqualTo(HostTerms.parse(canonical));
    }
}
