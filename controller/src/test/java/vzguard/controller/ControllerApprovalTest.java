package vzguard.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.controller.testing.Operations;
import vzguard.controller.testing.RunningController;
import vzguard.controller.testing.Samples;
import vzguard.controller.testing.ScriptedAgent;
import vzguard.v1.PlanPolicyRequest;
import vzguard.v1.PlanView;
import vzguard.v1.RolloutAction;
import vzguard.v1.RolloutView;
import vzguard.v1.StartRolloutRequest;
import vzguard.v1.TaskState;
import vzguard.v1.TaskView;

/** A rollout does what was shown, to the letter, or leaves a target as it is; over real mutual TLS. */
class ControllerApprovalTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String QUICK = "{canary: 0, waves: [100%], soak: 0s}";

    private RunningController controller;
    private Operations fleet;
    private ScriptedAgent hn1;
    private ScriptedAgent hn2;

    @BeforeEach
    void start(@TempDir Path folder) {
        controller = RunningController.start(folder.resolve("state"));
        fleet = new Operations(controller);
        hn1 = controller.agent("hn1", "101", "102").connect();
        hn2 = controller.agent("hn2", "101").connect();
        fleet.awaitVes(3);
        fleet.apply("ssh-guard", "*", QUICK);
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void whatDidNotChangeIsDoneAndWhatDidIsSkippedPlannedAgainAndDoneOnceThatIsApproved() {
        String plan = plan();
        hn1.host().alter("102");

        RolloutView end = fleet.awaitEnd(start(plan));

        assertThat(end.getDone()).isEqualTo(2);
        assertThat(end.getSkipped()).isEqualTo(1);
        assertThat(end.getRefused()).isZero();
        assertThat(end.getChangedSinceApproval()).isEqualTo(1);
        assertThat(hn1.host().isGuarded("102")).as("never blind").isFalse();
        TaskView left = end.getTasksList().stream()
                .filter(task -> task.getState() == TaskState.TASK_STATE_SKIPPED)
                .findFirst()
                .orElseThrow();
        assertThat(left.getSummary()).contains("not what it was").contains("planned again: live");
        assertThat(fleet.why(end.getRolloutId())).contains("vzguard rollout approve " + end.getRolloutId());

        controller.restart();
        fleet.control(end.getRolloutId(), RolloutAction.ROLLOUT_ACTION_APPROVE);

        await().atMost(PATIENCE).until(() -> hn1.host().isGuarded("102"));
        RolloutView all = fleet.awaitEnd(end.getRolloutId());
        assertThat(all.getDone()).isEqualTo(3);
        assertThat(all.getChangedSinceApproval()).isZero();
        assertThat(hn1.host().changes("101")).isEqualTo(1);
    }

    @Test
    void aTargetThatCouldNotBePlannedIsNotTouchedBeforeItsPlanIsSeen() {
        hn2.disconnect();
        await().atMost(PATIENCE).until(() -> fleet.attention().contains("hn2 is not connected"));
        String plan = plan();
        hn2.connect();

        RolloutView end = fleet.awaitEnd(start(plan));

        assertThat(end.getDone()).isEqualTo(2);
        assertThat(end.getChangedSinceApproval()).isEqualTo(1);
        assertThat(hn2.host().isGuarded("101")).isFalse();
    }

    @Test
    void aVeThatCameSinceIsNoPartOfThePlan() {
        String plan = plan();
        hn2.host().create("105");
        hn2.report();
        fleet.awaitVes(4);

        assertThat(fleet.awaitEnd(start(plan)).getTargets()).isEqualTo(3);
    }

    @Test
    void aPlanOfAnotherRevisionAnotherHashOrNoneIsRefusedByName() {
        String plan = plan();
        fleet.apply(Samples.policy("ssh-guard", "*", QUICK, 9, "enforce"));

        assertThatThrownBy(() -> start(plan)).hasMessageContaining("is not of policy ssh-guard revision 2");
        assertThatThrownBy(() -> start(plan.substring(0, plan.indexOf('/')) + "/000000000000"))
                .hasMessageContaining("no plan \"p1/000000000000\"");
        assertThatThrownBy(() -> start("p9/000000000000")).hasMessageContaining("vzguard plan --policy ssh-guard");
        assertThat(hn1.host().isGuarded("101")).isFalse();
    }

    private String start(String plan) {
        return controller
                .operator()
                .startRollout(StartRolloutRequest.newBuilder()
                        .setPolicy("ssh-guard")
                        .setPlan(plan)
                        .build())
                .getRolloutId();
    }

    /** The name that the last message has. */
    private String plan() {
        List<PlanView> views = new ArrayList<>();
        controller
                .operator()
                .planPolicy(PlanPolicyRequest.newBuilder().setName("ssh-guard").build())
                .forEachRemaining(views::add);
        assertThat(views.subList(0, views.size() - 1))
                .allMatch(view -> view.hasPlan() && view.getName().isEmpty());
        return views.get(views.size() - 1).getName();
    }
}
