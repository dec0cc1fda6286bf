package vzguard.agent.prove;

/**
 * What came back on one connection.
 *
 * @param detail first line of sshd's greeting, or what went wrong
 */
public record Answer(Kind kind, String detail) {
    /** The kernel's word for a reset in answer to a first packet (ECONNREFUSED), whichever firewall or host sent it. */
    private static final String RESET = "Connection refused";

    /** Whether the connection was refused at once, before anything listened to it. */
    boolean isReset() {
        return kind == Kind.REFUSED && detail.startsWith(RESET);
    }

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
