package vzguard.cli.outcome;

/** The exit codes of every command; docs/cli.md promises them. */
public final class ExitCode {
    /** Done as asked. */
    public static final int DONE = 0;
    /** Tried and failed; also a diagnosis that found a cause, and a proof that failed. */
    public static final int FAILED = 1;
    /** The command line, a file or a name in it is wrong; nothing was touched. */
    public static final int BAD_INPUT = 2;
    /** Some of it was done. */
    public static final int PARTLY = 3;
    /** The controller or an agent will not do it. */
    public static final int REFUSED = 4;
    /** The controller, or a host that is needed, does not answer. */
    public static final int UNREACHABLE = 5;
    /** {@code plan --detailed-exitcode}: there are changes. */
    public static final int CHANGES = 6;

    private ExitCode() {}
}
