package vzguard.cli.render;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Orders names as people count: hn2 before hn10, 101 before 1001. */
public final class NaturalOrder implements Comparator<String> {
    public static final NaturalOrder NATURAL = new NaturalOrder();

    private static final Pattern PART = Pattern.compile("[0-9]+|[^0-9]+");

    private NaturalOrder() {}

    @Override
    public int compare(String left, String right) {
        List<String> these = parts(left);
        List<String> those = parts(right);
        for (int i = 0; i < Math.min(these.size(), those.size()); i++) {
            int order = comparePart(these.get(i), those.get(i));
            if (order != 0) {
                return order;
            }
        }
        int order = Integer.compare(these.size(), those.size());
        return order == 0 ? left.compareTo(right) : order;
    }

    private static List<String> parts(String text) {
        return PART.matcher(text).results().map(MatchResult::group).toList();
    }

    private static int comparePart(String left, String right) {
        return Character.isDigit(left.charAt(0)) && Character.isDigit(right.charAt(0))
                ? new BigInteger(left).compareTo(new BigInteger(right))
                : left.compareTo(right);
    }
}
