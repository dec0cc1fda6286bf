package vzguard.controller.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

    private final Pace pace = new Pace(3);

    @Test
    void aHostIsLookedAtSoOftenAMinuteAndNoOtherHostPaysForIt() {
        for (int second = 0; second < 3; second++) {
            assertThat(pace.permits("one", NOON.plusSeconds(second))).isTrue();
        }
        assertThat(pace.permits("one", NOON.plusSeconds(59))).isFalse();
        assertThat(pace.permits("two", NOON.plusSeconds(59))).isTrue();
        assertThat(pace.permits("one", NOON.plusSeconds(61)))
                .as("the first is over a minute old")
                .isTrue();
        assertThat(pace.permits("one", NOON.plusSeconds(61))).isFalse();
    }

    @Test
    void hostsThatAskedLongAgoAreForgotten() {
        for (int host = 0; host < 1000; host++) {
            assertThat(pace.permits("host " + host, NOON)).isTrue();
        }
        assertThat(pace.permits("another", NOON.plusSeconds(121))).isTrue();
        assertThat(pace.hosts()).isEqualTo(1);
    }
}
