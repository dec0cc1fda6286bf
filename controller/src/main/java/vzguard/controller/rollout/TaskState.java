package vzguard.controller.rollout;

/** State of one target in one rollout. Every target is in exactly one of them at every instant. */
public enum TaskState {
    PENDING,
    /** A job is out for it. */
    RUNNING,
    DONE,
    NO_OP,
    /** The agent said so, or a connected agent that had accepted the job was silent until its deadline. */
    FAILED,
    /** The agent would not: against the policy, the plan or a rule of safety. Not counted as failed. */
    REFUSED,
    /** Never started because its host was away, or started and not heard of until the deadline. Not counted as failed. */
    UNREACHABLE,
    /** Nothing to do it on (a stopped VE), or the rollout was aborted before it started. */
    SKIPPED;

    public boolean isEnded() {
        return this != PENDING && this != RUNNING;
    }

    /** The target may be another than before. Of one that failed, or was not heard of, nobody knows that it is not. */
    public boolean mayHaveChanged() {
        return this == DONE || this == FAILED || this == UNREACHABLE;
    }

    /** Ended in a way that a retry takes up again. */
    public boolean isRetriable() {
        return this == FAILED || this == REFUSED || this == UNREACHABLE;
    }
}
