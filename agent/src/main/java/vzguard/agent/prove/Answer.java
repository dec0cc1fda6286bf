package vzguard.agent.prove;

/**
 * What came back on one connection.
 *
 * @param detail first line of sshd's greeting, or what went wrong
 */
public record Answer(Kind kind, String detail) {
    /** The three ways in which a connection can go. */
    public enum Kind {
        /** sshd greeted. */
        ANSWERED,
        /** Nothing came back at all, as when the connection is dropped. */
        SILENT,
        /** Something came back, but no greeting: refused, unreachable, another program. */
        REFUSED
    }
}
