package vzguard.controller.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReconnectPaceTest {
    @ParameterizedTest
    @CsvSource({
        "0, PT1S",
        "3, PT1S",
        "50, PT1S",
        "666, PT1S",
        "1000, PT1.5S",
        "5000, PT7.5S",
        "10000, PT15S",
        "18000, PT27S",
        "200000, PT5M",
        "2147483647, PT5M"
    })
    void theSlotGrowsWithTheFleet(int agents, Duration slot) {
        assertThat(ReconnectPace.standard().within(agents)).isEqualTo(slot);
    }

    @Test
    void moreAgentsNeverHaveLessTime() {
        ReconnectPace pace = ReconnectPace.standard();
        for (int agents = 1; agents < 300_000; agents += 37) {
            assertThat(pace.within(agents)).isGreaterThanOrEqualTo(pace.within(agents - 1));
        }
    }

    @Test
    void aFixedSlotDoesNotGrow() {
        ReconnectPace pace = ReconnectPace.fixed(Duration.ofMillis(50));
        assertThat(pace.within(0)).isEqualTo(Duration.ofMillis(50));
        assertThat(pace.within(10_000)).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void aPaceThatEndsBeforeItBeginsIsNone() {
        assertThatThrownBy(() -> new ReconnectPace(Duration.ofSeconds(2), Duration.ZERO, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
