package vzguard.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.Agent;
import vzguard.agent.AgentSettings;
import vzguard.agent.exec.HostFiles;
import vzguard.it.faults.MortalCommits.Moment;
import vzguard.v1.ApplyPolicyRequest;
import vzguard.v1.CreateTokenRequest;
import vzguard.v1.ForgetHostRequest;
import vzguard.v1.GetHostRequest;
import vzguard.v1.ListRolloutsReply;
import vzguard.v1.ListRolloutsRequest;
import vzguard.v1.ListVesRequest;
import vzguard.v1.RolloutState;
import vzguard.v1.RolloutView;
import vzguard.v1.StartRolloutRequest;
import vzguard.v1.TokenRole;

/**
 * A whole rollout with restarts, on a controller that dies right before or right after the first, the second, the third ...
 * commit of its store; the next one starts from a copy of what the disk held at that moment. Whatever the moment: a rollout that
 * was begun completes, the VE that must restart does so once, has one guard, and is counted
 * once.
 */
class CommitBoundariesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final StartRolloutRequest START =
            StartRolloutRequest.newBuilder().setPolicy(GuardedPair.NAME).build();
    private static final int FEWEST = 6;
    private static final int MOST = 60;

    @TempDir
    Path folder;

    private final MortalCommits commits = new MortalCommits();
    private int agents;

    @Test
    void aCrashAtEveryCommitLosesNothingAndRepeatsNothing() throws Exception {
        try (MortalController controller = new MortalController(folder.resolve("controller"), commits::open);
                Cable cable = new Cable(controller.port(), () -> {})) {
            controller
                    .operator()
                    .applyPolicy(ApplyPolicyRequest.newBuilder()
                            .setText(GuardedPair.POLICY)
                            .build());
            for (Moment moment : Moment.values()) {
                int commit = 0;
                while (crashAt(commit, moment, controller, cable)) {
                    commit++;
                    assertThat(commit).as("a rollout is not that long").isLessThan(MOST);
                }
                assertThat(commit).as("commits tried, %s", moment).isGreaterThan(FEWEST);
            }
        }
    }

    /** One rollout on a new host, with one crash; false when it had ended before the crash. */
    private boolean crashAt(int commit, Moment moment, MortalController controller, Cable cable) throws Exception {
        String where = moment + " commit " + commit;
        GuardedPair pair = new GuardedPair();
        HostFiles files = pair.host().files();
        boolean crashed;
        try (Agent agent = Agent.start(
                settings(pair, controller, cable),
                pair.host(),
                files,
                pair.host().clock(),
                pair.host()::advance)) {
            awaitVes(controller, agent);
            int before = rollouts(controller).size();
            crashed = die(commit, moment, controller, before, where);
            if (crashed) {
                cable.moveTo(controller.port());
            }
            if (rollouts(controller).size() == before) {
                controller.operator().startRollout(START);
            }
            await("the end, " + where).atMost(PATIENCE).until(() -> ended(rollouts(controller), before));
            assertThat(rollouts(controller)).as(where).hasSize(before + 1);
            assertAccounted(rollouts(controller).get(0), where);
            pair.assertGuarded(where);
        }
        // The agent has gone; the controller learns of it a moment later.
        await("left, " + where)
                .atMost(PATIENCE)
                .until(() -> !controller
                        .operator()
                        .getHost(GetHostRequest.newBuilder()
                                .setHost(pair.host().name())
                                .build())
                        .getConnected());
        controller
                .operator()
                .forgetHost(ForgetHostRequest.newBuilder()
                        .setHost(pair.host().name())
                        .build());
        return crashed;
    }

    /** Starts a rollout. Whether the controller died, and another has come; else the rollout has ended. */
    private boolean die(int commit, Moment moment, MortalController controller, int before, String where)
            throws ExecutionException {
        CompletableFuture<Void> dead = commits.dieAt(commit, moment);
        ListenableFuture<RolloutView> start = controller.operatorFuture().startRollout(START);
        Asked asked = new Asked(controller);
        await("crash or end, " + where)
                .atMost(PATIENCE)
                .until(() -> dead.isDone() || (start.isDone() && ended(asked.latest(), before)));
        boolean answered = start.isDone() && !start.isCancelled();
        commits.spare();
        boolean crashed = dead.isDone();
        if (crashed) {
            controller.dieAndComeBack();
        }
        if (answered) {
            assertThat(rollouts(controller))
                    .as("%s: %s was told to the operator", where, Futures.getDone(start))
                    .hasSize(before + 1);
        }
        return crashed;
    }

    /** The rollouts, asked for without waiting: a dead controller does not answer. */
    private static final class Asked {
        private final MortalController controller;
        private ListenableFuture<ListRolloutsReply> reply =
                Futures.immediateFuture(ListRolloutsReply.getDefaultInstance());
        private List<RolloutView> latest = List.of();

        Asked(MortalController controller) {
            this.controller = controller;
        }

        List<RolloutView> latest() throws ExecutionException {
            if (reply.isDone()) {
                latest = Objects.requireNonNull(Futures.getDone(reply)).getRolloutsList();
                reply = controller.operatorFuture().listRollouts(ListRolloutsRequest.getDefaultInstance());
            }
            return latest;
        }
    }

    private AgentSettings settings(GuardedPair pair, MortalController controller, Cable cable) throws IOException {
        agents++;
        String token = controller
                .operator()
                .createToken(CreateTokenRequest.newBuilder()
                        .setRole(TokenRole.TOKEN_ROLE_AGENT)
                        .build())
                .getToken();
        Path file = folder.resolve("token" + agents);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, token);
        return new AgentSettings(
                pair.host().name(),
                Map.of(),
                Optional.of("127.0.0.1:" + cable.port()),
                folder.resolve("agent" + agents),
                Duration.ofSeconds(30),
                List.of(),
                Optional.of(file));
    }

    private static void awaitVes(MortalController controller, Agent agent) {
        await("the agent reported")
                .atMost(PATIENCE)
                .until(() -> agent.isConnected()
                        && controller
                                        .operator()
                                        .listVes(ListVesRequest.getDefaultInstance())
                                        .getVesCount()
                                == GuardedPair.VES);
    }

    private static List<RolloutView> rollouts(MortalController controller) {
        return controller
                .operator()
                .listRollouts(ListRolloutsRequest.getDefaultInstance())
                .getRolloutsList();
    }

    private static boolean ended(List<RolloutView> rollouts, int before) {
        return rollouts.size() > before && rollouts.get(0).getState() == RolloutState.ROLLOUT_STATE_COMPLETED;
    }

    private static void assertAccounted(RolloutView end, String where) {
        assertThat(end.getTargets()).as("%s: %s", where, end).isEqualTo(GuardedPair.TARGETS);
        assertThat(end.getDone()).as("%s: %s", where, end).isEqualTo(GuardedPair.TARGETS);
        assertThat(end.getRestarts()).as("%s: %s", where, end).isEqualTo(1);
    }
}
