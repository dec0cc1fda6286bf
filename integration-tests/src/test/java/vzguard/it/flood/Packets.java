package vzguard.it.flood;

/** SYNs that are being sent to the guarded place. */
interface Packets extends AutoCloseable {
    /** Ends the sending, and says what was sent. */
    Flood.Sent end();

    @Override
    void close();
}
