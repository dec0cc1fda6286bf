package vzguard.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import vzguard.controller.store.PostgresServer;
import vzguard.controller.store.StateUnusable;
import vzguard.controller.testing.Operations;
import vzguard.controller.testing.RunningController;
import vzguard.controller.testing.ScriptedAgent;
import vzguard.controller.testing.Store;
import vzguard.v1.DeletePolicyRequest;
import vzguard.v1.GetStatusRequest;
import vzguard.v1.ListAuditRequest;
import vzguard.v1.RolloutView;
import vzguard.v1.TokenRole;

/** The whole controller on each kind of database. */
@ParameterizedClass
@EnumSource(Store.class)
class ControllerStoreTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String QUICK = "{canary: 1, waves: [50%, 100%], soak: 0s}";

    private final Optional<PostgresServer> server;

    @TempDir
    private Path folder = Path.of("");

    private RunningController controller;
    private Operations fleet;
    private ScriptedAgent hn1;
    private ScriptedAgent hn2;

    ControllerStoreTest(Store store) {
        this.server = store.server();
    }

    @BeforeEach
    void start() {
        controller = RunningController.start(folder.resolve("state"), Clock.systemUTC(), server);
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
    void aRolloutGoesOnOverARestartAndAllIsThereAfterTheNext() {
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
        List<String> audit = audit();

        controller.restart();

        assertThat(lasting(fleet.rollout(id))).isEqualTo(lasting(end));
        assertThat(audit()).isEqualTo(audit);
        var status = controller.operator().getStatus(GetStatusRequest.getDefaultInstance());
        assertThat(status.getHosts()).isEqualTo(2);
        assertThat(status.getVesGuarded()).isEqualTo(5);
        for (ScriptedAgent agent : List.of(hn1, hn2)) {
            assertThat(agent.host().changes("101")).isEqualTo(1);
            assertThat(agent.host().changes("102")).isEqualTo(1);
        }
    }

    @Test
    void whatIsRefusedIsUndoneAndTheRestGoesOn() {
        assertThatThrownBy(() -> controller
                        .operator()
                        .deletePolicy(DeletePolicyRequest.newBuilder()
                                .setName("nobody")
                                .build()))
                .isInstanceOf(StatusRuntimeException.class);
        fleet.apply("ssh-guard", "*", QUICK);
        fleet.apply("ssh-guard", "101-199", QUICK);
        assertThat(fleet.awaitEnd(fleet.startRollout("ssh-guard")).getDone()).isEqualTo(5);
        assertThat(controller.token(TokenRole.TOKEN_ROLE_OPERATOR)).isNotEmpty();
    }

    @Test
    void aControllerWithAnotherCaIsRefused() throws Exception {
        if (server.isEmpty()) {
            return;
        }
        Path other = folder.resolve("other");
        assertThatThrownBy(() -> RunningController.start(other, Clock.systemUTC(), server, 0))
                .isInstanceOf(StateUnusable.class)
                .hasMessageContaining("there is none in " + other.resolve("ca"))
                .hasMessageContaining("copy the folder ca");
        RunningController.start(other, Clock.systemUTC(), Optional.empty(), 0).close();
        assertThatThrownBy(() -> RunningController.start(other, Clock.systemUTC(), server, 0))
                .isInstanceOf(StateUnusable.class)
                .hasMessageContaining("belongs to the CA ")
                .hasMessageContaining(other.resolve("ca") + " holds ");
    }

    /** Without times, which are stored to the millisecond. */
    private static RolloutView lasting(RolloutView rollout) {
        RolloutView.Builder view = rollout.toBuilder().clearStartedAt().clearEndedAt();
        view.getTasksBuilderList().forEach(task -> task.clearStartedAt().clearEndedAt());
        return view.build();
    }

    private List<String> audit() {
        return controller.operator().listAudit(ListAuditRequest.getDefaultInstance()).getEntriesList().stream()
                .map(Object::toString)
                .toList();
    }
}
