package vzguard.controller.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static vzguard.controller.rollout.Play.settings;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RolloutSilenceTest {

    @Test
    void targetsOfAHostThatIsAwayWaitAndAreThenUnreachable() {
        Play play = new Play(RolloutKind.APPLY, settings(0, 1, 0, "100%"), "hn1/101", "hn2/101").connect("hn1");
        assertThat(play.waitingFor())
                .isEqualTo("host hn2 is not connected; its targets become unreachable at 2026-03-01T12:05:00Z");
        play.finish(Outcome.DONE, "hn1/101").after(Duration.ofMinutes(5).minusSeconds(1));
        assertThat(play.state("hn2/101")).isEqualTo("pending");
        play.after(Duration.ofSeconds(1));
        assertThat(play.state("hn2/101")).isEqualTo("unreachable");
        assertThat(play.task("hn2/101").summary())
                .isEqualTo("not started: the agent of host hn2 was away until 2026-03-01T12:05:00Z");
        assertThat(play.rollout.state()).isEqualTo(RolloutState.COMPLETED);
    }

    @Test
    void aHostThatComesBackInTimeIsTakenUp() {
        Play play = new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1/101").after(Duration.ofMinutes(4));
        assertThat(play.connect("hn1").running()).isEqualTo("hn1/101");
    }

    @Test
    void aBrokenStreamConcludesNothingBeforeTheDeadline() {
        Play play = new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1/101")
                .connect("hn1")
                .accept("hn1/101")
                .disconnect("hn1")
                .after(Duration.ofMinutes(11).minusSeconds(1));
        assertThat(play.state("hn1/101")).isEqualTo("running");
        play.after(Duration.ofSeconds(1));
        assertThat(play.state("hn1/101")).isEqualTo("unreachable");
        assertThat(play.task("hn1/101").summary())
                .isEqualTo("no word until 2026-03-01T12:11:00Z from host hn1, whose agent is not connected");
    }

    @Test
    void aLateResultCorrectsWhatSilenceHadConcludedOnce() {
        Play play = new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1/101")
                .connect("hn1")
                .disconnect("hn1")
                .after(Duration.ofMinutes(11))
                .finishJob(new JobId("r1", 0, 1, false), Outcome.NO_OP, false);
        assertThat(play.state("hn1/101")).isEqualTo("no_op");
        assertThat(play.rollout.state()).isEqualTo(RolloutState.COMPLETED);
        play.finishJob(new JobId("r1", 0, 1, false), Outcome.FAILED, false);
        assertThat(play.state("hn1/101")).isEqualTo("no_op");
        assertThat(play.last.changedTasks()).isEmpty();
    }

    @Test
    void aConnectedAgentThatAcceptedAndGivesNoResultHasFailed() {
        Play play = new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1/101")
                .connect("hn1")
                .accept("hn1/101")
                .after(Duration.ofMinutes(11));
        assertThat(play.state("hn1/101")).isEqualTo("failed");
        assertThat(play.task("hn1/101").causes()).containsExactly("NO_RESULT");
        assertThat(play.cancelled).containsExactly("r1-0-1");
    }

    @Test
    void aResultBeforeItsReceiptIsAResult() {
        Play play = new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1/101").connect("hn1");
        JobId job = play.task("hn1/101").job("r1");
        play.finishJob(job, Outcome.DONE, false).apply(new RolloutEvent.TaskAccepted(play.now, job));
        assertThat(play.state("hn1/101")).isEqualTo("done");
    }

    @Test
    void aReconnectedAgentIsOfferedTheSameJobUnlessItHoldsIt() {
        Play play = new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1/101")
                .connect("hn1")
                .disconnect("hn1");
        play.connectHolding("hn1", "r1-0-1");
        assertThat(play.sent).containsExactly("r1-0-1");
        assertThat(play.task("hn1/101").accepted()).isTrue();

        Play other = new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1/101")
                .connect("hn1")
                .disconnect("hn1");
        other.connect("hn1");
        assertThat(other.sent).containsExactly("r1-0-1", "r1-0-1");
    }

    @Test
    void aJobThatVanishedFromItsAgentsJournalIsNotSentAgain() {
        Play play = new Play(RolloutKind.RESTART, Play.ALL_AT_ONCE, "hn1/101")
                .connect("hn1")
                .accept("hn1/101")
                .disconnect("hn1")
                .connectHolding("hn1");
        assertThat(play.state("hn1/101")).isEqualTo("failed");
        assertThat(play.task("hn1/101").causes()).containsExactly("JOB_LOST");
        assertThat(play.sent).hasSize(1);
    }

    @Test
    void aFewDeadHostsLeaveALargeWave() {
        String[] targets =
                IntStream.rangeClosed(1, 10).mapToObj(i -> "hn" + i + "/101").toArray(String[]::new);
        Play play = new Play(RolloutKind.APPLY, settings(0, 1, 0, "9", "100%"), targets);
        for (int host = 2; host <= 10; host++) {
            play.connect("hn" + host);
        }
        for (int host = 2; host <= 9; host++) {
            play.finish(Outcome.DONE, "hn" + host + "/101");
        }
        play.after(Duration.ofMinutes(5));
        assertThat(play.state("hn1/101")).isEqualTo("unreachable");
        assertThat(play.running()).isEqualTo("hn10/101");
    }

    @Test
    void aCanaryThatCouldNotBeTriedStopsIt() {
        Play play = new Play(RolloutKind.APPLY, settings(1, 1, 0, "100%"), "hn1/101", "hn2/101", "hn3/101")
                .connect("hn2", "hn3")
                .after(Duration.ofMinutes(5));
        assertThat(play.running()).isEmpty();
        assertThat(play.waitingFor()).isEqualTo("stopped: 1 target unreachable in a wave of 1 (limit 20%)");
        assertThat(play.resume().running()).isEqualTo("hn2/101 hn3/101");
    }

    @Test
    void aControllerThatWasDownHoldsItAgainstNobody() {
        Play play = new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1/101", "hn2/101")
                .connect("hn1")
                .crash(Duration.ofHours(2))
                .after(Duration.ofMinutes(5).minusSeconds(1));
        assertThat(play.running()).isEqualTo("hn1/101");
        assertThat(play.state("hn2/101")).isEqualTo("pending");
        assertThat(play.rollout.resend())
                .containsExactly(new RolloutEffect.SendJob(
                        new JobId("r1", 0, 1, false), play.task("hn1/101").change(), false, Duration.ofMinutes(10)));
    }

    @Test
    void whileItIsPausedNobodyBecomesUnreachable() {
        Play play =
                new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1/101").pause().after(Duration.ofDays(1));
        assertThat(play.state("hn1/101")).isEqualTo("pending");
        play.resume().after(Duration.ofMinutes(4));
        assertThat(play.state("hn1/101")).isEqualTo("pending");
    }

    @Test
    void resultsOfOtherRolloutsAndOfTargetsUnknownChangeNothing() {
        Play play = new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1/101").connect("hn1");
        play.finishJob(new JobId("r2", 0, 1, false), Outcome.DONE, false);
        play.finishJob(new JobId("r1", 1, 1, false), Outcome.DONE, false);
        play.finishJob(new JobId("r1", 0, 2, false), Outcome.DONE, false);
        play.finishJob(new JobId("r1", 0, 1, true), Outcome.DONE, true);
        play.connect("hn9").disconnect("hn9");
        assertThat(play.running()).isEqualTo("hn1/101");
    }
}
