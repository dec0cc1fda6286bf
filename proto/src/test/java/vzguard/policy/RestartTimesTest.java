package vzguard.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Windows, cut-off and freezes together. */
class RestartTimesTest {
    private static RestartTimes times(String window, Duration cutoff, String... freezes) {
        List<Freeze> all = new ArrayList<>();
        for (String freeze : freezes) {
            all.add(Freeze.parse(freeze));
        }
        return RestartTimes.of(
                new RolloutSettings.Restarts(true, 1, 20, Optional.empty(), window, cutoff, List.copyOf(all)));
    }

    private static Instant at(String text) {
        return Instant.parse(text);
    }

    @Test
    void withoutAnySettingARestartMayAlwaysStart() {
        RestartTimes always = times("", Duration.ZERO);
        assertThat(always.mayStart(Instant.EPOCH)).isTrue();
        assertThat(always.obstacle(Instant.EPOCH)).isEmpty();
    }

    @Test
    void nothingStartsThatCouldNotEndBeforeTheWindowCloses() {
        RestartTimes night = times("02:00-05:00 UTC", Duration.ofMinutes(15));
        assertThat(night.mayStart(at("2026-03-01T02:00:00Z"))).isTrue();
        assertThat(night.mayStart(at("2026-03-01T04:45:00Z"))).as("just enough").isTrue();
        assertThat(night.mayStart(at("2026-03-01T04:45:01Z"))).isFalse();
        assertThat(night.obstacle(at("2026-03-01T04:50:00Z"))).contains("cut-off 900 s");
        assertThat(night.next(at("2026-03-01T04:50:00Z"))).isEqualTo(at("2026-03-02T02:00:00Z"));
    }

    @Test
    void aGapShorterThanTheCutOffIsNoWayIntoTheNextWindow() {
        RestartTimes almostAlways = times("02:00-01:00 UTC", Duration.ofHours(2));
        assertThat(almostAlways.mayStart(at("2026-03-01T00:30:00Z"))).isFalse();
        assertThat(almostAlways.next(at("2026-03-01T00:30:00Z"))).isEqualTo(at("2026-03-01T02:00:00Z"));
    }

    @Test
    void nothingStartsInAFreezeNorSoShortlyBeforeThatItCouldRunIntoIt() {
        RestartTimes holidays = times("", Duration.ofMinutes(10), "2026-12-24/2026-12-26 Asia/Tokyo");
        Instant begin = at("2026-12-23T15:00:00Z");
        Instant end = at("2026-12-26T15:00:00Z");
        assertThat(holidays.mayStart(begin.minusSeconds(600))).isTrue();
        assertThat(holidays.mayStart(begin.minusSeconds(599))).isFalse();
        assertThat(holidays.mayStart(begin)).isFalse();
        assertThat(holidays.mayStart(end.minusNanos(1)))
                .as("the last day counts")
                .isFalse();
        assertThat(holidays.mayStart(end)).isTrue();
        assertThat(holidays.obstacle(begin)).isEqualTo("restarts are frozen (2026-12-24/2026-12-26 Asia/Tokyo)");
        assertThat(holidays.next(begin.minusSeconds(599))).isEqualTo(end);
    }

    @Test
    void aWindowThatAClockChangeLeavesOutOpensOnTheNextDay() {
        RestartTimes hour = times("02:00-03:00 Europe/Berlin", Duration.ZERO);
        assertThat(hour.next(at("2026-03-29T00:30:00Z"))).isEqualTo(at("2026-03-30T00:00:00Z"));
    }

    @Test
    void aFreezeMayEndOutsideOfTheWindow() {
        RestartTimes both = times("02:00-05:00 UTC", Duration.ofMinutes(5), "2026-03-01T01:00/2026-03-01T04:58 UTC");
        assertThat(both.next(at("2026-03-01T02:30:00Z"))).isEqualTo(at("2026-03-02T02:00:00Z"));
    }

    /** Minute by minute: the next time is the first at which one may start, and a restart of the cut-off's length ends in time. */
    @Test
    void theNextTimeIsTheFirstAndEveryRestartEndsInTime() {
        LongStream.range(0, 2_000).parallel().forEach(seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            int from = random.nextInt(24);
            int to = (from + 1 + random.nextInt(23)) % 24;
            String window = random.nextInt(4) == 0
                    ? ""
                    : String.format("%02d:00-%02d:00 %s", from, to, random.nextBoolean() ? "UTC" : "Europe/Berlin");
            Duration cutoff = Duration.ofMinutes(random.nextInt(60));
            String[] freezes = new String[random.nextInt(3)];
            // Around both changes of clocks.
            Instant night = at(random.nextBoolean() ? "2026-03-28T00:00:00Z" : "2026-10-24T00:00:00Z");
            for (int index = 0; index < freezes.length; index++) {
                Instant begin = night.plus(Duration.ofMinutes(random.nextInt(4_000)));
                Instant end = begin.plus(Duration.ofMinutes(1 + random.nextInt(2_000)));
                freezes[index] =
                        begin.toString().substring(0, 16) + "/" + end.toString().substring(0, 16) + " UTC";
            }
            RestartTimes times = times(window, cutoff, freezes);
            RestartTimes whole = times(window, Duration.ZERO, freezes);
            Instant start = night.plus(Duration.ofMinutes(random.nextInt(2_880)));
            Instant next = times.next(start);
            assertThat(times.mayStart(next)).as("seed %s", seed).isTrue();
            for (Instant minute = start; minute.isBefore(next); minute = minute.plusSeconds(60)) {
                assertThat(times.mayStart(minute))
                        .as("seed %s at %s", seed, minute)
                        .isFalse();
            }
            for (Duration after = Duration.ZERO; after.compareTo(cutoff) < 0; after = after.plusSeconds(60)) {
                assertThat(whole.mayStart(next.plus(after))).as("seed %s", seed).isTrue();
            }
        });
    }
}
