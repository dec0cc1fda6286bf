package vzguard.agent.tools;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * vz.conf or a VE's config, read as vzctl reads it (4.11.1): {@code KEY=value} or {@code KEY="value"} per line, {@code #}
 * only at the start of a line, the last {@code "} of a line closes the value, lines with unmatched quotes are skipped, and
 * of a key that stands there twice the last one counts, but vzctl rewrites the first. Edits touch one value and nothing
 * else: comments, order, blanks, line ends and the end of the file stay.
 */
public final class ConfigText {
    private static final Pattern ENTRY = Pattern.compile("[ \\t]*([A-Za-z_][A-Za-z0-9_]*)=(.*)");
    private static final Pattern SEPARATORS = Pattern.compile("[ \\t,]+");

    private final String text;
    private final List<Entry> entries;

    private ConfigText(String text, List<Entry> entries) {
        this.text = text;
        this.entries = List.copyOf(entries);
    }

    /** @param start offset of the raw value, quotes included */
    private record Entry(String key, String value, int start, int end) {}

    public static ConfigText parse(String text) {
        List<Entry> entries = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            int lineEnd = end < 0 ? text.length() : end;
            entry(text.substring(start, lineEnd), start).ifPresent(entries::add);
            start = lineEnd + 1;
        }
        return new ConfigText(text, entries);
    }

    private static Optional<Entry> entry(String line, int offset) {
        Matcher matcher = ENTRY.matcher(line);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String raw = matcher.group(2).stripTrailing();
        String value = raw;
        if (raw.startsWith("\"")) {
            int close = raw.lastIndexOf('"');
            if (close == 0) {
                return Optional.empty();
            }
            value = raw.substring(1, close);
            raw = raw.substring(0, close + 1);
        }
        int start = offset + matcher.start(2);
        return Optional.of(new Entry(matcher.group(1), value, start, start + raw.length()));
    }

    /** What vzctl reads for the key: the last one; empty when the key is not set. */
    public Optional<String> value(String key) {
        return entries.stream()
                .filter(entry -> entry.key().equals(key))
                .reduce((first, second) -> second)
                .map(Entry::value);
    }

    /** The words of a value, in the file's order, each once; empty when the key is not set. */
    public Optional<List<String>> words(String key) {
        return value(key).map(ConfigText::split);
    }

    private static List<String> split(String value) {
        return Arrays.stream(SEPARATORS.split(value.strip()))
                .filter(word -> !word.isEmpty())
                .distinct()
                .toList();
    }

    /** Whether the key is set to {@code yes}. */
    public boolean isYes(String key) {
        return value(key).map("yes"::equals).orElse(false);
    }

    /** Those of the keys that are set more than once. */
    public List<String> duplicates(String... keys) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        entries.forEach(entry -> counts.merge(entry.key(), 1, Integer::sum));
        return Arrays.stream(keys)
                .filter(key -> counts.getOrDefault(key, 0) > 1)
                .toList();
    }

    /**
     * The text with names added at the end of a key's words; a key that is not set is appended with {@code otherwise} and
     * the names. Words that are there already stay as they are.
     *
     * @throws IllegalStateException when the key is set more than once: see {@link #duplicates}
     */
    public String withWords(String key, List<String> names, List<String> otherwise) {
        if (!duplicates(key).isEmpty()) {
            throw new IllegalStateException(key + " is set more than once");
        }
        Optional<Entry> found =
                entries.stream().filter(entry -> entry.key().equals(key)).findFirst();
        if (found.isEmpty()) {
            List<String> all = new ArrayList<>(otherwise);
            names.stream().filter(name -> !all.contains(name)).forEach(all::add);
            String border = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
            return text + border + key + "=\"" + String.join(" ", all) + "\"" + (border.isEmpty() ? "\n" : "");
        }
        Entry entry = found.get();
        List<String> present = split(entry.value());
        List<String> missing =
                names.stream().filter(name -> !present.contains(name)).toList();
        if (missing.isEmpty()) {
            return text;
        }
        String blank = entry.value().isEmpty() || entry.value().endsWith(" ") ? "" : " ";
        String value = entry.value() + blank + String.join(" ", missing);
        return text.substring(0, entry.start()) + "\"" + value + "\"" + text.substring(entry.end());
    }

    /** The text as it was read. */
    @Override
    public String toString() {
        return text;
    }
}
