package vzguard.lab.simulated.shell;

/** A script that the small shell cannot read. */
final class ShellSyntaxException extends Exception {
    private static final long serialVersionUID = 1;

    ShellSyntaxException(int line, String problem) {
        super("line " + line + ": syntax error " + problem);
    }
}
