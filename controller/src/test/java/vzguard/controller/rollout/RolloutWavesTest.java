package vzguard.controller.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static vzguard.controller.rollout.Play.settings;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RolloutWavesTest {
    private static final String[] FIVE = {"hn1/101", "hn2/101", "hn1/102", "hn2/102", "hn1/103"};

    @Test
    void theCanaryEndsAndSoaksBeforeTheFirstWaveStarts() {
        Play play = new Play(RolloutKind.APPLY, settings(1, 1, 30, "100%"), FIVE).connect("hn1", "hn2");
        assertThat(play.running()).isEqualTo("hn1/101");

        play.finish(Outcome.DONE, "hn1/101");
        assertThat(play.running()).isEmpty();
        assertThat(play.waitingFor()).isEqualTo("soak of wave 1 until 2026-03-01T12:00:30Z");

        play.after(Duration.ofSeconds(29));
        assertThat(play.running()).isEmpty();
        play.after(Duration.ofSeconds(1));
        assertThat(play.running()).isEqualTo("hn1/102 hn1/103 hn2/101 hn2/102");
    }

    @Test
    void wavesEndAtTheirCumulativeBounds() {
        Play play = new Play(RolloutKind.APPLY, settings(0, 1, 0, "40%", "3", "100%"), FIVE).connect("hn1", "hn2");
        assertThat(play.running()).isEqualTo("hn1/101 hn2/101");
        play.finish(Outcome.DONE, "hn1/101");
        assertThat(play.running()).isEqualTo("hn2/101");
        play.finish(Outcome.DONE, "hn2/101");
        assertThat(play.running()).isEqualTo("hn1/102");
        play.finish(Outcome.DONE, "hn1/102");
        assertThat(play.running()).isEqualTo("hn1/103 hn2/102");
        assertThat(play.rollout.waves()).isEqualTo(3);
    }

    @Test
    void wavesThatWouldBeEmptyAreLeftOutAndAllTargetsAreReached() {
        assertThat(Waves.bounds(settings(3, 1, 0, "10%", "2", "50%", "100%"), 6))
                .containsExactly(3, 6);
        assertThat(Waves.bounds(settings(9, 1, 0, "100%"), 6)).containsExactly(6);
        assertThat(Waves.bounds(settings(1, 1, 0, "50%"), 4)).containsExactly(1, 2, 4);
        assertThat(Waves.bounds(settings(1, 1, 0, "50%"), 0)).isEmpty();
    }

    @Test
    void theLastWaveDoesNotSoak() {
        Play play = new Play(RolloutKind.APPLY, settings(0, 1, 600, "100%"), "hn1").connect("hn1");
        play.finish(Outcome.NO_OP, "hn1");
        assertThat(play.rollout.state()).isEqualTo(RolloutState.COMPLETED);
        assertThat(play.rollout.progress().endedAt()).isEqualTo(play.now);
    }

    @Test
    void aWaveThatChangedNothingDoesNotSoak() {
        for (Outcome outcome : new Outcome[] {Outcome.NO_OP, Outcome.SKIPPED, Outcome.REFUSED}) {
            Play play = new Play(RolloutKind.APPLY, settings(2, 1, 30, "100%"), FIVE).connect("hn1", "hn2");
            play.finish(Outcome.NO_OP, "hn1/101").finish(outcome, "hn2/101");
            assertThat(play.running()).as("%s", outcome).isEqualTo("hn1/102 hn1/103 hn2/102");
        }
    }

    @Test
    void aWaveOfWhichOneTargetMayHaveChangedSoaks() {
        for (Outcome outcome : new Outcome[] {Outcome.DONE, Outcome.FAILED}) {
            Play play = new Play(RolloutKind.APPLY, settings(2, 2, 30, "100%"), FIVE).connect("hn1", "hn2");
            play.finish(Outcome.NO_OP, "hn1/101").finish(outcome, "hn2/101");
            assertThat(play.running()).as("%s", outcome).isEmpty();
            assertThat(play.waitingFor()).startsWith("soak of wave 1");
        }
    }

    @Test
    void withNoTargetItIsCompletedAtOnce() {
        Play play = new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE);
        assertThat(play.rollout.state()).isEqualTo(RolloutState.COMPLETED);
        assertThat(play.rollout.hasEnded()).isTrue();
        assertThat(play.connect("hn1").after(Duration.ofHours(1)).sent).isEmpty();
    }

    @Test
    void theHostItselfEndsBeforeItsVesStart() {
        Play play = new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1", "hn1/101", "hn2/101").connect("hn1", "hn2");
        assertThat(play.running()).isEqualTo("hn1 hn2/101");
        play.finish(Outcome.NO_OP, "hn1");
        assertThat(play.running()).isEqualTo("hn1/101 hn2/101");
    }

    @Test
    void itStopsAtTheNthFailureAndWhatRunsEndsAndCounts() {
        Play play = new Play(RolloutKind.APPLY, settings(2, 2, 0, "100%"), FIVE).connect("hn1", "hn2");
        play.finish(Outcome.FAILED, "hn1/101");
        assertThat(play.rollout.state()).isEqualTo(RolloutState.RUNNING);
        play.finish(Outcome.DONE, "hn2/101");
        assertThat(play.running()).isEqualTo("hn1/102 hn1/103 hn2/102");

        play.finish(Outcome.FAILED, "hn1/102");
        assertThat(play.rollout.state()).isEqualTo(RolloutState.STOPPED);
        assertThat(play.waitingFor()).isEqualTo("stopped: 2 failures (limit 2); 2 targets still running");

        play.finish(Outcome.DONE, "hn1/103", "hn2/102");
        assertThat(play.rollout.tally().of(TaskState.DONE)).isEqualTo(3);
    }

    @Test
    void afterAStopNothingStartsUntilItIsResumedAndThenOldFailuresAreForgiven() {
        Play play = new Play(RolloutKind.APPLY, settings(1, 1, 0, "2", "100%"), FIVE).connect("hn1", "hn2");
        play.finish(Outcome.FAILED, "hn1/101").after(Duration.ofDays(1));
        assertThat(play.running()).isEmpty();
        assertThat(play.waitingFor()).isEqualTo("stopped: 1 failure (limit 1)");

        play.resume();
        assertThat(play.running()).isEqualTo("hn2/101");
        play.finish(Outcome.FAILED, "hn2/101");
        assertThat(play.rollout.state()).isEqualTo(RolloutState.STOPPED);
    }

    @Test
    void refusedAndSkippedTargetsAreNoFailures() {
        Play play = new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, FIVE).connect("hn1", "hn2");
        play.finish(Outcome.REFUSED, "hn1/101", "hn1/102").finish(Outcome.SKIPPED, "hn1/103", "hn2/101");
        assertThat(play.rollout.state()).isEqualTo(RolloutState.RUNNING);
    }

    @Test
    void withMaxFailuresZeroItNeverStopsForThem() {
        Play play = new Play(RolloutKind.APPLY, settings(0, 0, 0, "100%"), FIVE).connect("hn1", "hn2");
        play.finish(Outcome.FAILED, FIVE);
        assertThat(play.rollout.state()).isEqualTo(RolloutState.COMPLETED);
        assertThat(play.rollout.tally().of(TaskState.FAILED)).isEqualTo(5);
    }

    @Test
    void whenNothingIsLeftItIsCompletedWhateverFailed() {
        Play play = new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1").connect("hn1");
        play.finish(Outcome.FAILED, "hn1");
        assertThat(play.rollout.state()).isEqualTo(RolloutState.COMPLETED);
    }

    @Test
    void onlyAFewLiveJobsRunOnOneHostAtOnce() {
        Play play = new Play(
                        RolloutKind.APPLY,
                        Play.ALL_AT_ONCE,
                        "hn1/101",
                        "hn1/102",
                        "hn1/103",
                        "hn1/104",
                        "hn1/105",
                        "hn1/106")
                .connect("hn1");
        assertThat(play.running()).isEqualTo("hn1/101 hn1/102 hn1/103 hn1/104");
        play.finish(Outcome.DONE, "hn1/103");
        assertThat(play.running()).isEqualTo("hn1/101 hn1/102 hn1/104 hn1/105");
    }
}
