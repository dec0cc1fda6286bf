package vzguard.it.contract;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Lines as observed, with names for what differs from run to run: {@code {number}}, {@code {nproc}} (a number in a column of
 * ten), {@code {date}}, {@code {word}}, {@code {pid}} (the process that the transcript started), {@code {any}}, and
 * {@code {...}} as a whole line for any number of lines that were not written down.
 */
final class ExpectedLines {
    private static final String REST = "{...}";

    private ExpectedLines() {}

    static boolean match(List<String> expected, List<String> actual, long pid) {
        int rest = expected.indexOf(REST);
        if (rest < 0 && expected.size() != actual.size()) {
            return false;
        }
        int compared = rest < 0 ? expected.size() : rest;
        if (actual.size() < compared) {
            return false;
        }
        for (int i = 0; i < compared; i++) {
            if (!pattern(expected.get(i), pid).matcher(actual.get(i)).matches()) {
                return false;
            }
        }
        return true;
    }

    private static Pattern pattern(String line, long pid) {
        StringBuilder regex = new StringBuilder();
        int at = 0;
        while (at < line.length()) {
            int open = line.indexOf('{', at);
            int close = open < 0 ? -1 : line.indexOf('}', open);
            String meaning = close < 0 ? "" : meaning(line.substring(open + 1, close), pid);
            if (meaning.isEmpty()) {
                int end = open < 0 ? line.length() : open + 1;
                regex.append(Pattern.quote(line.substring(at, end)));
                at = end;
            } else {
                regex.append(Pattern.quote(line.substring(at, open))).append(meaning);
                at = close + 1;
            }
        }
        return Pattern.compile(regex.toString());
    }

    private static String meaning(String name, long pid) {
        return switch (name) {
            case "number" -> "[0-9]+";
            case "nproc" -> "(?= *[0-9]+)[ 0-9]{10}";
            case "date" -> "[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]?[0-9] [0-9:]{8} [0-9]{4}";
            case "word" -> "\\S+";
            case "pid" -> Long.toString(pid);
            case "any" -> ".*";
            default -> "";
        };
    }
}
