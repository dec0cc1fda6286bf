package vzguard.lab.simulated.shell;

import java.util.List;
import java.util.Optional;

/** A script, taken apart. Words keep their quotes until they are expanded. */
sealed interface Node {
    /** {@code >file}, {@code 2>&1} and the like: which descriptor, how, and the word after it. */
    record Redirection(int descriptor, String operator, String word) {}

    record Simple(int line, List<String> assignments, List<String> words, List<Redirection> redirections)
            implements Node {}

    record Pipeline(boolean negated, List<Node> commands) implements Node {}

    /** {@code left && right}, or {@code left || right}. */
    record Either(Node left, boolean and, Node right) implements Node {}

    record Sequence(List<Node> nodes) implements Node {}

    record If(Node condition, Node then, Optional<Node> otherwise) implements Node {}

    record For(String variable, Optional<List<String>> words, Node body) implements Node {}

    record While(Node condition, boolean until, Node body) implements Node {}

    record Branch(List<String> patterns, Node body) {}

    record Case(String word, List<Branch> branches) implements Node {}

    /** A compound command with redirections of its own. {@code subshell}: in parentheses. */
    record Group(Node body, boolean subshell, List<Redirection> redirections) implements Node {}

    record Function(String name, Node body) implements Node {}
}
