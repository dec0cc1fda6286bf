package vzguard.controller.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import vzguard.controller.rollout.History.Past;

class HistoryTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z").plus(Duration.ofDays(100));
    private static final History YEAR = new History(Duration.ofDays(365), 1_000, 1_000_000);
    private static final History QUARTER = new History(Duration.ofDays(90), 1_000, 1_000_000);

    @Test
    void whatIsOlderThanItsAgeIsForgottenUnlessItLeftSomethingOrGoesOn() {
        Past done = past(
                false,
                new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1/101")
                        .connect("hn1")
                        .finish(Outcome.DONE, "hn1/101"));
        Past failed = past(
                false,
                new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1/101")
                        .connect("hn1")
                        .finish(Outcome.FAILED, "hn1/101"));
        Past paused = past(false, new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1/101").pause());

        assertThat(QUARTER.forgotten(List.of(done, failed, paused), NOW)).containsExactly(done.rollout());
        assertThat(YEAR.forgotten(List.of(done, failed, paused), NOW)).isEmpty();
    }

    @Test
    void theNewestOverAllTargetsOfAPolicyStays() {
        Past newer = ended(true);
        Past older = ended(true);
        Past part = ended(false);
        assertThat(QUARTER.forgotten(List.of(part, newer, older), NOW))
                .containsExactly(part.rollout(), older.rollout());
    }

    @Test
    void theNumberOfRolloutsAndOfTasksIsBounded() {
        List<Past> many = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            many.add(ended(false));
        }
        List<Rollout> oldest = many.subList(3, 10).stream().map(Past::rollout).toList();
        assertThat(new History(Duration.ofDays(365), 3, 1_000).forgotten(many, NOW))
                .isEqualTo(oldest);
        assertThat(new History(Duration.ofDays(365), 1_000, 7).forgotten(many, NOW))
                .as("two tasks each")
                .isEqualTo(oldest);
    }

    @Test
    void whoseAgentStillOwesAnAnswerStays() {
        Play play = new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1/101")
                .connect("hn1")
                .accept("hn1/101")
                .disconnect("hn1")
                .after(Duration.ofMinutes(12));
        assertThat(play.rollout.hasEnded()).isTrue();
        assertThat(play.task("hn1/101").outstanding()).isNotNull();
        assertThat(new History(Duration.ZERO, 0, 0).forgotten(List.of(past(false, play)), NOW))
                .isEmpty();
    }

    private static Past ended(boolean whole) {
        String[] targets = {"hn1/101", "hn1/102"};
        return past(
                whole,
                new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, targets)
                        .connect("hn1")
                        .finish(Outcome.DONE, targets));
    }

    private static Past past(boolean whole, Play play) {
        return new Past(play.rollout, whole);
    }
}
