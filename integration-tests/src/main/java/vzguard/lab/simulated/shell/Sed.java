package vzguard.lab.simulated.shell;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The scripts of sed that the small shell knows: {@code s/A/B/[g]}, {@code /A/d}, {@code /A/p} (with -n), parted by {@code ;}, and {@code
 * /A/{s/B/C/p;q;}} (with -n).
 */
final class Sed {
    private static final Pattern FIRST = Pattern.compile("/([^/]*)/\\{s/([^/]*)/([^/]*)/p;q;}");

    private Sed() {}

    /** The edited text; empty when the script is none that is known. */
    static Optional<String> edit(String script, String text) {
        Matcher first = FIRST.matcher(script);
        if (first.matches()) {
            Pattern line = Pattern.compile(basic(first.group(1)));
            Pattern part = Pattern.compile(basic(first.group(2)));
            return Optional.of(text.lines()
                    .filter(each -> line.matcher(each).find())
                    .limit(1)
                    .map(part::matcher)
                    .filter(Matcher::find)
                    .map(found -> found.replaceFirst(replacement(first.group(3))) + "\n")
                    .collect(Collectors.joining()));
        }
        Optional<String> edited = Optional.of(text);
        for (String command : script.split(";(?=[s/])")) {
            edited = edited.flatMap(before -> one(command, before));
        }
        return edited;
    }

    private static Optional<String> one(String command, String text) {
        boolean substitutes = command.startsWith("s") && command.length() > 1;
        String[] parts = command.split(substitutes ? Pattern.quote(command.substring(1, 2)) : "/", -1);
        if (substitutes && parts.length == 4) {
            Pattern pattern = Pattern.compile(basic(parts[1]));
            String with = replacement(parts[2]);
            boolean all = parts[3].contains("g");
            return Optional.of(text.lines()
                    .map(line -> all
                            ? pattern.matcher(line).replaceAll(with)
                            : pattern.matcher(line).replaceFirst(with))
                    .map(line -> line + "\n")
                    .collect(Collectors.joining()));
        }
        if (command.startsWith("/") && parts.length == 3 && parts[2].matches("[dp]")) {
            Pattern pattern = Pattern.compile(basic(parts[1]));
            boolean keeps = parts[2].equals("p");
            return Optional.of(text.lines()
                    .filter(line -> pattern.matcher(line).find() == keeps)
                    .map(line -> line + "\n")
                    .collect(Collectors.joining()));
        }
        return Optional.empty();
    }

    private static String replacement(String text) {
        return text.replace("$", "\\$").replaceAll("(?<!\\\\)&", "\\$0").replaceAll("\\\\([0-9])", "\\$$1");
    }

    /** A basic regular expression of grep and sed in Java's words: plain and escaped operators change places. */
    static String basic(String text) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                char next = text.charAt(++i);
                regex.append("|(){}+?".indexOf(next) >= 0 ? String.valueOf(next) : "\\" + next);
            } else {
                regex.append("|(){}+?".indexOf(c) >= 0 ? "\\" + c : String.valueOf(c));
            }
        }
        return regex.toString();
    }
}
