package vzguard.controller.testing;

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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import vzguard.controller.store.PostgresServer;
import vzguard.v1.ApplyPolicyRequest;
import vzguard.v1.CreateTokenRequest;
import vzguard.v1.GetRolloutRequest;
import vzguard.v1.GetStatusRequest;
import vzguard.v1.OperatorGrpc;
import vzguard.v1.RolloutView;
import vzguard.v1.StartRolloutRequest;
import vzguard.v1.TokenRole;

/** Two processes, of which the first one acts, and an operator. */
public final class ControllerPair implements AutoCloseable {
    /** VEs of each agent's host. */
    public static final List<String> CTIDS = List.of("101", "102", "103", "104", "105", "106");

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<ControllerProcess> processes = new ArrayList<>();
    private final Client operator;
    private int active;
    private ManagedChannel channel;

    /** @param folder for their state folders */
    public ControllerPair(Path folder, PostgresServer server) throws IOException {
        Optional<String> url = Optional.of(server.toString());
        Path token = folder.resolve("p0").resolve("operator.token");
        processes.add(later(new ControllerProcess(folder.resolve("p0"), url)));
        await().atMost(PATIENCE).until(() -> Files.exists(token));
        String text = Files.readString(token);
        operator = await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
                .until(() -> Client.enrol(active().port(), text, "alice"), client -> true);
        channel = operator.channel(active().port());
        processes.add(later(new ControllerProcess(copyOfCa(folder.resolve("p0"), folder.resolve("p1")), url)));
        awaitStandby();
    }

    /** The one that the operator does not ask names the one that acts. */
    public void awaitStandby() {
        ManagedChannel second = operator.channel(processes.get(1 - active).port());
        await().atMost(PATIENCE).until(() -> {
            second.resetConnectBackoff();
            return refusalOf(second).contains("the active one is 127.0.0.1:" + active().port());
        });
        second.shutdownNow();
    }

    private String refusalOf(ManagedChannel asked) {
        try {
            return Client.operator(asked)
                    .getStatus(GetStatusRequest.getDefaultInstance())
                    .toString();
        } catch (StatusRuntimeException e) {
            return String.valueOf(e.getStatus().getDescription());
        }
    }

    public ControllerProcess active() {
        return processes.get(active);
    }

    /** From now on the operator asks the other one. */
    public void other() {
        channel.shutdownNow();
        active = 1 - active;
        channel = operator.channel(active().port());
        later(channel::shutdownNow);
    }

    /** Each tries the two addresses in turn. */
    public List<ScriptedAgent> agents(int count) {
        List<ScriptedAgent> agents = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            String token = api().createToken(CreateTokenRequest.newBuilder()
                            .setRole(TokenRole.TOKEN_ROLE_AGENT)
                            .build())
                    .getToken();
            String name = "hn" + number;
            AtomicInteger tries = new AtomicInteger();
            IntSupplier turn = () -> processes.get(tries.getAndIncrement() % 2).port();
            Client client = Client.enrol(active().port(), token, name);
            agents.add(later(new ScriptedAgent(client, name, turn, CTIDS).connect()));
        }
        agents.forEach(agent -> agent.host().slow(60));
        await().atMost(PATIENCE)
                .until(() ->
                        api().getStatus(GetStatusRequest.getDefaultInstance()).getVes() == count * CTIDS.size());
        return agents;
    }

    public String startRollout() {
        var unused = api().applyPolicy(ApplyPolicyRequest.newBuilder()
                .setText(Samples.policy("ssh-guard", "*", "{canary: 1, waves: [50%, 100%], soak: 0s}"))
                .build());
        return api().startRollout(
                        StartRolloutRequest.newBuilder().setPolicy("ssh-guard").build())
                .getRolloutId();
    }

    public boolean serves() {
        channel.resetConnectBackoff();
        return refusalOf(channel).contains("hosts: ");
    }

    public RolloutView rollout(String id) {
        return api().getRollout(GetRolloutRequest.newBuilder().setRolloutId(id).build());
    }

    public void awaitWholeRollout(String id, List<ScriptedAgent> agents) {
        await().atMost(PATIENCE).until(() -> rollout(id).hasEndedAt());
        assertThat(rollout(id).getDone()).isEqualTo(agents.size() * CTIDS.size());
        for (ScriptedAgent agent : agents) {
            for (String ctid : CTIDS) {
                assertThat(agent.host().changes(ctid)).isEqualTo(1);
            }
        }
    }

    private OperatorGrpc.OperatorBlockingStub api() {
        return Client.operator(channel);
    }

    /** What an operator copies to the machine of a second controller. @return its state folder */
    public static Path copyOfCa(Path from, Path to) throws IOException {
        Path target = Files.createDirectories(to).resolve("ca");
        Files.createDirectory(target);
        try (Stream<Path> files = Files.list(from.resolve("ca"))) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName().toString()));
            }
        }
        return to;
    }

    private <T extends AutoCloseable> T later(T closed) {
        open.add(closed);
        return closed;
    }

    @Override
    public void close() throws Exception {
        channel.shutdownNow();
        for (int last = open.size() - 1; last >= 0; last--) {
            open.get(last).close();
        }
    }
}
