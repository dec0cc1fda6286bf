package vzguard.controller.rollout;

/** What a rollout does to its targets. */
public enum RolloutKind {
    /** Brings each target to the policy. */
    APPLY,
    /** Takes away what the policy applied. */
    REMOVE,
    /** Brings each target back to the revision it had before another rollout, or takes the policy away where it had none. */
    ROLLBACK,
    /** Restarts running VEs; every task needs a restart slot. */
    RESTART
}
