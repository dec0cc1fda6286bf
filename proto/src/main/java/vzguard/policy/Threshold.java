package vzguard.policy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vzguard.values.Quoted;

/**
 * How many targets of one kind of ending stop a rollout.
 *
 * @param value a number of targets (1-100000), or percent of them (1-100); 0: never
 */
public record Threshold(int value, boolean percent) {
    /** However many. */
    public static final Threshold NEVER = new Threshold(0, false);

    static final int MOST = 100_000;

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,9})(%?)");

    /** That many targets. */
    public static Threshold of(int targets) {
        return new Threshold(targets, false);
    }

    /** @throws IllegalArgumentException saying what is permitted */
    static Threshold parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (matcher.matches()) {
            boolean percent = !matcher.group(2).isEmpty();
            int value = Integer.parseInt(matcher.group(1));
            if (percent ? value >= 1 && value <= 100 : value <= MOST) {
                return new Threshold(value, percent);
            }
        }
        throw new IllegalArgumentException(Quoted.cut(text) + " is not permitted (0-" + MOST + ", or 1%-100%)");
    }

    /** {@code count >= value}; of percent, {@code count} is that share of {@code targets} or more, and one at least. */
    public boolean isReachedBy(int count, int targets) {
        if (value == 0 || count <= 0) {
            return false;
        }
        return percent ? count * 100L >= (long) targets * value : count >= value;
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return percent ? value + "%" : Integer.toString(value);
    }
}
