package vzguard.controller.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AlarmTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final List<Duration> delays = new ArrayList<>();
    private final List<Runnable> timers = new ArrayList<>();
    private final AtomicInteger rings = new AtomicInteger();
    private final Alarm alarm = new Alarm(
            Clock.fixed(NOW, ZoneOffset.UTC),
            (delay, task) -> {
                delays.add(delay);
                timers.add(task);
            },
            rings::incrementAndGet);

    @Test
    void itRingsWhenTheInstantComes() {
        alarm.set(NOW.plusMillis(300));
        assertThat(delays).containsExactly(Duration.ofMillis(300));
        timers.get(0).run();
        assertThat(rings).hasValue(1);
    }

    @Test
    void laterInstantsCostNothingUntilItHasRung() {
        alarm.set(NOW.plusSeconds(5));
        alarm.set(NOW.plusSeconds(5));
        alarm.set(NOW.plusSeconds(9));
        assertThat(delays).containsExactly(Duration.ofSeconds(5));
        timers.get(0).run();
        alarm.set(NOW.plusSeconds(9));
        assertThat(delays).containsExactly(Duration.ofSeconds(5), Duration.ofSeconds(9));
    }

    @Test
    void anEarlierInstantRingsFirst() {
        alarm.set(NOW.plusSeconds(9));
        alarm.set(NOW.plusSeconds(2));
        assertThat(delays).containsExactly(Duration.ofSeconds(9), Duration.ofSeconds(2));
        timers.get(0).run();
        alarm.set(NOW.plusSeconds(3));
        assertThat(delays).as("still set to 2 s").hasSize(2);
    }

    @Test
    void whatIsDueDoesNotRing() {
        alarm.set(NOW);
        alarm.set(NOW.minusSeconds(1));
        assertThat(delays).isEmpty();
    }
}
