package vzguard.agent.verbs;

import java.io.PrintStream;
import vzguard.agent.exec.CommandRunner;

/**
 * What a command touches besides its arguments.
 *
 * @param out data
 * @param err talk
 * @param terminal asks a question and gives the answer; gives "" where there is no terminal
 */
public record Surroundings(
        CommandRunner runner, PrintStream out, PrintStream err, java.util.function.UnaryOperator<String> terminal) {}
