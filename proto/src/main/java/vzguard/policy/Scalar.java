package vzguard.policy;

import java.time.Duration;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import vzguard.values.Quoted;

/**
 * How one value is read from its place in the text. Only words without quotation marks are numbers, truth values or
 * nothing; with them everything is text.
 */
@FunctionalInterface
interface Scalar<T> {
    Pattern NOTHING = Pattern.compile("|~|null|Null|NULL");
    Pattern TRUTH = Pattern.compile("true|True|TRUE|false|False|FALSE");
    Pattern WHOLE = Pattern.compile("[+-]?[0-9]+");

    /** @throws IllegalArgumentException saying what is permitted */
    T read(ScalarNode node);

    /** Text; a number is text too where text is asked for, as in {@code ves: 101}. */
    static <T> Scalar<T> text(Function<String, T> reading) {
        return node -> {
            if (node.isPlain() && TRUTH.matcher(node.getValue()).matches()) {
                throw new IllegalArgumentException(
                        "expected text, not " + node.getValue() + " (put it in quotation marks if it is meant)");
            }
            return reading.apply(node.getValue());
        };
    }

    /** One of an enum's words. */
    static <E extends Enum<E>> Scalar<E> word(Class<E> type) {
        return text(word -> Words.parse(type, word));
    }

    static Scalar<Integer> number(Range range) {
        return node -> {
            if (!node.isPlain() || !WHOLE.matcher(node.getValue()).matches()) {
                throw new IllegalArgumentException("expected a whole number, not " + shown(node) + " (" + range + ")");
            }
            return range.read(node.getValue());
        };
    }

    static Scalar<Duration> duration(Range seconds) {
        return text(text -> Limits.duration(text, seconds));
    }

    static Scalar<Boolean> flag() {
        return node -> {
            if (!node.isPlain() || !TRUTH.matcher(node.getValue()).matches()) {
                throw new IllegalArgumentException("expected true or false, not " + shown(node));
            }
            return node.getValue().equalsIgnoreCase("true");
        };
    }

    /** Whether there is a place for a value and no value. */
    static boolean isNothing(ScalarNode node) {
        return node.isPlain() && NOTHING.matcher(node.getValue()).matches();
    }

    private static String shown(ScalarNode node) {
        return node.isPlain() ? Quoted.cut(node.getValue()) : "the text " + Quoted.of(node.getValue());
    }
}
