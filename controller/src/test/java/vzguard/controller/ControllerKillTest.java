package vzguard.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import vzguard.controller.store.PostgresServer;
import vzguard.controller.testing.Client;
import vzguard.controller.testing.ControllerProcess;
import vzguard.controller.testing.Samples;
import vzguard.controller.testing.ScriptedAgent;
import vzguard.controller.testing.Store;
import vzguard.v1.ApplyPolicyRequest;
import vzguard.v1.CreateTokenRequest;
import vzguard.v1.GetRolloutRequest;
import vzguard.v1.GetStatusRequest;
import vzguard.v1.OperatorGrpc;
import vzguard.v1.RolloutView;
import vzguard.v1.StartRolloutRequest;
import vzguard.v1.TokenRole;

/** The real process, killed with SIGKILL in the middle of a rollout, again and again. */
@ParameterizedClass
@EnumSource(Store.class)
class ControllerKillTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int KILLS = 4;

    private final List<ScriptedAgent> agents = new ArrayList<>();
    private final Optional<String> database;
    private Path state;
    private int port;
    private ControllerProcess process;
    private Client operator;
    private ManagedChannel calls;

    ControllerKillTest(Store store) {
        this.database = store.server().map(PostgresServer::toString);
    }

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        state = folder.resolve("state");
        process = new ControllerProcess(state, database);
        port = process.port();
        Path token = state.resolve("operator.token");
        await().atMost(PATIENCE).until(() -> Files.exists(token));
        String text = Files.readString(token);
        // The token is written before the port is open.
        operator = await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
                .until(() -> Client.enrol(port, text, "alice"), client -> true);
        calls = operator.channel(port);
    }

    @AfterEach
    void stop() throws InterruptedException {
        agents.forEach(ScriptedAgent::close);
        calls.shutdownNow();
        process.process().destroy();
        assertThat(process.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void nothingIsLostAndNothingIsDoneTwice() throws Exception {
        long seed = System.nanoTime();
        System.err.println("ControllerKillTest seed " + seed);
        Random random = new Random(seed);
        String[] ctids = {"101", "102", "103", "104", "105", "106", "107", "108"};
        for (String name : List.of("hn1", "hn2", "hn3")) {
            String token = api().createToken(CreateTokenRequest.newBuilder()
                            .setRole(TokenRole.TOKEN_ROLE_AGENT)
                            .build())
                    .getToken();
            agents.add(new ScriptedAgent(Client.enrol(port, token, name), name, () -> port, List.of(ctids)).connect());
        }
        await().atMost(PATIENCE)
                .until(() ->
                        api().getStatus(GetStatusRequest.getDefaultInstance()).getVes() == 24);
        agents.forEach(agent -> agent.host().slow(60));
        api().applyPolicy(ApplyPolicyRequest.newBuilder()
                .setText(Samples.policy("ssh-guard", "*", "{canary: 1, waves: [50%, 100%], soak: 0s}"))
                .build());
        String id = api().startRollout(
                        StartRolloutRequest.newBuilder().setPolicy("ssh-guard").build())
                .getRolloutId();

        for (int kill = 0; kill < KILLS; kill++) {
            int target = random.nextInt(6);
            int before = rollout(id).getDone();
            await().atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
                    .until(() -> rollout(id).hasEndedAt() || rollout(id).getDone() >= before + target);
            process.killAndLaunch();
            awaitServing();
        }

        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
                .until(() -> rollout(id).hasEndedAt());
        RolloutView end = rollout(id);
        assertThat(end.getTargets()).isEqualTo(24);
        assertThat(end.getDone()).isEqualTo(24);
        for (ScriptedAgent agent : agents) {
            for (String ctid : ctids) {
                assertThat(agent.host().changes(ctid)).isEqualTo(1);
            }
        }
    }

    private RolloutView rollout(String id) {
        return api().getRollout(GetRolloutRequest.newBuilder().setRolloutId(id).build());
    }

    private void awaitServing() {
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
                .until(() -> {
                    // It waits ever longer between its attempts if it is let.
                    calls.resetConnectBackoff();
                    return api().getStatus(GetStatusRequest.getDefaultInstance())
                                    .getHosts()
                            == 3;
                });
    }

    private OperatorGrpc.OperatorBlockingStub api() {
        return Client.operator(calls);
    }
}
