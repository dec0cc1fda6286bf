package vzguard.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.exceptions.Mark;
import vzguard.values.Problem;

/** Gathers the problems of one text. Used by one thread. */
final class Faults {
    /** Who made this many mistakes made one, and wants to see its beginning. */
    private static final int MOST_SHOWN = 100;

    private final List<Problem> problems = new ArrayList<>();

    void add(Optional<Mark> place, String path, String message) {
        // The library counts from 0, editors count from 1.
        problems.add(new Problem(
                place.map(mark -> mark.getLine() + 1).orElse(1),
                place.map(mark -> mark.getColumn() + 1).orElse(1),
                path,
                message));
    }

    boolean isEmpty() {
        return problems.isEmpty();
    }

    /** In the order of the text, each once. */
    List<Problem> inOrder() {
        List<Problem> sorted = problems.stream().distinct().sorted().toList();
        return sorted.size() <= MOST_SHOWN
                ? sorted
                : Stream.concat(
                                sorted.stream().limit(MOST_SHOWN),
                                Stream.of(new Problem(
                                        0, 0, "", "and " + (sorted.size() - MOST_SHOWN) + " more problems")))
                        .toList();
    }
}
