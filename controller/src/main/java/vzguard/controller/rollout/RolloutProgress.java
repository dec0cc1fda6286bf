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
 * @param wordAt when an operator last said that it should go on: started, resumed, retried, promoted or approved it
 * @param forgiven endings that no longer count, since the operator resumed or retried
 * @param forgivenInWave endings that do not count in the present wave: those before it began, or before the operator resumed
 * @param stopReason why it stopped itself, one sentence; empty otherwise
 */
public record RolloutProgress(
        RolloutState state,
        int wave,
        Instant waitFrom,
        @Nullable Instant soakUntil,
        @Nullable Instant endedAt,
        Instant wordAt,
        Endings forgiven,
        Endings forgivenInWave,
        String stopReason) {

    /** End of a soak that only an operator ends. */
    static final Instant UNTIL_PROMOTED = Instant.parse("9999-12-31T00:00:00Z");

    RolloutProgress withState(RolloutState next, String reason) {
        return new RolloutProgress(next, wave, waitFrom, soakUntil, endedAt, wordAt, forgiven, forgivenInWave, reason);
    }

    RolloutProgress withSoakUntil(@Nullable Instant until) {
        return new RolloutProgress(state, wave, waitFrom, until, endedAt, wordAt, forgiven, forgivenInWave, stopReason);
    }

    RolloutProgress withEndedAt(@Nullable Instant at) {
        return new RolloutProgress(state, wave, waitFrom, soakUntil, at, wordAt, forgiven, forgivenInWave, stopReason);
    }

    RolloutProgress withWordAt(Instant at) {
        return new RolloutProgress(state, wave, waitFrom, soakUntil, endedAt, at, forgiven, forgivenInWave, stopReason);
    }

    RolloutProgress withForgivenAtMost(Endings present) {
        return new RolloutProgress(
                state,
                wave,
                waitFrom,
                soakUntil,
                endedAt,
                wordAt,
                forgiven.atMost(present),
                forgivenInWave.atMost(present),
                stopReason);
    }

    RolloutProgress onTo(int laterWave, Instant at, Endings before) {
        return new RolloutProgress(state, laterWave, at, null, endedAt, wordAt, forgiven, before, stopReason);
    }

    /** A target of an earlier wave is pending again: later waves wait for it, and for its wave's soak. */
    RolloutProgress backTo(int earlierWave) {
        return new RolloutProgress(
                state, earlierWave, waitFrom, null, endedAt, wordAt, forgiven, forgivenInWave, stopReason);
    }

    /** An operator lets it go on: what ended badly so far counts no more. */
    RolloutProgress taken(RolloutState next, Instant at, Endings present) {
        return new RolloutProgress(next, wave, at, soakUntil, null, at, present, present, "");
    }
}
