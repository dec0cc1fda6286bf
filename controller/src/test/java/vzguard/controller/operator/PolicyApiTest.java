package vzguard.controller.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.collect.ImmutableList;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.controller.testing.RunningController;
import vzguard.controller.testing.Samples;
import vzguard.controller.testing.ScriptedAgent;
import vzguard.v1.ApplyPolicyReply;
import vzguard.v1.ApplyPolicyRequest;
import vzguard.v1.ChangeClass;
import vzguard.v1.DiagnoseRequest;
import vzguard.v1.DiffPolicyRequest;
import vzguard.v1.GetPolicyRequest;
import vzguard.v1.GetStatusRequest;
import vzguard.v1.GetVeRequest;
import vzguard.v1.ListAuditRequest;
import vzguard.v1.ListPoliciesRequest;
import vzguard.v1.ListVesReply;
import vzguard.v1.ListVesRequest;
import vzguard.v1.PlanPolicyRequest;
import vzguard.v1.PlanView;
import vzguard.v1.PolicyView;
import vzguard.v1.ProveRequest;

/** Policies, plans and questions as operators ask for them. */
class PolicyApiTest {
    private static final String ROLLOUT = "{canary: 1, waves: [100%], soak: 0s}";

    private RunningController controller;
    private ScriptedAgent hn1;
    private ScriptedAgent hn2;

    @BeforeEach
    void start(@TempDir Path folder) {
        controller = RunningController.start(folder.resolve("state"));
        hn1 = controller.agent("hn1", "101", "102").connect();
        hn2 = controller.agent("hn2", "101").connect();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> controller
                                .operator()
                                .getStatus(GetStatusRequest.getDefaultInstance())
                                .getVes()
                        == 3);
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void onlyAChangeMakesARevision() {
        String text = Samples.policy("ssh-guard", "*", ROLLOUT);
        assertThat(apply(text).getChanged()).isTrue();
        ApplyPolicyReply same = apply("# a comment changes nothing\n" + text);
        assertThat(same.getChanged()).isFalse();
        assertThat(same.getPolicy().getRevision()).isEqualTo(1);
        String changed = text.replace("hits: 3", "hits: 4");
        assertThat(controller
                        .operator()
                        .diffPolicy(
                                DiffPolicyRequest.newBuilder().setText(changed).build())
                        .getDiff())
                .contains("hits: 3")
                .contains("hits: 4");
        assertThat(apply(changed).getPolicy().getRevision()).isEqualTo(2);

        controller.restart();

        List<PolicyView> history = controller
                .operator()
                .getPolicyHistory(
                        GetPolicyRequest.newBuilder().setName("ssh-guard").build())
                .getRevisionsList();
        assertThat(history.stream().map(PolicyView::getRevision)).containsExactly(2L, 1L);
        assertThat(history.get(1).getText()).isEqualTo(text);
        assertThat(history.get(0).getCreatedBy()).isEqualTo("operator/alice");
    }

    @Test
    void aBadPolicyIsRefusedWithAllItsFaultsAndNothingIsStored() {
        String bad = Samples.policy("ssh-guard", "120-101", ROLLOUT)
                .replace("hits: 3", "hits: 21")
                .replace("ports: [22]", "ports: [70000]");
        assertThatThrownBy(() -> apply(bad))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("INVALID_ARGUMENT")
                .hasMessageContaining("5:")
                .hasMessageContaining("120-101")
                .hasMessageContaining("21")
                .hasMessageContaining("70000");
        assertThat(controller
                        .operator()
                        .listPolicies(ListPoliciesRequest.getDefaultInstance())
                        .getPoliciesCount())
                .isZero();
    }

    @Test
    void twoPoliciesOnOneVeAreRefusedByNameAndDisjointOnesAreNot() {
        apply(Samples.policy("first", "101", ROLLOUT));
        assertThatThrownBy(() -> apply(Samples.policy("second", "*", ROLLOUT)))
                .hasMessageContaining("FAILED_PRECONDITION")
                .hasMessageContaining("first")
                .hasMessageContaining("hn1/101, hn2/101");
        assertThat(apply(Samples.policy("second", "102", ROLLOUT)).getChanged()).isTrue();
    }

    @Test
    void aPlanHasOneMessagePerTargetAndSaysWhichHostsAreAway() {
        hn2.disconnect();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> controller
                                .operator()
                                .getStatus(GetStatusRequest.getDefaultInstance())
                                .getHostsConnected()
                        == 1);
        List<PlanView> plans = ImmutableList.copyOf(controller
                .operator()
                .planPolicy(PlanPolicyRequest.newBuilder()
                        .setText(Samples.policy("ssh-guard", "*", ROLLOUT))
                        .build()));

        assertThat(plans).hasSize(4).allMatch(plan -> plan.getTargets() == 3);
        assertThat(plans.subList(0, 3))
                .allMatch(plan -> plan.hasPlan() && plan.getName().isEmpty());
        assertThat(plans.get(3).getName()).as("the whole, in the end").matches("p1/[0-9a-f]{12}");
        assertThat(plans)
                .filteredOn(plan -> plan.getPlan().getTarget().getHostName().equals("hn1"))
                .hasSize(2)
                .allMatch(plan -> plan.getPlan().getChangeClass() == ChangeClass.CHANGE_CLASS_LIVE);
        assertThat(plans)
                .filteredOn(plan -> plan.getPlan().getTarget().getHostName().equals("hn2"))
                .singleElement()
                .satisfies(plan -> {
                    assertThat(plan.getPlan().getChangeClass()).isEqualTo(ChangeClass.CHANGE_CLASS_UNKNOWN);
                    assertThat(plan.getPlan().getCauses(0).getCode()).isEqualTo("HOST_UNREACHABLE");
                });
        assertThatThrownBy(() -> controller
                        .operator()
                        .diagnose(DiagnoseRequest.newBuilder().setHost("hn2").build()))
                .hasMessageContaining("UNAVAILABLE")
                .hasMessageContaining("last seen");
        assertThat(hn1.host().changes("101")).isZero();
    }

    @Test
    void questionsAreAnsweredByTheAgentAndMistakesByWhatExists() {
        assertThat(controller
                        .operator()
                        .diagnose(DiagnoseRequest.newBuilder()
                                .setHost("hn1")
                                .setCtid("101")
                                .build())
                        .getTarget()
                        .getHostName())
                .isEqualTo("hn1");
        assertThat(controller
                        .operator()
                        .prove(ProveRequest.newBuilder()
                                .setHost("hn1")
                                .setCtid("102")
                                .build())
                        .getProofsCount())
                .isEqualTo(1);
        assertThatThrownBy(() -> controller
                        .operator()
                        .getVe(GetVeRequest.newBuilder()
                                .setHost("hn1")
                                .setCtid("111")
                                .build()))
                .hasMessageContaining("NOT_FOUND")
                .hasMessageContaining("101, 102");
        assertThatThrownBy(() -> controller
                        .operator()
                        .listAudit(
                                ListAuditRequest.newBuilder().setPageToken("x").build()))
                .hasMessageContaining("INVALID_ARGUMENT")
                .hasMessageContaining("page_token");
    }

    @Test
    void pagesShowEveryVeOnce() {
        ListVesReply first = controller
                .operator()
                .listVes(ListVesRequest.newBuilder().setPageSize(2).build());
        ListVesReply second = controller
                .operator()
                .listVes(ListVesRequest.newBuilder()
                        .setPageSize(2)
                        .setPageToken(first.getNextPageToken())
                        .build());

        assertThat(first.getVesList()).extracting(ve -> ve.getFacts().getCtid()).containsExactly("101", "102");
        assertThat(second.getVesList()).extracting(ve -> ve.getHostName()).containsExactly("hn2");
        assertThat(second.getNextPageToken()).isEmpty();
    }

    private ApplyPolicyReply apply(String text) {
        return controller
                .operator()
                .applyPolicy(ApplyPolicyRequest.newBuilder().setText(text).build());
    }
}
