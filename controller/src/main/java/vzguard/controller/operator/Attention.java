package vzguard.controller.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Lines for a screen: the first that fit, and how many more there would be. */
final class Attention {
    private static final int MAX_LINES = 20;

    private final List<String> first = new ArrayList<>();
    private int more;

    /** @param line is made only when it is shown */
    void add(Supplier<String> line) {
        if (first.size() < MAX_LINES) {
            first.add(line.get());
        } else {
            more++;
        }
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>(first);
        if (more > 0) {
            lines.add("and " + more + " more");
        }
        return lines;
    }
}
