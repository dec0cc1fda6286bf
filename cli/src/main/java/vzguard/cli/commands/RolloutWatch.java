package vzguard.cli.commands;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import vzguard.cli.connect.OperatorClient;
import vzguard.cli.console.Console;
import vzguard.cli.console.LiveBlock;
import vzguard.cli.outcome.RolloutOutcome;
import vzguard.cli.render.Documents;
import vzguard.cli.render.RolloutBoard;
import vzguard.v1.GetRolloutRequest;
import vzguard.v1.RolloutState;
import vzguard.v1.RolloutView;

/**
 * Follows one rollout until it is settled: a block redrawn in place on a terminal, plain lines of what changed in a pipe, one
 * document per message for programs. A controller that goes away is waited for; the rollout lives there, not here.
 */
final class RolloutWatch {
    private final Session session;
    private final OperatorClient client;
    private final String rolloutId;
    private final LiveBlock block;
    private RolloutBoard board = RolloutBoard.empty();
    private boolean seen;

    RolloutWatch(Session session, OperatorClient client, String rolloutId) {
        this.session = session;
        this.client = client;
        this.rolloutId = rolloutId;
        this.block = new LiveBlock(session.console());
    }

    /** The exit code by the rollout's outcome. Ctrl-C says how to come back; the rollout goes on. */
    int follow() {
        Console console = session.console();
        Thread farewell = new Thread(
                () -> console.say("\ndetached; rollout " + rolloutId + " goes on\n  next: vzguard rollout watch "
                        + rolloutId + "   or: vzguard rollout pause " + rolloutId));
        Runtime.getRuntime().addShutdownHook(farewell);
        try {
            while (!stream()) {
                console.say("the connection to the controller broke; waiting for it to come back");
                client.awaitBack(stub -> stub.getRollout(request()));
            }
        } finally {
            removeHook(farewell);
        }
        return end(board.rollout());
    }

    /** False: the connection broke after it had worked. */
    private boolean stream() {
        try {
            Iterator<RolloutView> messages = client.endless().watchRollout(request());
            while (messages.hasNext()) {
                RolloutView message = messages.next();
                seen = true;
                show(message);
                if (RolloutOutcome.isSettled(message)) {
                    return true;
                }
            }
            // The controller ended the stream early: it is about to stop.
            return false;
        } catch (StatusRuntimeException e) {
            if (seen && e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
                return false;
            }
            throw e;
        }
    }

    private void show(RolloutView message) {
        Console console = session.console();
        RolloutBoard before = board;
        board = board.with(message);
        if (session.format().isForPrograms()) {
            console.print(Documents.next(Documents.of(message), session.format()));
        } else if (console.terminal()) {
            block.draw(board.block(console.width(), console.colour()));
        } else {
            board.changesSince(before).forEach(console::print);
        }
    }

    private int end(RolloutView rollout) {
        if (!session.format().isForPrograms()) {
            session.console().print(board.ending(session.screen()));
        }
        if (rollout.getState() == RolloutState.ROLLOUT_STATE_STOPPED) {
            session.console()
                    .say("rollout " + rolloutId + " stopped itself"
                            + (rollout.getWaitingFor().isEmpty() ? "" : ": " + rollout.getWaitingFor())
                            + "\n  next: vzguard why " + rolloutId + ", then vzguard rollout resume|retry|abort "
                            + rolloutId);
        }
        return RolloutOutcome.exitCode(rollout);
    }

    private GetRolloutRequest request() {
        return GetRolloutRequest.newBuilder().setRolloutId(rolloutId).build();
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending because of Ctrl-C: the hook runs, as it should.
            return;
        }
    }
}
