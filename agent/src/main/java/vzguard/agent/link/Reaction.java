package vzguard.agent.link;

import io.grpc.Status;
import java.time.Duration;

/** What the agent does when a stream ends: one fixed table from statuses to reactions. */
enum Reaction {
    /** The network or a restart: again soon, see {@link Reconnect}. */
    RETRY(Duration.ZERO),
    /** The controller is short of something. */
    RETRY_LATER(Duration.ofSeconds(30)),
    /** One of the two speaks wrongly; only an upgrade mends it. */
    RETRY_SLOWLY(Duration.ofMinutes(5)),
    /** The controller does not accept this identity; an operator has to look. */
    RETRY_HOURLY(Duration.ofHours(1));

    private final Duration atLeast;

    Reaction(Duration atLeast) {
        this.atLeast = atLeast;
    }

    /** Waited on top of the random delay. */
    Duration atLeast() {
        return atLeast;
    }

    static Reaction to(Status.Code code) {
        return switch (code) {
            case UNAUTHENTICATED, PERMISSION_DENIED -> RETRY_HOURLY;
            // ABORTED: another stream with this identity is newer. The lock on the state directory says that no
            // second agent of this host runs, so somebody copied the identity: do not fight over it.
            case FAILED_PRECONDITION, INVALID_ARGUMENT, UNIMPLEMENTED, ABORTED -> RETRY_SLOWLY;
            case RESOURCE_EXHAUSTED -> RETRY_LATER;
            case OK,
                    UNAVAILABLE,
                    INTERNAL,
                    CANCELLED,
                    UNKNOWN,
                    DEADLINE_EXCEEDED,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    OUT_OF_RANGE,
                    DATA_LOSS -> RETRY;
        };
    }
}
