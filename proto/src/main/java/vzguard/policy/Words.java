package vzguard.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import vzguard.values.Quoted;

/** The words that stand for the constants of an enum in a policy's text: {@code PER_VE} is {@code per-ve}. */
final class Words {
    private Words() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException listing the permitted words */
    static <E extends Enum<E>> E parse(Class<E> type, String word) {
        E[] constants = type.getEnumConstants();
        for (E constant : constants) {
            if (of(constant).equals(word)) {
                return constant;
            }
        }
        List<String> permitted = Arrays.stream(constants).map(Words::of).toList();
        throw new IllegalArgumentException(Quoted.of(word) + " is not permitted (" + String.join(", ", permitted) + ")"
                + nearest(word, permitted)
                        .map(near -> "; did you mean " + Quoted.of(near) + "?")
                        .orElse(""));
    }

    /** The permitted word that is most like the given one; nothing when none is close enough to be meant. */
    static Optional<String> nearest(String word, Iterable<String> permitted) {
        String given = word.toLowerCase(Locale.ROOT);
        // A longer word has nothing to do with a key, and the distance costs length times length.
        if (given.length() > 64) {
            return Optional.empty();
        }
        int best = Math.max(1, Math.min(4, given.length() / 3)) + 1;
        Optional<String> found = Optional.empty();
        for (String candidate : permitted) {
            int distance = distance(given, candidate.toLowerCase(Locale.ROOT));
            if (distance < best) {
                best = distance;
                found = Optional.of(candidate);
            }
        }
        return found;
    }

    /** Levenshtein's. */
    private static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int column = 0; column <= to.length(); column++) {
            previous[column] = column;
        }
        for (int row = 1; row <= from.length(); row++) {
            int[] current = new int[to.length() + 1];
            current[0] = row;
            for (int column = 1; column <= to.length(); column++) {
                int replaced = previous[column - 1] + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
                current[column] = Math.min(replaced, Math.min(previous[column], current[column - 1]) + 1);
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
