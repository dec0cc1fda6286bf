package vzguard.controller.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static vzguard.controller.rollout.Play.settings;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** That a tick before the deadline changes nothing is checked by {@link RolloutScheduleTest}. */
class DeadlinesTest {
    private static final Limits PATIENT =
            new Limits(4, Duration.ofMinutes(10), Duration.ofMinutes(1), Duration.ofHours(1));

    private static Optional<Instant> due(Play play) {
        return Deadlines.of(play.rollout, play.now);
    }

    @Test
    void theEndOfASoakIsDueToTheInstant() {
        Play play = new Play(RolloutKind.APPLY, settings(1, 1, 30, "100%"), "hn1/101", "hn1/102").connect("hn1");
        play.finish(Outcome.DONE, "hn1/101");
        Instant end = play.now.plusSeconds(30);
        assertThat(due(play)).contains(end);
        assertThat(Deadlines.after(Optional.of(end.plusSeconds(5)), new RolloutEvent.Pause(play.now), play.last))
                .as("known after the event, without a look at all targets")
                .contains(end);
    }

    @Test
    void aSoakThatIsPausedIsNotDue() {
        Play play = new Play(RolloutKind.APPLY, settings(1, 1, 30, "100%"), "hn1/101", "hn1/102").connect("hn1");
        play.finish(Outcome.DONE, "hn1/101").apply(new RolloutEvent.Pause(play.now));
        assertThat(due(play)).contains(play.now.plus(Play.LIMITS.patience()));
    }

    @Test
    void theDeadlineOfAJobIsKnownWhenItStarts() {
        Instant now = Instant.parse("2026-03-01T12:00:00Z");
        Rollout rollout = Rollout.start(
                new RolloutTerms("r1", RolloutKind.APPLY, "p", 1, Play.ALL_AT_ONCE, PATIENT, now),
                List.of(new Change(new TargetRef("id1", "hn1", "101"), 0, 1)));
        Optional<Instant> due = Deadlines.of(rollout, now);
        assertThat(due).as("its host is away").contains(now.plus(Duration.ofHours(1)));
        RolloutEvent connected = new RolloutEvent.HostConnected(now, "id1", Set.of());
        Step step = rollout.apply(connected);
        assertThat(Deadlines.after(due, connected, step)).contains(now.plus(Duration.ofMinutes(11)));
        assertThat(Deadlines.of(step.next(), now)).contains(now.plus(Duration.ofMinutes(11)));
    }

    @Test
    void theOpeningOfTheWindowIsDue() {
        Play play = new Play(RolloutKind.RESTART, Play.restarts(true, 1, 1, "12:02-13:00 UTC"), "hn1/101");
        play.connect("hn1");
        assertThat(play.running()).isEmpty();
        assertThat(due(play)).contains(Instant.parse("2026-03-01T12:02:00Z"));
    }

    @Test
    void nothingIsDueOnceItHasEnded() {
        Play play = new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1/101").connect("hn1");
        assertThat(due(play)).isPresent();
        play.finish(Outcome.DONE, "hn1/101");
        assertThat(due(play)).isEmpty();
        assertThat(Deadlines.after(Optional.of(play.now), new RolloutEvent.Tick(play.now), play.last))
                .isEmpty();
    }
}
