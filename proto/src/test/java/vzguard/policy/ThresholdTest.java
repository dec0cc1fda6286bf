package vzguard.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@code >=}, to the letter. */
class ThresholdTest {
    @Test
    void aNumberIsReachedByAsMany() {
        assertThat(Threshold.of(3).isReachedBy(2, 100)).isFalse();
        assertThat(Threshold.of(3).isReachedBy(3, 100)).isTrue();
        assertThat(Threshold.of(3).isReachedBy(4, 100)).isTrue();
    }

    @Test
    void aShareIsReachedByThatShareAndByNoLess() {
        Threshold fifth = Threshold.parse("20%");
        assertThat(fifth.isReachedBy(1, 6)).isFalse();
        assertThat(fifth.isReachedBy(1, 5)).isTrue();
        assertThat(fifth.isReachedBy(100_000, 500_000)).isTrue();
        assertThat(fifth.isReachedBy(99_999, 500_000)).isFalse();
        assertThat(fifth.isReachedBy(0, 0)).as("nobody").isFalse();
    }

    @Test
    void noneIsNever() {
        assertThat(Threshold.NEVER.isReachedBy(Integer.MAX_VALUE, 1)).isFalse();
        assertThat(Threshold.parse("0")).isEqualTo(Threshold.NEVER);
    }
}
