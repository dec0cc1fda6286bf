package vzguard.lab.simulated.shell;

import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The forms of <code>${...}</code> that the small shell knows: default, alternative, and a prefix or suffix cut off. */
final class ParameterForm {
    private static final Pattern FORM =
            Pattern.compile("(?s)([A-Za-z_][A-Za-z0-9_]*|[0-9?#@*])(:-|-|:\\+|\\+|##|#|%%|%)?(.*)");

    private ParameterForm() {}

    static String value(String text, UnaryOperator<String> variables, UnaryOperator<String> nested) {
        if (text.startsWith("#") && text.length() > 1) {
            return Integer.toString(variables.apply(text.substring(1)).length());
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return "";
        }
        String value = variables.apply(form.group(1));
        String operator = form.group(2) == null ? "" : form.group(2);
        String word = form.group(3);
        return switch (operator) {
            case ":-", "-" -> value.isEmpty() ? nested.apply(word) : value;
            case ":+", "+" -> value.isEmpty() ? "" : nested.apply(word);
            case "#" -> cutPrefix(value, nested.apply(word), false);
            case "##" -> cutPrefix(value, nested.apply(word), true);
            case "%" -> cutSuffix(value, nested.apply(word), false);
            case "%%" -> cutSuffix(value, nested.apply(word), true);
            default -> value;
        };
    }

    private static String cutPrefix(String value, String pattern, boolean longest) {
        for (int i = 0; i <= value.length(); i++) {
            int length = longest ? value.length() - i : i;
            if (Glob.matches(pattern, value.substring(0, length))) {
                return value.substring(length);
            }
        }
        return value;
    }

    private static String cutSuffix(String value, String pattern, boolean longest) {
        for (int i = 0; i <= value.length(); i++) {
            int start = longest ? i : value.length() - i;
            if (Glob.matches(pattern, value.substring(start))) {
                return value.substring(0, start);
            }
        }
        return value;
    }
}
