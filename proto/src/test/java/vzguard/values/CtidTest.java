package vzguard.values;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CtidTest {
    @ParameterizedTest
    @ValueSource(strings = {"1", "101", "2147483644", "4c8e2d2a-9d0f-4e6a-8f57-2f6f6f3c1d11"})
    void numbersAndUuidsAreCtids(String text) {
        assertThat(Ctid.isValid(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "0101", " 101", "101x", "2147483645", "4294967397", "abc", "101\n"})
    void otherTextIsNone(String text) {
        assertThat(Ctid.isValid(text)).isFalse();
    }

    @Test
    void numbersSortByValueAndBeforeUuids() {
        assertThat(new Ctid("99")).isLessThan(new Ctid("101"));
        assertThat(new Ctid("101")).isLessThan(new Ctid("00000000-0000-0000-0000-000000000000"));
    }
}
