package vzguard.controller.rollout;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What changes in a rollout as a whole; stored beside its terms and its tasks.
 *
 * @param wave wave being carried out, 0 and up; goes back when a target of an earlier wave is pending again
 * @param waitFrom when the wave started or the rollout was last resumed or retried: patience with hosts counts from here
 * @param soakUntil set while a finished wave that may have changed something is watched
 * @param endedAt set once every target has reached an end
 * @param forgivenFailures failed targets that no longer count, since the operator resumed or retried
 * @param forgivenUnreachable unreachable targets that no longer count, since the wave began or the operator resumed or retried
 * @param stopReason why it stopped itself, one sentence; empty otherwise
 */
public record RolloutProgress(
        RolloutState state,
        int wave,
        Instant waitFrom,
        @Nullable Instant soakUntil,
        @Nullable Instant endedAt,
        int forgivenFailures,
        int forgivenUnreachable,
        String stopReason) {

    /** End of a soak that only an operator ends. */
    static final Instant UNTIL_PROMOTED = Instant.parse("9999-12-31T00:00:00Z");

    RolloutProgress withState(RolloutState next, String reason) {
        return new RolloutProgress(
                next, wave, waitFrom, soakUntil, endedAt, forgivenFailures, forgivenUnreachable, reason);
    }

    RolloutProgress withSoakUntil(@Nullable Instant until) {
        return new RolloutProgress(
                state, wave, waitFrom, until, endedAt, forgivenFailures, forgivenUnreachable, stopReason);
    }

    RolloutProgress withEndedAt(@Nullable Instant at) {
        return new RolloutProgress(
                state, wave, waitFrom, soakUntil, at, forgivenFailures, forgivenUnreachable, stopReason);
    }

    RolloutProgress onTo(int laterWave, Instant at, int unreachable) {
        return new RolloutProgress(state, laterWave, at, null, endedAt, forgivenFailures, unreachable, stopReason);
    }

    /** A target of an earlier wave is pending again: later waves wait for it, and for its wave's soak. */
    RolloutProgress backTo(int earlierWave) {
        return new RolloutProgress(
                state, earlierWave, waitFrom, null, endedAt, forgivenFailures, forgivenUnreachable, stopReason);
    }

    RolloutProgress taken(RolloutState next, Instant at, int failures, int unreachable) {
        return new RolloutProgress(next, wave, at, soakUntil, null, failures, unreachable, "");
    }
}
