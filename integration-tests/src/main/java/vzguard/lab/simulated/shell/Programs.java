package vzguard.lab.simulated.shell;

import java.util.List;
import java.util.Optional;

/** The programs of one place, found by their names as in PATH. */
@FunctionalInterface
public interface Programs {
    /**
     * Runs a program to its end.
     *
     * @param command name and arguments
     * @return empty when there is no such program
     */
    Optional<Outcome> run(List<String> command, String stdin);
}
