package vzguard.controller.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static vzguard.controller.rollout.Play.settings;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RolloutControlTest {
    private static final String[] THREE = {"hn1/101", "hn1/102", "hn1/103"};

    @Test
    void pausedMeansNoNewStartsAndWhatRunsCounts() {
        Play play = new Play(RolloutKind.APPLY, settings(1, 1, 0, "100%"), THREE)
                .connect("hn1")
                .pause();
        assertThat(play.waitingFor()).isEqualTo("paused; 1 target still running");
        play.finish(Outcome.DONE, "hn1/101").after(Duration.ofHours(1));
        assertThat(play.running()).isEmpty();
        assertThat(play.waitingFor()).isEqualTo("paused");
        assertThat(play.resume().running()).isEqualTo("hn1/102 hn1/103");
    }

    @Test
    void abortedMeansPendingAreSkippedAndRunningEndAndCount() {
        Play play = new Play(RolloutKind.APPLY, settings(1, 1, 0, "100%"), THREE)
                .connect("hn1")
                .abort();
        assertThat(play.those(TaskState.SKIPPED)).isEqualTo("hn1/102 hn1/103");
        assertThat(play.rollout.hasEnded()).isFalse();
        play.finish(Outcome.DONE, "hn1/101");
        assertThat(play.rollout.state()).isEqualTo(RolloutState.ABORTED);
        assertThat(play.rollout.hasEnded()).isTrue();
        assertThat(play.state("hn1/101")).isEqualTo("done");
    }

    @Test
    void aTargetThatTurnsOutToNeedARestartAfterAnAbortIsSkipped() {
        Play play = new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1/101")
                .connect("hn1")
                .abort();
        play.needsRestart("hn1/101");
        assertThat(play.state("hn1/101")).isEqualTo("skipped");
        assertThat(play.sent).hasSize(1);
    }

    @Test
    void retryTakesTheFailedRefusedAndUnreachableOnesAgainAsFurtherAttempts() {
        Play play = new Play(
                        RolloutKind.APPLY,
                        settings(0, 0, 0, "100%"),
                        "hn1/101",
                        "hn1/102",
                        "hn1/103",
                        "hn1/104",
                        "hn2/101")
                .connect("hn1")
                .finish(Outcome.FAILED, "hn1/101")
                .finish(Outcome.REFUSED, "hn1/102")
                .finish(Outcome.DONE, "hn1/103")
                .finish(Outcome.SKIPPED, "hn1/104")
                .after(Duration.ofMinutes(5))
                .connect("hn2")
                .retry();
        assertThat(play.rollout.state()).isEqualTo(RolloutState.RUNNING);
        assertThat(play.running()).isEqualTo("hn1/101 hn1/102 hn2/101");
        assertThat(play.task("hn1/101").attempt()).isEqualTo(2);
        assertThat(play.sent).endsWith("r1-0-2", "r1-1-2", "r1-4-2");

        play.finishJob(new JobId("r1", 0, 1, false), Outcome.DONE, false);
        assertThat(play.state("hn1/101"))
                .as("an old attempt's result changes nothing")
                .isEqualTo("running");
    }

    @Test
    void retryResumesAStoppedRolloutAndTheEarlierWaveGoesFirst() {
        Play play = new Play(RolloutKind.APPLY, settings(1, 1, 30, "2", "100%"), THREE).connect("hn1");
        play.finish(Outcome.FAILED, "hn1/101").resume().after(Duration.ofSeconds(30));
        assertThat(play.running()).isEqualTo("hn1/102");
        play.finish(Outcome.FAILED, "hn1/102").retry();
        assertThat(play.running()).isEqualTo("hn1/101");
        play.finish(Outcome.DONE, "hn1/101");
        assertThat(play.running()).as("its wave soaks again").isEmpty();
        assertThat(play.after(Duration.ofSeconds(30)).running()).isEqualTo("hn1/102");
    }

    @Test
    void aRetryWaitsForTheAnswerToWhatIsStillOutAndTakesItWhenItIsGood() {
        Play play = new Play(RolloutKind.RESTART, Play.ALL_AT_ONCE, "hn1/101")
                .connect("hn1")
                .accept("hn1/101")
                .after(Duration.ofMinutes(11))
                .retry();
        assertThat(play.running()).as("never two jobs for one VE").isEmpty();
        assertThat(play.waitingFor()).isEqualTo("the agent of host hn1 has not answered for r1-0-1-restart yet");
        play.finishJob(new JobId("r1", 0, 1, true), Outcome.DONE, true);
        assertThat(play.state("hn1/101")).isEqualTo("done");
        assertThat(play.sent).as("restarted once").containsExactly("r1-0-1-restart");
    }

    @Test
    void aRetryGoesOutWhenTheOlderJobFailedAfterAll() {
        Play play = new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1/101")
                .connect("hn1")
                .accept("hn1/101")
                .after(Duration.ofMinutes(11))
                .retry()
                .finishJob(new JobId("r1", 0, 1, false), Outcome.FAILED, false);
        assertThat(play.sent).containsExactly("r1-0-1", "r1-0-2");
    }

    @Test
    void promoteEndsTheSoak() {
        Play play = new Play(RolloutKind.APPLY, settings(1, 1, 600, "100%"), THREE).connect("hn1");
        play.finish(Outcome.DONE, "hn1/101").promote();
        assertThat(play.running()).isEqualTo("hn1/102 hn1/103");
    }

    @Test
    void commandsThatDoNotFitAreRefusedInWordsAndChangeNothing() {
        Play play = new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1/101");
        assertThat(play.resume().last.refusal())
                .isEqualTo("rollout r1 is running and cannot be resumed: only one that is paused or stopped can be");
        assertThat(play.promote().last.refusal())
                .isEqualTo("rollout r1 is running and cannot be promoted: no wave soaks at present");
        assertThat(play.retry().last.refusal())
                .isEqualTo(
                        "rollout r1 is running and cannot be retried: no target failed, was refused or was unreachable");
        play.abort();
        assertThat(play.retry().last.refusal())
                .isEqualTo("rollout r1 is aborted and cannot be retried: start a new rollout");
        Rollout before = play.rollout;
        assertThat(play.pause().rollout).isSameAs(before);
    }

    @Test
    void withPromotionByHandEveryWaveThatChangedSomethingWaitsForAWord() {
        Play play = new Play(RolloutKind.APPLY, Play.byHand(settings(1, 1, 30, "2", "100%")), THREE)
                .connect("hn1")
                .finish(Outcome.DONE, "hn1/101")
                .after(Duration.ofDays(3));
        assertThat(play.running()).isEmpty();
        assertThat(play.waitingFor()).isEqualTo("wave 1 has ended; the next begins by `vzguard rollout promote r1`");

        play.promote().finish(Outcome.NO_OP, "hn1/102");
        assertThat(play.running()).as("a wave that changed nothing asks nobody").isEqualTo("hn1/103");
        play.finish(Outcome.DONE, "hn1/103");
        assertThat(play.rollout.state()).as("nothing comes after the last").isEqualTo(RolloutState.COMPLETED);
    }
}
