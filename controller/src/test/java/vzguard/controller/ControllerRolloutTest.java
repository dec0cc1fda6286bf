package vzguard.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.controller.testing.Operations;
import vzguard.controller.testing.RunningController;
import vzguard.controller.testing.ScriptedAgent;
import vzguard.v1.DeletePolicyRequest;
import vzguard.v1.GetRolloutRequest;
import vzguard.v1.GetStatusRequest;
import vzguard.v1.GetVeRequest;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;
import vzguard.v1.RestartVesRequest;
import vzguard.v1.RolloutAction;
import vzguard.v1.RolloutState;
import vzguard.v1.RolloutView;
import vzguard.v1.TaskState;
import vzguard.v1.TaskView;
import vzguard.v1.VeView;

/** Whole rollouts over real mutual TLS, against agents that follow a script. */
class ControllerRolloutTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String QUICK = "{canary: 1, waves: [50%, 100%], soak: 0s}";

    private RunningController controller;
    private Operations fleet;
    private ScriptedAgent hn1;
    private ScriptedAgent hn2;

    @BeforeEach
    void start(@TempDir Path folder) {
        controller = RunningController.start(folder.resolve("state"));
        fleet = new Operations(controller);
        hn1 = controller.agent("hn1", "101", "102", "103").connect();
        hn2 = controller.agent("hn2", "101", "102").connect();
        fleet.awaitVes(5);
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void aRolloutGuardsEveryVeAndASecondOneChangesNothing() {
        fleet.apply("ssh-guard", "*", QUICK);

        RolloutView first = fleet.awaitEnd(fleet.startRollout("ssh-guard"));
        RolloutView second = fleet.awaitEnd(fleet.startRollout("ssh-guard"));

        assertThat(first.getDone()).isEqualTo(5);
        assertThat(first.getWaves()).isEqualTo(3);
        assertThat(first.getTasksList()).allMatch(task -> task.getProofsCount() == 1);
        assertThat(second.getNoOp()).isEqualTo(5);
        assertThat(hn1.host().changes("101")).isEqualTo(1);
        VeView ve = controller
                .operator()
                .getVe(GetVeRequest.newBuilder().setHost("hn2").setCtid("102").build());
        assertThat(ve.getPolicy()).isEqualTo("ssh-guard");
        assertThat(ve.getAppliedRevision()).isEqualTo(1);
        assertThat(controller
                        .operator()
                        .getStatus(GetStatusRequest.getDefaultInstance())
                        .getVesGuarded())
                .isEqualTo(5);
    }

    @Test
    void aControllerThatRestartsInTheMiddleGoesOnWhereItWas() {
        fleet.apply("ssh-guard", "*", QUICK);
        hn2.holdAnswers();
        String id = fleet.startRollout("ssh-guard");
        await().atMost(PATIENCE)
                .until(() ->
                        fleet.rollout(id).getDone() > 0 && fleet.rollout(id).getRunning() > 0);
        int doneBefore = fleet.rollout(id).getDone();

        controller.restart();

        assertThat(fleet.rollout(id).getDone()).isEqualTo(doneBefore);
        hn2.releaseAnswers();
        RolloutView end = fleet.awaitEnd(id);
        assertThat(end.getDone()).isEqualTo(5);
        for (String ctid : new String[] {"101", "102"}) {
            assertThat(hn1.host().changes(ctid)).isEqualTo(1);
            assertThat(hn2.host().changes(ctid)).isEqualTo(1);
        }
    }

    @Test
    void aFailureStopsTheRolloutAndRetryFinishesIt() {
        fleet.apply("ssh-guard", "*", QUICK);
        hn1.host().fail("101", true);
        String id = fleet.startRollout("ssh-guard");
        await().atMost(PATIENCE).until(() -> fleet.rollout(id).getState() == RolloutState.ROLLOUT_STATE_STOPPED);

        assertThat(fleet.rollout(id).getWaitingFor()).contains("1 failure");
        assertThat(fleet.why(id)).contains("CT 101 is locked").contains("wait for the other vzctl");
        assertThat(hn1.host().changes("103") + hn2.host().changes("102")).isZero();

        hn1.host().fail("101", false);
        assertThat(fleet.control(id, RolloutAction.ROLLOUT_ACTION_RETRY).getRolloutId())
                .isEqualTo(id);
        RolloutView end = fleet.awaitEnd(id);
        assertThat(end.getDone()).isEqualTo(5);
        assertThat(end.getFailed()).isZero();
    }

    @Test
    void aVeIsRestartedOnlyWithPermissionAndOnce() {
        hn1.host().needRestart("102");
        fleet.apply("strict", "101-102", QUICK);
        RolloutView refused = fleet.awaitEnd(fleet.startRollout("strict"));
        assertThat(refused.getRefused()).isEqualTo(1);
        assertThat(hn1.host().restarts("102")).isZero();

        fleet.apply(
                "strict",
                "101-102",
                "{canary: 0, waves: [100%], soak: 0s, restarts: {allow: true, perHost: 1, total: 2}}");
        RolloutView done = fleet.awaitEnd(fleet.startRollout("strict"));

        assertThat(done.getRestarts()).isEqualTo(1);
        assertThat(done.getDone()).isEqualTo(1);
        assertThat(hn1.host().restarts("102")).isEqualTo(1);
    }

    @Test
    void aStoppedVeIsSkippedAndReportedAsPending() {
        hn1.host().stop("103");
        hn1.report();
        fleet.awaitRunning(4);
        fleet.apply("ssh-guard", "*", QUICK);

        RolloutView end = fleet.awaitEnd(fleet.startRollout("ssh-guard"));

        assertThat(end.getSkipped()).isEqualTo(1);
        assertThat(end.getDone()).isEqualTo(4);
        assertThat(fleet.why("hn1/103")).contains("pending until started");
    }

    @Test
    void deletingAPolicyTakesItsGuardsAway() {
        fleet.apply("ssh-guard", "*", QUICK);
        fleet.awaitEnd(fleet.startRollout("ssh-guard"));

        RolloutView removal = controller
                .operator()
                .deletePolicy(
                        DeletePolicyRequest.newBuilder().setName("ssh-guard").build())
                .getRollout();
        RolloutView end = fleet.awaitEnd(removal.getRolloutId());

        assertThat(end.getDone()).isEqualTo(5);
        assertThat(hn1.host().isGuarded("101")).isFalse();
        VeView ve = controller
                .operator()
                .getVe(GetVeRequest.newBuilder().setHost("hn1").setCtid("101").build());
        assertThat(ve.getPolicy()).isEmpty();
        assertThat(ve.getAppliedPolicy()).isEmpty();
    }

    @Test
    void aBatchOfRestartsIsARolloutOfItsOwnKind() {
        RolloutView started = controller
                .operator()
                .restartVes(RestartVesRequest.newBuilder().setMaxPerHost(1).build());

        RolloutView end = fleet.awaitEnd(started.getRolloutId());

        assertThat(end.getDone()).isEqualTo(5);
        assertThat(end.getRestarts()).isEqualTo(5);
        assertThat(hn2.host().restarts("102")).isEqualTo(1);
    }

    @Test
    void aResultThatComesTwiceIsCountedOnce() {
        fleet.apply("ssh-guard", "101", QUICK);
        String id = fleet.startRollout("ssh-guard");
        fleet.awaitEnd(id);

        hn1.repeat(JobResult.newBuilder()
                .setJobId(id + "-0-1")
                .setOutcome(Outcome.OUTCOME_FAILED)
                .build());
        hn1.host().stop("103");
        hn1.report();
        fleet.awaitRunning(4);

        assertThat(fleet.rollout(id).getDone()).isEqualTo(2);
        assertThat(fleet.rollout(id).getFailed()).isZero();
    }

    @Test
    void anAgentCannotAnswerForAnotherHost() {
        fleet.apply("ssh-guard", "101", QUICK);
        hn1.holdAnswers();
        hn2.holdAnswers();
        String id = fleet.startRollout("ssh-guard");
        await().atMost(PATIENCE).until(() -> fleet.rollout(id).getRunning() == 1);
        TaskView running = fleet.rollout(id).getTasks(0);
        assertThat(running.getTarget().getHostName()).isEqualTo("hn1");

        hn2.repeat(JobResult.newBuilder()
                .setJobId(id + "-0-1")
                .setOutcome(Outcome.OUTCOME_DONE)
                .build());
        hn2.host().stop("102");
        hn2.report();
        fleet.awaitRunning(4);

        assertThat(fleet.rollout(id).getTasks(0).getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);
    }

    @Test
    void aWatcherSeesExactSumsInEveryMessageAndTheEnd() {
        fleet.apply("ssh-guard", "*", QUICK);
        Iterator<RolloutView> watch = controller
                .operator()
                .watchRollout(GetRolloutRequest.newBuilder()
                        .setRolloutId(fleet.startRollout("ssh-guard"))
                        .build());

        RolloutView last = watch.next();
        assertThat(last.getTasksCount()).isEqualTo(5);
        while (watch.hasNext()) {
            last = watch.next();
            assertThat(last.getDone()
                            + last.getNoOp()
                            + last.getFailed()
                            + last.getRefused()
                            + last.getUnreachable()
                            + last.getSkipped()
                            + last.getPending()
                            + last.getRunning())
                    .isEqualTo(5);
        }
        assertThat(last.getState()).isEqualTo(RolloutState.ROLLOUT_STATE_COMPLETED);
        assertThat(last.getDone()).isEqualTo(5);
    }

    @Test
    void twoRolloutsDoNotTakeOneTargetAtOnce() {
        fleet.apply("ssh-guard", "*", QUICK);
        hn1.holdAnswers();
        String id = fleet.startRollout("ssh-guard");

        assertThatThrownBy(() -> fleet.startRollout("ssh-guard"))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("FAILED_PRECONDITION")
                .hasMessageContaining("rollout " + id);
        assertThatThrownBy(() -> fleet.control(id, RolloutAction.ROLLOUT_ACTION_RESUME))
                .hasMessageContaining("FAILED_PRECONDITION");

        assertThat(fleet.control(id, RolloutAction.ROLLOUT_ACTION_ABORT).getRolloutId())
                .isEqualTo(id);
        hn1.releaseAnswers();
        RolloutView end = fleet.awaitEnd(id);
        assertThat(end.getState()).isEqualTo(RolloutState.ROLLOUT_STATE_ABORTED);
        assertThat(end.getDone() + end.getSkipped()).isEqualTo(5);
    }
}
