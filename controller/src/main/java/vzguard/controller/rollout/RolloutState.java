package vzguard.controller.rollout;

/** State of a whole rollout. */
public enum RolloutState {
    RUNNING,
    /** By the operator: nothing new starts, what runs ends and counts. */
    PAUSED,
    /** By its own thresholds: as paused, until resumed, retried or aborted. */
    STOPPED,
    /** Every target reached an end, whichever. Retry opens it again. */
    COMPLETED,
    /** For good. Targets not started were skipped; those that ran ended and were counted. */
    ABORTED;

    /** Neither completed nor aborted: targets may still start, now or after a resume. */
    public boolean isActive() {
        return this == RUNNING || this == PAUSED || this == STOPPED;
    }
}
