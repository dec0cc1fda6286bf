package vzguard.cli.outcome;

/**
 * Ends a command with an exit code and a message for people: what failed, where, why, and what to do next. Raised anywhere
 * below a command, printed once by {@code Main} on stderr without a stack trace.
 */
public final class CommandFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    public CommandFailed(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    /** The command line or a file is wrong; nothing was touched. */
    public static CommandFailed badInput(String message) {
        return new CommandFailed(ExitCode.BAD_INPUT, message);
    }

    /** One of {@link ExitCode}. */
    public int exitCode() {
        return exitCode;
    }

    /** Never null, unlike {@link Throwable#getMessage}. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
