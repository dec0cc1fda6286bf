package vzguard.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.controller.store.LeaseLost;
import vzguard.controller.store.PostgresServer;
import vzguard.controller.testing.Client;
import vzguard.controller.testing.ControllerPair;
import vzguard.controller.testing.ControllerProcess;
import vzguard.controller.testing.Postgres;
import vzguard.controller.testing.RunningController;
import vzguard.controller.testing.ScriptedAgent;
import vzguard.v1.GetStatusRequest;
import vzguard.v1.RolloutView;
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
        Controller second = later(RunningController.start(
                ControllerPair.copyOfCa(folder.resolve("first"), folder.resolve("second")),
                Clock.systemUTC(),
                Optional.of(server),
                0));
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
        ControllerPair pair = later(new ControllerPair(folder, server));
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
        ControllerPair pair = later(new ControllerPair(folder, server));
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
        assertThat(pair.rollout(id).getDone()).isEqualTo(2 * ControllerPair.CTIDS.size());
    }

    @Test
    void whoeverDiesOrStandsStillNothingIsLostAndNothingIsDoneTwice() throws Exception {
        long seed = System.nanoTime();
        System.err.println("FailoverTest seed " + seed);
        Random random = new Random(seed);
        ControllerPair pair = later(new ControllerPair(folder, server));
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
}
