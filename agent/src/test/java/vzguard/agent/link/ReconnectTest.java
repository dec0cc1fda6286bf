package vzguard.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReconnectTest {
    private final Random random = new Random(1);

    @ParameterizedTest(name = "slot {0} s, {1} failures: within {2} s")
    @CsvSource({
        // A small fleet's agents ask again and again: a controller that is back is found within seconds.
        "1, 0, 1",
        "1, 1, 2",
        "1, 2, 3",
        "1, 20, 3",
        // 10,000 agents: the slot, and at most twice that.
        "15, 0, 15",
        "15, 1, 30",
        "15, 9, 30",
        // A slot that is longer than any limit stays what it is.
        "120, 0, 120",
        "120, 5, 120"
    })
    void itWaitsAtRandomUpToALimitThatTheSlotSets(int slot, int failures, int most) {
        Duration longest = Duration.ZERO;
        Duration shortest = Duration.ofDays(1);
        for (int draw = 0; draw < 2000; draw++) {
            Duration delay = Reconnect.delay(failures, Optional.of(Duration.ofSeconds(slot)), random);
            longest = delay.compareTo(longest) > 0 ? delay : longest;
            shortest = delay.compareTo(shortest) < 0 ? delay : shortest;
        }
        Duration limit = Duration.ofSeconds(most);
        assertThat(longest).isBetween(limit.multipliedBy(9).dividedBy(10), limit);
        assertThat(shortest).isLessThan(limit.dividedBy(10));
    }

    @Test
    void whoNeverHeardOfASlotWaitsUpToHalfAMinute() {
        for (int draw = 0; draw < 2000; draw++) {
            assertThat(Reconnect.delay(20, Optional.empty(), random)).isLessThanOrEqualTo(Duration.ofSeconds(30));
            assertThat(Reconnect.delay(0, Optional.empty(), random)).isLessThanOrEqualTo(Duration.ofSeconds(1));
        }
    }
}
