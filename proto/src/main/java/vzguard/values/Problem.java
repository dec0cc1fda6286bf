package vzguard.values;

/**
 * One fault in a text that somebody wrote.
 *
 * @param line 1 and up; 0 when the fault belongs to no place (the text as a whole)
 * @param column 1 and up, in characters; 0 together with line 0
 * @param path the setting, as {@code spec.sshGuard.ports[1]}; empty for the text as a whole
 * @param message what is wrong and what is permitted, in one line; control characters are made visible
 */
public record Problem(int line, int column, String path, String message) implements Comparable<Problem> {

    public Problem {
        path = printable(path);
        message = printable(message);
    }

    /** By place, then by path and message, so that a list of problems reads in the order of the text. */
    @Override
    public int compareTo(Problem other) {
        if (line != other.line) {
            return Integer.compare(line, other.line);
        }
        if (column != other.column) {
            return Integer.compare(column, other.column);
        }
        int byPath = path.compareTo(other.path);
        return byPath != 0 ? byPath : message.compareTo(other.message);
    }

    /** As {@code 3:14 spec.sshGuard.hits: 21 is not permitted (2-20)}; a front end puts the file's name before it. */
    @Override
    public String toString() {
        String place = line == 0 ? "" : line + ":" + column + " ";
        return place + (path.isEmpty() ? "" : path + ": ") + message;
    }

    /** Operators read this on a terminal, which must not obey what stands in a policy. */
    private static String printable(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            if (Character.isISOControl(point) || Character.getType(point) == Character.FORMAT) {
                shown.append(String.format("\\u%04x", point));
            } else {
                shown.appendCodePoint(point);
            }
        });
        return shown.toString();
    }
}
