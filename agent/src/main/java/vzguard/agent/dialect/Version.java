package vzguard.agent.dialect;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers between dots, compared one by one; what a shorter one lacks counts as 0.
 *
 * @param text as it was found
 */
record Version(String text, int[] numbers) implements Comparable<Version> {
    private static final Pattern NUMBERS =
            Pattern.compile("(\\d{1,6}(?:\\.\\d{1,6}){1,4})(?![\\d.]).*", Pattern.DOTALL);

    /** The version at the head of a text ("2.6.32-042stab061.2" is 2.6.32); empty when there is none. */
    static Optional<Version> atHeadOf(String text) {
        Matcher matcher = NUMBERS.matcher(text.strip());
        return matcher.matches() ? Optional.of(of(matcher.group(1))) : Optional.empty();
    }

    static Version of(String text) {
        return new Version(
                text,
                Arrays.stream(text.split("\\.")).mapToInt(Integer::parseInt).toArray());
    }

    boolean atLeast(String other) {
        return compareTo(of(other)) >= 0;
    }

    private int number(int index) {
        return index < numbers.length ? numbers[index] : 0;
    }

    @Override
    public int compareTo(Version other) {
        for (int i = 0; i < Math.max(numbers.length, other.numbers.length); i++) {
            int order = Integer.compare(number(i), other.number(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Version version && compareTo(version) == 0;
    }

    @Override
    public int hashCode() {
        int code = 1;
        for (int i = 0; i < 5; i++) {
            code = 31 * code + number(i);
        }
        return code;
    }

    @Override
    public String toString() {
        return text;
    }
}
