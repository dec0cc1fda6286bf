package vzguard.agent.apply;

import java.time.Duration;
import java.time.Instant;

/**
 * What an apply may do.
 *
 * @param planHash hash of the plan that was approved; empty: whatever is needed
 * @param restartAllowed the VE may be restarted
 * @param deadline after this no further step is begun; one that has begun is brought to its end
 * @param confirmWithin a guard that is written is taken back after this, unless it is confirmed
 * @param byHand an administrator confirms it, by a new login
 */
public record ApplyOptions(
        String planHash, boolean restartAllowed, Instant deadline, Duration confirmWithin, boolean byHand) {
    /** Time to confirm a guard, unless somebody asks for another. */
    public static final Duration CONFIRM_WITHIN = Duration.ofSeconds(60);

    /** A guard is confirmed by the agent's own proof. */
    public ApplyOptions(String planHash, boolean restartAllowed, Instant deadline) {
        this(planHash, restartAllowed, deadline, CONFIRM_WITHIN, false);
    }
}
