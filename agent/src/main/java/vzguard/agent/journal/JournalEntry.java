package vzguard.agent.journal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * One line of the journal.
 *
 * @param job the job it belongs to
 * @param step name of the step; empty for {@link Type#FORGOTTEN}
 * @param facts what must be known to conclude the step later ("started" and the like)
 */
public record JournalEntry(Type type, String job, String step, SortedMap<String, String> facts) {
    public JournalEntry {
        facts = Collections.unmodifiableSortedMap(new TreeMap<>(facts));
    }

    /** What is recorded. */
    public enum Type {
        /** The step is about to begin. */
        INTENT,
        /** The step ended, and what it changed was read back. */
        DONE,
        /** The step ended without success, and was undone where possible. */
        FAILED,
        /** The job's result is safe elsewhere: its entries are no longer needed. */
        FORGOTTEN
    }

    /** "CRC LENGTH PAYLOAD" with a line feed: CRC-32C in hex over the payload, its length in characters. */
    String line() {
        List<String> fields = new ArrayList<>(List.of(type.name(), job, step));
        facts.forEach((name, value) -> {
            fields.add(name);
            fields.add(value);
        });
        String payload =
                String.join("\t", fields.stream().map(JournalEntry::escaped).toList());
        return checksum(payload) + " " + payload.length() + " " + payload + "\n";
    }

    /** Empty when the line is torn or damaged. */
    static Optional<JournalEntry> parse(String line) {
        String[] parts = line.split(" ", 3);
        if (parts.length < 3
                || !parts[1].equals(Integer.toString(parts[2].length()))
                || !parts[0].equals(checksum(parts[2]))) {
            return Optional.empty();
        }
        String[] fields = parts[2].split("\t", -1);
        SortedMap<String, String> facts = new TreeMap<>();
        for (int i = 3; i + 1 < fields.length; i += 2) {
            facts.put(unescaped(fields[i]), unescaped(fields[i + 1]));
        }
        for (Type type : Type.values()) {
            if (fields.length >= 3 && type.name().equals(fields[0])) {
                return Optional.of(new JournalEntry(type, unescaped(fields[1]), unescaped(fields[2]), facts));
            }
        }
        return Optional.empty();
    }

    private static String checksum(String payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }

    private static String unescaped(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                char next = text.charAt(++i);
                c = Map.of('t', '\t', 'n', '\n', 'r', '\r').getOrDefault(next, next);
            }
            plain.append(c);
        }
        return plain.toString();
    }
}
