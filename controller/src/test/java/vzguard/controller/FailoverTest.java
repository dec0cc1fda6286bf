package vzguard.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.controller.store.LeaseLost;
import vzguard.controller.store.PostgresServer;
import vzguard.controller.testing.Client;
import vzguard.controller.testing.ControllerProcess;
import vzguard.controller.testing.Postgres;
import vzguard.controller.testing.RunningController;
import vzguard.controller.testing.Samples;
import vzguard.controller.testing.ScriptedAgent;
import vzguard.v1.ApplyPolicyRequest;
import vzguard.v1.CreateTokenRequest;
import vzguard.v1.GetRolloutRequest;
import vzguard.v1.GetStatusRequest;
import vzguard.v1.OperatorGrpc;
import vzguard.v1.RolloutView;
import vzguard.v1.StartRolloutRequest;
import vzguard.v1.TokenRole;

/** Two controllers on one PostgreSQL: one acts, and when it cannot, the other one does. */
class FailoverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** What is promised from the death of one until the other one acts. */
    private static final Duration TAKEOVER = Duration.ofSeconds(10);

    private final PostgresServer server = Postgres.newServer();
    private final List<AutoCloseable> open = new ArrayList<>();

    @TempDir
    private Path folder = Path.of("");

    @AfterEach
    void close() throws Exception {
        for (int last = open.size() - 1; last >= 0; last--) {
            open.get(last).close();
        }
    }

    private <T extends AutoCloseable> T later(T closed) {
        open.add(closed);
        return closed;
    }

    @Test
    void theOneThatStandsByNamesTheOneThatActsAndFollowsItWhenItEnds() throws Exception {
        RunningController first =
                RunningController.start(folder.resolve("first"), Clock.systemUTC(), Optional.of(server));
        Controller second =
                later(RunningController.start(copyOfCa("first", "second"), Clock.systemUTC(), Optional.of(server), 0));
        assertThat(second.acts()).isFalse();
        Client alice = first.operatorClient();
        ManagedChannel channel = alice.channel(second.port());
        later(channel::shutdownNow);
        assertThatThrownBy(() -> Client.operator(channel).getStatus(GetStatusRequest.getDefaultInstance()))
                .isInstanceOfSatisfying(StatusRuntimeException.class, refusal -> {
                    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                    assertThat(refusal.getStatus().getDescription())
                            .isEqualTo("this controller stands by; the active one is 127.0.0.1:" + first.port());
                });
        String token = first.token(TokenRole.TOKEN_ROLE_AGENT);

        first.close();

        // It does not wait for the end of a lease that was given back.
        await().atMost(Duration.ofSeconds(4)).until(second::acts);
        assertThat(Client.operator(channel)
                        .getStatus(GetStatusRequest.getDefaultInstance())
                        .getHosts())
                .isZero();
        assertThat(Client.enrol(second.port(), token, "hn1").identity()).isNotEmpty();
    }

    @Test
    void aControllerWhoseLeaseSomebodyTookWritesNothingMoreAndSaysSo() throws Exception {
        RunningController running =
                later(RunningController.start(folder.resolve("first"), Clock.systemUTC(), Optional.of(server)));
        String database = Postgres.nameOf(server);
        Postgres.execute(database, "update lease set holder = 'another', address = 'another:7443', epoch = epoch + 1");
        String before = Postgres.ask(database, "select count(*) from tokens");

        Throwable reason = running.controller().fatal().join();

        assertThat(reason).isInstanceOf(LeaseLost.class).hasMessageContaining("another:7443 has taken over");
        assertThat(running.controller().acts()).isFalse();
        assertThatThrownBy(() -> running.token(TokenRole.TOKEN_ROLE_AGENT)).isInstanceOf(StatusRuntimeException.class);
        assertThat(Postgres.ask(database, "select count(*) from tokens")).isEqualTo(before);
        assertThat(Postgres.ask(database, "select holder from lease")).isEqualTo("another");
    }

    @Test
    void aControllerThatLostItsDatabaseStopsAndWhatItAcknowledgedIsThere() throws Exception {
        RunningController running =
                RunningController.start(folder.resolve("first"), Clock.systemUTC(), Optional.of(server));
        Client alice = running.operatorClient();
        int acknowledged = 0;
        AtomicInteger asked = new AtomicInteger();
        // Cut in the middle of a stream of commits.
        Thread cutter = new Thread(() -> {
            await().atMost(PATIENCE).until(() -> asked.get() > 20);
            Postgres.cut(Postgres.nameOf(server));
        });
        cutter.start();
        try {
            while (asked.incrementAndGet() < 100_000) {
                running.token(TokenRole.TOKEN_ROLE_AGENT);
                acknowledged++;
            }
        } catch (StatusRuntimeException e) {
            assertThat(acknowledged).isGreaterThan(10);
        }
        cutter.join();
        assertThat(running.controller().fatal().join()).isNotInstanceOf(LeaseLost.class);
        running.close();

        Controller next =
                later(RunningController.start(folder.resolve("first"), Clock.systemUTC(), Optional.of(server), 0));

        await().atMost(TAKEOVER).until(next::acts);
        ManagedChannel channel = alice.channel(next.port());
        later(channel::shutdownNow);
        // One token is the first operator's; the last one may have been made and not been heard of.
        int tokens = Integer.parseInt(
                Postgres.ask(Postgres.nameOf(server), "select count(*) from tokens where role = 'agent'"));
        assertThat(tokens).isBetween(acknowledged, acknowledged + 1);
        assertThat(Client.operator(channel)
                        .getStatus(GetStatusRequest.getDefaultInstance())
                        .getControllerVersion())
                .isNotEmpty();
    }

    @Test
    void aKilledControllersRolloutGoesOnWithTheOtherOne() throws Exception {
        Pair pair = new Pair();
        List<ScriptedAgent> agents = pair.agents(3);
        String id = pair.startRollout();
        await().atMost(PATIENCE).until(() -> pair.rollout(id).getDone() > 2);
        RolloutView before = pair.rollout(id);

        pair.active().kill();
        pair.other();

        await().atMost(TAKEOVER).until(pair::serves);
        assertThat(pair.rollout(id).getDone()).isGreaterThanOrEqualTo(before.getDone());
        assertThat(pair.rollout(id).getWave()).isGreaterThanOrEqualTo(before.getWave());
        pair.awaitWholeRollout(id, agents);
    }

    @Test
    void aControllerThatStoodStillFindsItsLeaseTakenAndEnds() throws Exception {
        Pair pair = new Pair();
        List<ScriptedAgent> agents = pair.agents(2);
        String id = pair.startRollout();
        await().atMost(PATIENCE).until(() -> pair.rollout(id).getDone() > 0);
        ControllerProcess former = pair.active();

        former.suspend();
        agents.forEach(ScriptedAgent::disconnect);
        pair.other();
        await().atMost(TAKEOVER).until(pair::serves);
        agents.forEach(ScriptedAgent::connect);
        pair.awaitWholeRollout(id, agents);
        String lease = Postgres.ask(Postgres.nameOf(server), "select holder || epoch from lease");
        former.resume();

        assertThat(former.process().onExit().get(30, TimeUnit.SECONDS).exitValue())
                .isEqualTo(1);
        assertThat(former.output())
                .containsAnyOf(
                        "the controller 127.0.0.1:" + pair.active().port() + " has taken over",
                        // It stood still in the middle of a transaction.
                        "the store failed and nothing more can be made durable");
        assertThat(Postgres.ask(Postgres.nameOf(server), "select holder || epoch from lease"))
                .isEqualTo(lease);
        assertThat(pair.rollout(id).getDone()).isEqualTo(2 * Pair.CTIDS.length);
    }

    @Test
    void whoeverDiesOrStandsStillNothingIsLostAndNothingIsDoneTwice() throws Exception {
        long seed = System.nanoTime();
        System.err.println("FailoverTest seed " + seed);
        Random random = new Random(seed);
        Pair pair = new Pair();
        List<ScriptedAgent> agents = pair.agents(3);
        agents.forEach(agent -> agent.host().slow(2_500));
        String id = pair.startRollout();
        for (int fall = 0; fall < 3; fall++) {
            int before = pair.rollout(id).getDone();
            int more = random.nextInt(3);
            await().atMost(PATIENCE)
                    .until(() ->
                            pair.rollout(id).hasEndedAt() || pair.rollout(id).getDone() >= before + more);
            ControllerProcess former = pair.active();
            boolean stands = random.nextBoolean();
            if (stands) {
                former.suspend();
                agents.forEach(ScriptedAgent::disconnect);
            } else {
                former.kill();
            }
            pair.other();
            await().atMost(TAKEOVER).until(pair::serves);
            if (stands) {
                agents.forEach(ScriptedAgent::connect);
                former.resume();
                var unused = former.process().onExit().get(30, TimeUnit.SECONDS);
            }
            former.killAndLaunch();
            pair.awaitStandby();
        }
        pair.awaitWholeRollout(id, agents);
    }

    private Path copyOfCa(String from, String to) throws IOException {
        Path target = Files.createDirectories(folder.resolve(to)).resolve("ca");
        Files.createDirectory(target);
        try (Stream<Path> files = Files.list(folder.resolve(from).resolve("ca"))) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName().toString()));
            }
        }
        return folder.resolve(to);
    }

    /** Two processes, of which the first one acts, and an operator. */
    private final class Pair {
        static final String[] CTIDS = {"101", "102", "103", "104", "105", "106"};

        private final List<ControllerProcess> processes = new ArrayList<>();
        private final Client operator;
        private int active;
        private ManagedChannel channel;

        Pair() throws IOException {
            Optional<String> url = Optional.of(server.toString());
            Path token = folder.resolve("p0").resolve("operator.token");
            processes.add(later(new ControllerProcess(folder.resolve("p0"), url)));
            await().atMost(PATIENCE).until(() -> Files.exists(token));
            String text = Files.readString(token);
            operator = await().atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
                    .until(() -> Client.enrol(active().port(), text, "alice"), client -> true);
            channel = operator.channel(active().port());
            processes.add(later(new ControllerProcess(copyOfCa("p0", "p1"), url)));
            awaitStandby();
        }

        /** The one that the operator does not ask names the one that acts. */
        void awaitStandby() {
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

        ControllerProcess active() {
            return processes.get(active);
        }

        /** From now on the operator asks the other one. */
        void other() {
            channel.shutdownNow();
            active = 1 - active;
            channel = operator.channel(active().port());
            later(channel::shutdownNow);
        }

        /** Each tries the two addresses in turn. */
        List<ScriptedAgent> agents(int count) {
            List<ScriptedAgent> agents = new ArrayList<>();
            for (int number = 1; number <= count; number++) {
                String token = api().createToken(CreateTokenRequest.newBuilder()
                                .setRole(TokenRole.TOKEN_ROLE_AGENT)
                                .build())
                        .getToken();
                String name = "hn" + number;
                AtomicInteger tries = new AtomicInteger();
                IntSupplier turn =
                        () -> processes.get(tries.getAndIncrement() % 2).port();
                Client client = Client.enrol(active().port(), token, name);
                agents.add(later(new ScriptedAgent(client, name, turn, List.of(CTIDS)).connect()));
            }
            agents.forEach(agent -> agent.host().slow(60));
            await().atMost(PATIENCE)
                    .until(() -> api().getStatus(GetStatusRequest.getDefaultInstance())
                                    .getVes()
                            == count * CTIDS.length);
            return agents;
        }

        String startRollout() {
            var unused = api().applyPolicy(ApplyPolicyRequest.newBuilder()
                    .setText(Samples.policy("ssh-guard", "*", "{canary: 1, waves: [50%, 100%], soak: 0s}"))
                    .build());
            return api().startRollout(StartRolloutRequest.newBuilder()
                            .setPolicy("ssh-guard")
                            .build())
                    .getRolloutId();
        }

        boolean serves() {
            channel.resetConnectBackoff();
            return refusalOf(channel).contains("hosts: ");
        }

        RolloutView rollout(String id) {
            return api().getRollout(
                            GetRolloutRequest.newBuilder().setRolloutId(id).build());
        }

        void awaitWholeRollout(String id, List<ScriptedAgent> agents) {
            await().atMost(PATIENCE).until(() -> rollout(id).hasEndedAt());
            assertThat(rollout(id).getDone()).isEqualTo(agents.size() * CTIDS.length);
            for (ScriptedAgent agent : agents) {
                for (String ctid : CTIDS) {
                    assertThat(agent.host().changes(ctid)).isEqualTo(1);
                }
            }
        }

        private OperatorGrpc.OperatorBlockingStub api() {
            return Client.operator(channel);
        }
    }
}
