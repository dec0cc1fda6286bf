package vzguard.lab.simulated.shell;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code printf}: the format again and again until the arguments are used up. */
final class Printf {
    private static final Pattern DIRECTIVE = Pattern.compile("%(-?0?)([0-9]*)([sdxc%b])");

    private Printf() {}

    static Outcome run(List<String> arguments, String place) {
        if (arguments.isEmpty()) {
            return Outcome.failed(2, place + "printf: usage: printf [-v var] format [arguments]");
        }
        String format = arguments.get(0);
        StringBuilder text = new StringBuilder();
        int used = 1;
        do {
            int before = used;
            used = once(format, arguments, used, text);
            if (used == before) {
                break;
            }
        } while (used < arguments.size());
        return Outcome.printed(text.toString());
    }

    private static int once(String format, List<String> arguments, int first, StringBuilder text) {
        int used = first;
        Matcher directive = DIRECTIVE.matcher(format);
        int end = 0;
        while (directive.find()) {
            text.append(escapes(format.substring(end, directive.start())));
            end = directive.end();
            if (directive.group(3).equals("%")) {
                text.append('%');
                continue;
            }
            String argument = used < arguments.size() ? arguments.get(used) : "";
            used++;
            text.append(formatted(directive, argument));
        }
        text.append(escapes(format.substring(end)));
        return used;
    }

    private static String formatted(Matcher directive, String argument) {
        int width = directive.group(2).isEmpty() ? 0 : Integer.parseInt(directive.group(2));
        String body = switch (directive.group(3)) {
            case "d" -> argument.matches("-?[0-9]+") ? argument : "0";
            case "x" -> argument.matches("[0-9]{1,18}") ? Long.toHexString(Long.parseLong(argument)) : "0";
            case "b" -> escapes(argument);
            default -> argument;
        };
        boolean left = directive.group(1).startsWith("-");
        String filling = (directive.group(1).endsWith("0") ? "0" : " ").repeat(Math.max(0, width - body.length()));
        return left ? body + filling : filling + body;
    }

    private static String escapes(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 >= text.length()) {
                plain.append(c);
                continue;
            }
            char next = text.charAt(++i);
            switch (next) {
                case 'n' -> plain.append('\n');
                case 't' -> plain.append('\t');
                case '0' -> plain.append('\0');
                case '\\' -> plain.append('\\');
                default -> plain.append('\\').append(next);
            }
        }
        return plain.toString();
    }
}
