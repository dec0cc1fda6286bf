package vzguard.controller.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LostHostsTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final LostHosts lost = new LostHosts();

    @Test
    void aFewAreEverydayLifeAndManyAtOnceAreNot() {
        lost.gone("a", NOON);
        lost.gone("b", NOON);
        assertThat(lost.brake(0, NOON)).as("two are too few to tell").isEmpty();
        lost.gone("c", NOON);
        assertThat(lost.brake(12, NOON)).as("3 of 15").isEmpty();
        assertThat(lost.brake(11, NOON)).startsWith("brake: 3 of 14 hosts went silent within 5 minutes");
    }

    @Test
    void theirReturnLetsItGoAndSoDoesTime() {
        lost.gone("a", NOON);
        lost.gone("b", NOON);
        lost.gone("c", NOON.plusSeconds(60));
        assertThat(lost.brake(5, NOON.plusSeconds(60))).isNotEmpty();
        lost.back("a");
        assertThat(lost.brake(6, NOON.plusSeconds(61))).isEmpty();
        lost.gone("a", NOON.plusSeconds(62));
        assertThat(lost.brake(5, NOON.plusSeconds(62))).isNotEmpty();
        assertThat(lost.brake(5, NOON.plus(Duration.ofMinutes(5)).plusSeconds(1)))
                .as("b went longer than five minutes ago")
                .isEmpty();
    }

    @Test
    void oneThatFlapsIsOne() {
        for (int second = 0; second < 100; second++) {
            lost.gone("a", NOON.plusSeconds(second));
        }
        assertThat(lost.brake(0, NOON.plusSeconds(100))).isEmpty();
    }
}
