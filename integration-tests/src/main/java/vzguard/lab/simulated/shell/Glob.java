package vzguard.lab.simulated.shell;

import java.util.regex.Pattern;

/** Shell patterns: {@code *}, {@code ?}, {@code [...]}, and a backslash before what is meant literally. */
final class Glob {
    private Glob() {}

    static boolean matches(String pattern, String text) {
        return Pattern.compile(regex(pattern), Pattern.DOTALL).matcher(text).matches();
    }

    static String regex(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            int close = c == '[' ? pattern.indexOf(']', i + 2) : -1;
            if (c == '\\' && i + 1 < pattern.length()) {
                regex.append(Pattern.quote(String.valueOf(pattern.charAt(++i))));
            } else if (c == '*') {
                regex.append(".*");
            } else if (c == '?') {
                regex.append('.');
            } else if (close > 0) {
                String inside = pattern.substring(i + 1, close).replace("\\", "\\\\");
                regex.append('[')
                        .append(inside.startsWith("!") ? "^" + inside.substring(1) : inside)
                        .append(']');
                i = close;
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return regex.toString();
    }
}
