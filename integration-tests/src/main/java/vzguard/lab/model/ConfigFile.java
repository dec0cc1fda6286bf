package vzguard.lab.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A {@code vz.conf} or {@code CTID.conf}, line by line, as vzctl 4.11.1 reads and rewrites it: {@code KEY="value"}, quotes
 * only needed around blanks, the closing quote is the line's last one, {@code #} is a comment at the start of a line only.
 * Junk and unknown keys are kept. When a key stands there twice the <em>last</em> line counts for reading and the
 * <em>first</em> is rewritten by {@link #with}: the trap is the real program's.
 */
public record ConfigFile(List<String> lines) {
    public ConfigFile {
        lines = List.copyOf(lines);
    }

    /** A line that says something. {@code number} counts from 1. */
    public record Entry(int number, String key, String value) {}

    public static ConfigFile parse(String text) {
        return new ConfigFile(text.lines().toList());
    }

    /** The file's text; every line ends with a line end. */
    public String text() {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    /** All readable entries, in the file's order. */
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Line line = Line.of(lines.get(i));
            if (line.isEntry()) {
                entries.add(new Entry(i + 1, line.key(), line.value()));
            }
        }
        return Collections.unmodifiableList(entries);
    }

    /** Numbers of lines that open a quote and do not close it. */
    public List<Integer> unmatchedQuotes() {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (Line.of(lines.get(i)).unmatched()) {
                numbers.add(i + 1);
            }
        }
        return Collections.unmodifiableList(numbers);
    }

    /** The value that counts: the last entry's. */
    public Optional<String> value(String key) {
        return entries().stream()
                .filter(entry -> entry.key().equals(key))
                .map(Entry::value)
                .reduce((first, second) -> second);
    }

    /** This file with {@code KEY="value"} in place of the first line of that key, or as a new last line. */
    public ConfigFile with(String key, String value) {
        List<String> changed = new ArrayList<>(lines);
        String line = key + "=\"" + value + "\"";
        entries().stream()
                .filter(entry -> entry.key().equals(key))
                .findFirst()
                .ifPresentOrElse(entry -> changed.set(entry.number() - 1, line), () -> changed.add(line));
        return new ConfigFile(changed);
    }

    private record Line(boolean isEntry, boolean unmatched, String key, String value) {
        private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_]+");
        private static final Line NOTHING = new Line(false, false, "", "");

        static Line of(String text) {
            String line = text.stripLeading();
            int equals = line.indexOf('=');
            if (line.startsWith("#")
                    || equals <= 0
                    || !KEY.matcher(line.substring(0, equals)).matches()) {
                return NOTHING;
            }
            String key = line.substring(0, equals);
            String value = line.substring(equals + 1).stripTrailing();
            if (!value.startsWith("\"")) {
                return new Line(true, false, key, value);
            }
            int close = value.lastIndexOf('"');
            return close == 0 ? new Line(false, true, key, "") : new Line(true, false, key, value.substring(1, close));
        }
    }
}
