package vzguard.controller.operator;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** What exists near a name that does not. Pure. */
final class Near {
    private static final int SHOWN = 5;

    private Near() {}

    /** {@code (there are: a, b, c and 12 more)}, the most similar first; says so when there is nothing at all. */
    static String names(String wanted, Collection<String> existing) {
        if (existing.isEmpty()) {
            return "(there are none yet)";
        }
        List<String> sorted = existing.stream()
                .distinct()
                .sorted(Comparator.<String>comparingInt(name -> distance(wanted, name))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
        String first = String.join(", ", sorted.subList(0, Math.min(SHOWN, sorted.size())));
        return sorted.size() <= SHOWN
                ? "(there are: " + first + ")"
                : "(near it: " + first + "; " + (sorted.size() - SHOWN) + " more)";
    }

    /** Levenshtein's. */
    private static int distance(String one, String other) {
        int[] previous = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] current = new int[other.length() + 1];
            current[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                current[j] = Math.min(Math.min(current[j - 1], previous[j]) + 1, previous[j - 1] + change);
            }
            previous = current;
        }
        return previous[other.length()];
    }
}
