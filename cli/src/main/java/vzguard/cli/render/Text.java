package vzguard.cli.render;

import java.util.List;

/** Small pieces of text that every view uses. */
public final class Text {
    private Text() {}

    /** Text from a host on one line: what could steer a terminal, line ends included, becomes a question mark. */
    public static String line(String text) {
        return clean(text, false);
    }

    /** Text from a host over several lines: as {@link #line}, but line ends and tabs stay. */
    public static String block(String text) {
        return clean(text, true);
    }

    private static String clean(String text, boolean keepLines) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            boolean harmless = keepLines && (point == '\n' || point == '\t');
            boolean steers = Character.isISOControl(point)
                    || Character.getType(point) == Character.FORMAT
                    || Character.getType(point) == Character.LINE_SEPARATOR;
            clean.appendCodePoint(steers && !harmless ? '?' : point);
        });
        return clean.toString();
    }

    /** At most {@code width} characters; what is cut ends with an ellipsis. */
    public static String cut(String text, int width) {
        int length = text.codePointCount(0, text.length());
        return length <= width ? text : text.substring(0, text.offsetByCodePoints(0, Math.max(0, width - 1))) + "…";
    }

    /** Every line of the block, behind the margin; without the last line end. */
    public static String indent(String block, String margin) {
        return String.join(
                "\n",
                block(block).stripTrailing().lines().map(line -> margin + line).toList());
    }

    /** {@code 1 host}, {@code 2 hosts}. */
    public static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** The words, or a dash when there is none. */
    public static String words(List<String> words) {
        return words.isEmpty() ? "-" : line(String.join(" ", words));
    }

    /** The text, or a dash when it is empty. */
    public static String orDash(String text) {
        return text.isEmpty() ? "-" : line(text);
    }
}
