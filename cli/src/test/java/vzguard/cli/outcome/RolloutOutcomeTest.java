package vzguard.cli.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vzguard.v1.RolloutState;
import vzguard.v1.RolloutView;

class RolloutOutcomeTest {
    @ParameterizedTest
    @CsvSource({
        // state, done, no-op, failed, refused, unreachable, skipped, exit code
        "COMPLETED,3,2,0,0,0,0,0",
        "COMPLETED,0,0,0,0,0,0,0",
        "COMPLETED,0,5,0,0,0,0,0",
        "COMPLETED,4,0,1,0,0,0,3",
        "COMPLETED,4,0,0,0,1,0,3",
        "COMPLETED,4,0,0,0,0,1,3",
        "COMPLETED,0,0,5,0,0,0,1",
        "COMPLETED,0,0,1,4,0,0,1",
        "COMPLETED,0,0,0,5,0,0,4",
        "COMPLETED,0,0,0,1,4,0,4",
        "COMPLETED,0,0,0,0,5,0,5",
        "COMPLETED,0,0,0,0,0,5,3",
        "STOPPED,4,0,1,0,0,0,1",
        "ABORTED,4,0,0,0,0,1,3",
        "ABORTED,0,0,0,0,0,5,1",
        "ABORTED,5,0,0,0,0,0,0",
    })
    void theExitCodeFollowsTheCounts(
            String state, int done, int noOp, int failed, int refused, int unreachable, int skipped, int exitCode) {
        RolloutView rollout = RolloutView.newBuilder()
                .setState(RolloutState.valueOf("ROLLOUT_STATE_" + state))
                .setTargets(done + noOp + failed + refused + unreachable + skipped)
                .setDone(done)
                .setNoOp(noOp)
                .setFailed(failed)
                .setRefused(refused)
                .setUnreachable(unreachable)
                .setSkipped(skipped)
                .build();
        assertThat(RolloutOutcome.exitCode(rollout)).isEqualTo(exitCode);
    }

    @Test
    void aStoppedRolloutIsSettledWhenNothingRunsAnyMore() {
        RolloutView stopped = RolloutView.newBuilder()
                .setState(RolloutState.ROLLOUT_STATE_STOPPED)
                .build();
        assertThat(RolloutOutcome.isSettled(stopped)).isTrue();
        assertThat(RolloutOutcome.isSettled(stopped.toBuilder().setRunning(1).build()))
                .isFalse();
        assertThat(RolloutOutcome.isSettled(RolloutView.newBuilder()
                        .setState(RolloutState.ROLLOUT_STATE_PAUSED)
                        .build()))
                .isFalse();
    }
}
