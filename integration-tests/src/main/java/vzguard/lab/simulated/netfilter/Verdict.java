package vzguard.lab.simulated.netfilter;

/** What became of a packet. */
public enum Verdict {
    ACCEPT,
    /** Nobody is told. */
    DROP,
    /** The sender is told. */
    REJECT
}
