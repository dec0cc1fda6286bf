package vzguard.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.controller.testing.Operations;
import vzguard.controller.testing.RunningController;
import vzguard.controller.testing.ScriptedAgent;
import vzguard.v1.PerGroupSpec;
import vzguard.v1.RestartVesRequest;
import vzguard.v1.RolloutAction;
import vzguard.v1.RolloutView;
import vzguard.v1.SelectorSpec;

/** Slots are freed by VEs that run, and by nothing else; over real mutual TLS. */
class ControllerRestartBudgetTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private RunningController controller;
    private Operations fleet;
    private ScriptedAgent hn1;
    private ScriptedAgent hn2;

    @BeforeEach
    void start(@TempDir Path folder) {
        controller = RunningController.start(folder.resolve("state"));
        fleet = new Operations(controller);
        hn1 = controller.agent("hn1", "101", "102").connect();
        hn2 = controller.agent("hn2", "201").connect();
        fleet.awaitVes(3);
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void aVeThatDidNotComeUpKeepsItsSlotUntilItRunsAlsoForOtherRollouts() {
        hn1.host().breakRestarts("101");
        String failed = restart("101");
        await().atMost(PATIENCE).until(() -> fleet.rollout(failed).getFailed() == 1);

        String next = restart("201");
        await().atMost(PATIENCE)
                .until(() -> fleet.rollout(next).getWaitingFor().contains("have not been seen running")
                        || fleet.rollout(next).getWaitingFor().contains("some by rollout " + failed));
        assertThat(fleet.why(failed)).contains("hn1/101 did not come up");
        controller.restart();
        assertThat(hn2.host().restarts("201")).isZero();

        hn1.host().start("101");
        hn1.report();

        assertThat(fleet.awaitEnd(next).getDone()).isEqualTo(1);
    }

    @Test
    void anOperatorLetsGoOfASlotByAbort() {
        hn1.host().breakRestarts("101");
        String failed = restart("101");
        await().atMost(PATIENCE).until(() -> fleet.rollout(failed).getFailed() == 1);
        String next = restart("201");

        fleet.control(failed, RolloutAction.ROLLOUT_ACTION_ABORT);

        assertThat(fleet.awaitEnd(next).getDone()).isEqualTo(1);
    }

    @Test
    void aVeThatItsOwnerRestartsMeanwhileIsNotRestartedAgain() {
        hn1.host().breakRestarts("101");
        String failed = restart("101");
        await().atMost(PATIENCE).until(() -> fleet.rollout(failed).getFailed() == 1);
        String next = restart("201");
        assertThat(fleet.rollout(next).getPending()).isEqualTo(1);

        hn2.host().restartByOwner("201");
        hn2.report();

        RolloutView end = fleet.awaitEnd(next);
        assertThat(end.getNoOp()).isEqualTo(1);
        assertThat(end.getTasks(0).getSummary()).contains("started anew");
        assertThat(hn2.host().restarts("201")).isZero();
    }

    private String restart(String ctid) {
        return controller
                .operator()
                .restartVes(RestartVesRequest.newBuilder()
                        .setSelector(SelectorSpec.newBuilder().setVes(ctid))
                        .setBatch(20)
                        .setPerGroup(PerGroupSpec.newBuilder().setLabel("rack").setMax(1))
                        .build())
                .getRolloutId();
    }
}
