package vzguard.agent.model;

/** What a VE is doing, as vzlist says it. */
public enum VeState {
    RUNNING,
    STOPPED,
    SUSPENDED,
    /** Its file system is mounted, it does not run. */
    MOUNTED,
    /** Paused, or a word this agent does not know. */
    UNKNOWN
}
