package vzguard.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.Agent;
import vzguard.agent.AgentSettings;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.lab.simulated.SimulatedFleet;
import vzguard.lab.simulated.SimulatedHost;
import vzguard.v1.CreateTokenRequest;
import vzguard.v1.GetRolloutRequest;
import vzguard.v1.ListVesRequest;
import vzguard.v1.RestartVesRequest;
import vzguard.v1.RolloutState;
import vzguard.v1.RolloutView;
import vzguard.v1.SelectorSpec;
import vzguard.v1.TokenRole;

/**
 * A controller that dies before the first, the second, the third ... piece that goes over the wire between it and its agent
 * during a rollout: so on both sides of every commit, since it commits whatever a message changed before it answers, and
 * answers after that. What its disk held is all that the next one knows. Each rollout restarts two VEs, so that a job done twice
 * or lost shows as a restart too many or too few.
 */
class ControllerBoundariesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int VES = 2;
    private static final int FEWEST = 6;
    private static final int MOST = 60;

    @TempDir
    Path folder;

    private final AtomicInteger restarts = new AtomicInteger();
    private volatile CompletableFuture<Void> reborn = new CompletableFuture<>();

    private Optional<CommandResult> count(Command command) {
        if (command.argv().size() > 2 && command.argv().get(1).equals("restart")) {
            restarts.incrementAndGet();
        }
        return Optional.empty();
    }

    @Test
    void aCrashAtEveryPieceOnTheWireLosesNothingAndRepeatsNothing() throws IOException {
        SimulatedHost host = SimulatedFleet.boot(2, VES).host("hn2");
        host.intercept(this::count);
        try (MortalController controller = new MortalController(folder.resolve("controller"))) {
            try (Cable cable = new Cable(controller.port(), () -> {
                controller.dieAndComeBack();
                reborn.complete(null);
            })) {
                AgentSettings settings = settings(host, cable, controller);
                int pieces = 0;
                boolean crashed = true;
                while (crashed) {
                    // A new one each time: after many ends in a row an agent takes its time to come back.
                    try (Agent agent = Agent.start(settings, host, host.files(), host.clock(), host::advance)) {
                        awaitVes(controller, agent);
                        crashed = crashBefore(pieces, controller, cable);
                    }
                    pieces++;
                    assertThat(pieces).as("a rollout is not that long").isLessThan(MOST);
                }
                assertThat(pieces).as("boundaries tried").isGreaterThan(FEWEST);
            }
        }
    }

    private AgentSettings settings(SimulatedHost host, Cable cable, MortalController controller) throws IOException {
        String token = controller
                .operator()
                .createToken(CreateTokenRequest.newBuilder()
                        .setRole(TokenRole.TOKEN_ROLE_AGENT)
                        .build())
                .getToken();
        Path file = folder.resolve("token");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, token);
        return new AgentSettings(
                host.name(),
                Map.of(),
                Optional.of("127.0.0.1:" + cable.port()),
                folder.resolve("agent"),
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
                                == VES);
    }

    /** One rollout with one crash; false when it had ended before the crash. */
    private boolean crashBefore(int piece, MortalController controller, Cable cable) {
        int before = restarts.get();
        CompletableFuture<Void> back = new CompletableFuture<>();
        reborn = back;
        RolloutView started = controller
                .operator()
                .restartVes(RestartVesRequest.newBuilder()
                        .setSelector(SelectorSpec.newBuilder().setHosts("*").setVes("*"))
                        .build());
        cable.cutAfter(piece);
        await("crash or end, piece " + piece)
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
                .until(() -> back.isDone() || (!cable.isCut() && ended(controller, started.getRolloutId())));
        boolean crashed = cable.isCut();
        if (crashed) {
            await("the next controller").atMost(PATIENCE).until(back::isDone);
        }
        cable.plug(controller.port());
        await("the end, piece " + piece)
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
                .until(() -> ended(controller, started.getRolloutId()));
        RolloutView end = rollout(controller, started.getRolloutId());
        assertThat(end.getTargets()).as("piece %s: %s", piece, end).isEqualTo(VES);
        assertThat(end.getDone()).as("piece %s: %s", piece, end).isEqualTo(VES);
        assertThat(end.getRestarts()).as("piece %s: %s", piece, end).isEqualTo(VES);
        assertThat(restarts.get() - before)
                .as("restarts of VEs, piece %s", piece)
                .isEqualTo(VES);
        return crashed;
    }

    private static boolean ended(MortalController controller, String id) {
        return rollout(controller, id).getState() == RolloutState.ROLLOUT_STATE_COMPLETED;
    }

    private static RolloutView rollout(MortalController controller, String id) {
        return controller
                .operator()
                .getRollout(GetRolloutRequest.newBuilder().setRolloutId(id).build());
    }
}
