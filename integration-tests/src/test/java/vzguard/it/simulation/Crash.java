package vzguard.it.simulation;

/** A process ends here: nothing of it runs on. An error, so that no handler takes it for a failure. */
final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash(String where) {
        super(where, null, false, false);
    }
}
