package vzguard.agent.exec;

/**
 * Runs programs on the host. The real one is {@link ProcessRunner}; a simulated host is another.
 *
 * <p>Implementations may be called from several threads at once and block the caller until the program has ended.
 */
@FunctionalInterface
public interface CommandRunner {
    /** Runs the command to its end. A program that cannot be started is a result, not an exception. */
    CommandResult run(Command command);
}
