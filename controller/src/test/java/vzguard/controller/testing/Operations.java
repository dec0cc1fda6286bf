package vzguard.controller.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import vzguard.v1.ApplyPolicyRequest;
import vzguard.v1.ControlRolloutRequest;
import vzguard.v1.GetRolloutRequest;
import vzguard.v1.GetStatusRequest;
import vzguard.v1.ListRolloutsRequest;
import vzguard.v1.RolloutAction;
import vzguard.v1.RolloutView;
import vzguard.v1.StartRolloutRequest;
import vzguard.v1.WhyRequest;

/** What an operator does with policies and rollouts, and how tests wait for it. */
public final class Operations {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RunningController controller;

    public Operations(RunningController controller) {
        this.controller = controller;
    }

    public void apply(String name, String ves, String rollout) {
        apply(Samples.policy(name, ves, rollout));
    }

    public void apply(String text) {
        controller
                .operator()
                .applyPolicy(ApplyPolicyRequest.newBuilder().setText(text).build());
    }

    public List<RolloutView> rollouts() {
        return controller
                .operator()
                .listRollouts(ListRolloutsRequest.getDefaultInstance())
                .getRolloutsList();
    }

    public String attention() {
        return String.join(
                "\n",
                controller
                        .operator()
                        .getStatus(GetStatusRequest.getDefaultInstance())
                        .getAttentionList());
    }

    public String startRollout(String policy) {
        return controller
                .operator()
                .startRollout(StartRolloutRequest.newBuilder().setPolicy(policy).build())
                .getRolloutId();
    }

    public RolloutView rollout(String id) {
        return controller
                .operator()
                .getRollout(GetRolloutRequest.newBuilder().setRolloutId(id).build());
    }

    public RolloutView control(String id, RolloutAction action) {
        return controller
                .operator()
                .controlRollout(ControlRolloutRequest.newBuilder()
                        .setRolloutId(id)
                        .setAction(action)
                        .build());
    }

    public String why(String what) {
        return String.join(
                "\n",
                controller
                        .operator()
                        .why(WhyRequest.newBuilder().setWhat(what).build())
                        .getLinesList());
    }

    public RolloutView awaitEnd(String id) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(rollout(id).hasEndedAt())
                        .as("%s", rollout(id))
                        .isTrue());
        return rollout(id);
    }

    public void awaitVes(int count) {
        await().atMost(PATIENCE)
                .until(() -> controller
                                .operator()
                                .getStatus(GetStatusRequest.getDefaultInstance())
                                .getVes()
                        == count);
    }

    public void awaitRunning(int count) {
        await().atMost(PATIENCE)
                .until(() -> controller
                                .operator()
                                .getStatus(GetStatusRequest.getDefaultInstance())
                                .getVesRunning()
                        == count);
    }
}
