package vzguard.agent.model;

/** What a plan costs. */
public enum ChangeClass {
    NO_CHANGE,
    /** Changes, without any restart. */
    LIVE,
    NEEDS_RESTART,
    /** Nothing is done; the plan's causes say why. */
    BLOCKED,
    /** The target could not be observed. */
    UNKNOWN
}
