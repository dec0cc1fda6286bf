package vzguard.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vzguard.policy.RolloutSettings.Wave;

class WaveTest {
    @ParameterizedTest
    @CsvSource({
        "10, true, 100, 10",
        "10, true, 101, 11",
        "1, true, 3, 1",
        "50, true, 3, 2",
        "100, true, 3, 3",
        "100, true, 0, 0",
        "99, true, 2147483647, 2126008811",
        "100, true, 2147483647, 2147483647",
        "25, false, 100, 25",
        "25, false, 7, 7",
    })
    void aBoundIsRoundedUpAndAtMostAll(int value, boolean percent, int all, int bound) {
        assertThat(new Wave(value, percent).bound(all)).isEqualTo(bound);
    }
}
