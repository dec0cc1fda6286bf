package vzguard.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CtidRangesTest {
    private static final String UUID = "4c8e2d2a-9d0f-4e6a-8f57-2f6f6f3c1d11";

    @Test
    void rangesContainTheirEndsAndNothingBeyond() {
        CtidRanges ranges = CtidRanges.parse("101-120, 205," + UUID);
        assertThat(ranges.contains(new Ctid("100"))).isFalse();
        assertThat(ranges.contains(new Ctid("101"))).isTrue();
        assertThat(ranges.contains(new Ctid("120"))).isTrue();
        assertThat(ranges.contains(new Ctid("121"))).isFalse();
        assertThat(ranges.contains(new Ctid("205"))).isTrue();
        assertThat(ranges.contains(new Ctid(UUID))).isTrue();
        assertThat(ranges.contains(new Ctid("5c8e2d2a-9d0f-4e6a-8f57-2f6f6f3c1d11")))
                .isFalse();
        assertThat(ranges).hasToString("101-120,205," + UUID);
    }

    @Test
    void aRangeOfAllNumbersContainsNoUuid() {
        CtidRanges numbers = CtidRanges.parse("1-2147483644");
        assertThat(numbers.contains(new Ctid("2147483644"))).isTrue();
        assertThat(numbers.contains(new Ctid(UUID))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "*"})
    void nothingOrAStarIsEveryCtid(String text) {
        assertThat(CtidRanges.parse(text).isAll()).isTrue();
        assertThat(CtidRanges.parse(text).contains(new Ctid(UUID))).isTrue();
        assertThat(CtidRanges.parse(text)).hasToString("*").isEqualTo(CtidRanges.ALL);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            120-101 | CTID range "120-101" runs backwards (write 101-120)
            101,,102 | "" is no CTID and no range of CTIDs
            101, | "" is no CTID and no range of CTIDs
            0-5 | "0-5" is no CTID and no range of CTIDs
            101-102-103 | "101-102-103" is no CTID and no range of CTIDs
            101;102 | "101;102" is no CTID and no range of CTIDs
            1-2147483645 | "1-2147483645" is no CTID and no range of CTIDs
            """)
    void faultsNameTheTerm(String text, String message) {
        assertThatThrownBy(() -> CtidRanges.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
