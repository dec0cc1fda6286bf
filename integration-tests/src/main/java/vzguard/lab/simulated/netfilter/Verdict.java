package vzguard.lab.simulated.netfilter;

/** What became of a packet. */
public enum Verdict {
    ACCEPT,
    /** Nobody is told. */
    DROP,
    /** The sender is told, and sees a closed port. */
    REJECT,
    /** The sender is told, and sees that there is no way to the host. */
    UNREACHABLE
}
