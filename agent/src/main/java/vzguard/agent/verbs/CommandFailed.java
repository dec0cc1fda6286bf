package vzguard.agent.verbs;

/** Ends a command with a message for people and an exit code. */
public final class CommandFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    CommandFailed(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** The exit code it ends with. */
    public int exitCode() {
        return exitCode;
    }
}
