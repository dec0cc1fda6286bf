package vzguard.lab.simulated.shell;

/** Ends a script, a function, or a round of a loop. */
final class Leave extends Exception {
    private static final long serialVersionUID = 1;

    enum What {
        SCRIPT,
        FUNCTION,
        LOOP,
        ROUND
    }

    private final What what;
    private final int code;

    Leave(What what, int code) {
        super(what.name(), null, false, false);
        this.what = what;
        this.code = code;
    }

    What what() {
        return what;
    }

    int code() {
        return code;
    }
}
