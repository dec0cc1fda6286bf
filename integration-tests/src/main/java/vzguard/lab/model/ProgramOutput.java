package vzguard.lab.model;

/** Where a host program's lines go while it runs. Used by the one thread that runs the program. */
public interface ProgramOutput {
    /** One line of standard output, without its line end. */
    void out(String line);

    /** One line of standard error, without its line end. */
    void err(String line);

    /**
     * Whether the calling process was killed. The program then stops where it is and tidies nothing, as a killed vzctl
     * does: its lock file stays.
     */
    boolean callerGone();
}
