package vzguard.controller.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static vzguard.controller.rollout.Play.restarts;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RolloutRestartsTest {
    private static final String[] TWO_HOSTS = {"hn1/101", "hn2/101", "hn1/102", "hn2/102"};

    @Test
    void aTargetGoesOutWithoutPermissionFirstAndWithItOnlyWhenItsPlanNeedsARestart() {
        Play play = new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1/101", "hn1/102").connect("hn1");
        assertThat(play.sent).containsExactly("r1-0-1", "r1-1-1");
        play.needsRestart("hn1/101").finish(Outcome.DONE, "hn1/102");
        assertThat(play.sent).containsExactly("r1-0-1", "r1-1-1", "r1-0-1-restart");
        assertThat(play.rollout.slots()).isEqualTo(1);
        play.finishJob(new JobId("r1", 0, 1, true), Outcome.DONE, true);
        assertThat(play.rollout.state()).isEqualTo(RolloutState.COMPLETED);
        assertThat(play.rollout.restarts()).isEqualTo(1);
        assertThat(play.rollout.slots()).isZero();
    }

    @Test
    void oneHostRestartsOneVeAtATime() {
        Play play = new Play(RolloutKind.APPLY, restarts(true, 1, 20, ""), TWO_HOSTS)
                .connect("hn1", "hn2")
                .needsRestart(TWO_HOSTS);
        assertThat(play.running()).isEqualTo("hn1/101 hn2/101");
        assertThat(play.waitingFor()).isEqualTo("restart budget of host hn1: 1 of 1 in use");
        play.finish(Outcome.DONE, "hn2/101");
        assertThat(play.running()).isEqualTo("hn1/101 hn2/102");
    }

    @Test
    void theBudgetInTotalHoldsOverAllHosts() {
        Play play = new Play(RolloutKind.APPLY, restarts(true, 2, 1, ""), TWO_HOSTS)
                .connect("hn1", "hn2")
                .needsRestart(TWO_HOSTS);
        assertThat(play.running()).isEqualTo("hn1/101");
        assertThat(play.waitingFor()).isEqualTo("restart budget: 1 of 1 in use");
        play.finish(Outcome.DONE, "hn1/101");
        assertThat(play.running())
                .as("a slot freed by one host serves the next target")
                .isEqualTo("hn2/101");
        play.finish(Outcome.DONE, "hn2/101");
        assertThat(play.running()).isEqualTo("hn1/102");
    }

    @Test
    void targetsThatNeedNoRestartDoNotWaitForThoseThatDo() {
        Play play = new Play(RolloutKind.APPLY, restarts(true, 1, 1, ""), TWO_HOSTS)
                .connect("hn1", "hn2")
                .needsRestart("hn1/101", "hn2/101");
        assertThat(play.running()).isEqualTo("hn1/101 hn1/102 hn2/102");
    }

    @Test
    void withoutPermissionInThePolicyItIsRefusedAndNeverSentWithIt() {
        Play play = new Play(RolloutKind.APPLY, restarts(false, 1, 1, ""), "hn1/101").connect("hn1");
        play.needsRestart("hn1/101");
        assertThat(play.state("hn1/101")).isEqualTo("refused");
        assertThat(play.task("hn1/101").summary())
                .isEqualTo("needs a restart, and the policy does not allow restarts: the share changes");
        assertThat(play.sent).containsExactly("r1-0-1");
    }

    @Test
    void aBatchOfRestartsNeedsSlotsFromTheStart() {
        Play play = new Play(RolloutKind.RESTART, restarts(true, 1, 20, ""), TWO_HOSTS).connect("hn1", "hn2");
        assertThat(play.sent).containsExactly("r1-0-1-restart", "r1-1-1-restart");
    }

    @Test
    void restartsWaitForTheirWindowAndOthersDoNot() {
        Play play = new Play(RolloutKind.APPLY, restarts(true, 1, 20, "02:00-05:00 Asia/Tokyo"), "hn1/101", "hn1/102")
                .connect("hn1")
                .needsRestart("hn1/101")
                .finish(Outcome.DONE, "hn1/102");
        assertThat(play.running()).isEmpty();
        assertThat(play.waitingFor()).isEqualTo("restart window 02:00-05:00 Asia/Tokyo opens at 2026-03-01T17:00:00Z");
        play.after(Duration.ofHours(5).minusSeconds(1));
        assertThat(play.running()).isEmpty();
        play.after(Duration.ofSeconds(1));
        assertThat(play.running()).isEqualTo("hn1/101");
    }

    @Test
    void silenceDoesNotFreeASlotAndALateAnswerDoes() {
        Play play = new Play(RolloutKind.RESTART, Play.ALL_AT_ONCE, "hn1/101", "hn1/102")
                .connect("hn1")
                .accept("hn1/101")
                .after(Duration.ofMinutes(11))
                .resume();
        assertThat(play.state("hn1/101")).isEqualTo("failed");
        assertThat(play.running())
                .as("the VE may be down: no second restart on its host")
                .isEmpty();
        assertThat(play.waitingFor())
                .isEqualTo(
                        "restart budget of host hn1: 1 of 1 in use, 1 of them by targets whose agent has not answered;"
                                + " they are freed by its answer");

        play.finishJob(new JobId("r1", 0, 1, true), Outcome.DONE, true);
        assertThat(play.state("hn1/101")).isEqualTo("done");
        assertThat(play.running()).isEqualTo("hn1/102");
    }

    @Test
    void aReconnectedAgentThatDoesNotHoldTheJobFreesItsSlot() {
        Play play = new Play(RolloutKind.RESTART, Play.ALL_AT_ONCE, "hn1/101", "hn1/102")
                .connect("hn1")
                .after(Duration.ofMinutes(11))
                .resume();
        assertThat(play.state("hn1/101")).isEqualTo("unreachable");
        assertThat(play.cancelled).containsExactly("r1-0-1-restart");
        assertThat(play.running()).isEmpty();
        play.disconnect("hn1").connectHolding("hn1");
        assertThat(play.running()).isEqualTo("hn1/102");
        assertThat(play.rollout.slots()).isEqualTo(1);
    }
}
