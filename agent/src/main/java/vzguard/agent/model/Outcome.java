package vzguard.agent.model;

/** How a job ended. */
public enum Outcome {
    /** Changed as asked, read back. */
    DONE,
    /** It was so already; nothing was written. */
    NO_OP,
    /** Tried, did not succeed; what was changed was undone where that was possible. */
    FAILED,
    /** Not tried: against the policy, the plan's hash, or a rule of safety. */
    REFUSED,
    /** Nothing to do it on: a stopped, suspended, disabled or locked VE. Pending until that changes. */
    SKIPPED
}
