package vzguard.controller.rollout;

/** What a rollout does to its targets. */
public enum RolloutKind {
    /** Brings each target to the policy. */
    APPLY,
    /** Takes away what the policy applied. */
    REMOVE,
    /** Restarts running VEs; every task needs a restart slot. */
    RESTART
}
