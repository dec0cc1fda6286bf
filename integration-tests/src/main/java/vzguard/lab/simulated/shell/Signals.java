package vzguard.lab.simulated.shell;

/** How a simulated program that a signal ended shows that it did not exit by itself. */
public final class Signals {
    /** The exit code that stands for SIGKILL; no program exits with it by itself. */
    public static final int KILLED = -9;

    private Signals() {}
}
