package vzguard.it.faults;

/** The agent's process ends here: nothing of it runs on. An error, so that no handler takes it for a failure of a job. */
final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash(String where) {
        super(where);
    }
}
