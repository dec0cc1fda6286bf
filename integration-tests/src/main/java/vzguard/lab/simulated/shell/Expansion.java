package vzguard.lab.simulated.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Expands words as a shell does: quotes, parameters, command substitution, field splitting, path names. Arithmetic is not
 * among what the small shell knows.
 */
final class Expansion {
    /** Marks a character of a field that came from quotes, so that it is no pattern. */
    private static final char QUOTED = '\u0001';

    private final UnaryOperator<String> variables;
    private final Function<String, List<String>> all;
    private final UnaryOperator<String> substitution;
    private final Function<String, List<String>> paths;

    /**
     * @param variables the value of a parameter by name; empty when unset
     * @param all the fields of {@code $@}
     * @param substitution what a script prints
     * @param paths existing paths for a pattern
     */
    Expansion(
            UnaryOperator<String> variables,
            Function<String, List<String>> all,
            UnaryOperator<String> substitution,
            Function<String, List<String>> paths) {
        this.variables = variables;
        this.all = all;
        this.substitution = substitution;
        this.paths = paths;
    }

    List<String> fields(List<String> words) {
        List<String> result = new ArrayList<>();
        for (String word : words) {
            if (word.equals("\"$@\"")) {
                result.addAll(all.apply(""));
                continue;
            }
            Word expanded = new Word(word, true);
            for (String field : expanded.fields()) {
                List<String> found = hasPattern(field) ? paths.apply(pattern(field)) : List.of();
                result.addAll(found.isEmpty() ? List.of(plain(field)) : found);
            }
        }
        return result;
    }

    /** One field, neither split nor matched with paths: an assignment, a redirection. */
    String single(String word) {
        return plain(String.join(" ", new Word(word, false).fields()));
    }

    /** A pattern of {@code case}, with what was quoted made literal by a backslash. */
    String casePattern(String word) {
        return pattern(String.join(" ", new Word(word, false).fields()));
    }

    private static boolean hasPattern(String field) {
        for (int i = 0; i < field.length(); i++) {
            if (field.charAt(i) == QUOTED) {
                i++;
            } else if ("*?[".indexOf(field.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static String pattern(String field) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            if (field.charAt(i) == QUOTED) {
                text.append('\\').append(field.charAt(++i));
            } else {
                text.append(field.charAt(i));
            }
        }
        return text.toString();
    }

    private static String plain(String field) {
        return field.replace(String.valueOf(QUOTED), "");
    }

    private final class Word {
        private final String raw;
        private final boolean split;
        private final List<String> fields = new ArrayList<>();
        private final StringBuilder current = new StringBuilder();
        private boolean started;
        private int at;

        Word(String raw, boolean split) {
            this.raw = raw;
            this.split = split;
        }

        List<String> fields() {
            while (at < raw.length()) {
                char c = raw.charAt(at);
                if (c == '\'') {
                    int end = raw.indexOf('\'', at + 1);
                    quoted(raw.substring(at + 1, end));
                    at = end + 1;
                } else if (c == '"') {
                    at++;
                    doubleQuoted();
                } else if (c == '\\') {
                    quoted(at + 1 < raw.length() ? raw.substring(at + 1, at + 2) : "\\");
                    at += 2;
                } else if (c == '$' || c == '`') {
                    unquoted(parameter());
                } else {
                    current.append(c);
                    started = true;
                    at++;
                }
            }
            if (started) {
                fields.add(current.toString());
            }
            return fields;
        }

        private void doubleQuoted() {
            started = true;
            while (at < raw.length() && raw.charAt(at) != '"') {
                char c = raw.charAt(at);
                if (c == '\\' && at + 1 < raw.length() && "$`\"\\".indexOf(raw.charAt(at + 1)) >= 0) {
                    quoted(raw.substring(at + 1, at + 2));
                    at += 2;
                } else if (c == '$' || c == '`') {
                    quoted(parameter());
                } else {
                    quoted(String.valueOf(c));
                    at++;
                }
            }
            at++;
        }

        private void quoted(String text) {
            started = true;
            text.chars().forEach(c -> current.append(QUOTED).append((char) c));
        }

        private void unquoted(String value) {
            if (!split) {
                quoted(value);
                return;
            }
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c == ' ' || c == '\t' || c == '\n') {
                    if (started) {
                        fields.add(current.toString());
                        current.setLength(0);
                        started = false;
                    }
                } else {
                    current.append(c);
                    started = true;
                }
            }
        }

        /** What begins with a dollar sign or a back quote here; moves on behind it. */
        private String parameter() {
            if (raw.charAt(at) == '`') {
                int end = raw.indexOf('`', at + 1);
                String script = raw.substring(at + 1, end);
                at = end + 1;
                return substitution.apply(script);
            }
            if (raw.startsWith("$(", at)) {
                int end = closingParenthesis(at + 1);
                String script = raw.substring(at + 2, end);
                at = end + 1;
                return substitution.apply(script);
            }
            if (raw.startsWith("${", at)) {
                int end = raw.indexOf('}', at);
                String text = raw.substring(at + 2, end);
                at = end + 1;
                return ParameterForm.value(text, variables, this::nested);
            }
            int end = at + 1;
            if (end < raw.length() && "?$#!*@-0123456789".indexOf(raw.charAt(end)) >= 0) {
                end++;
            } else {
                while (end < raw.length() && (Character.isLetterOrDigit(raw.charAt(end)) || raw.charAt(end) == '_')) {
                    end++;
                }
            }
            String name = raw.substring(at + 1, end);
            at = end;
            return name.isEmpty() ? "$" : variables.apply(name);
        }

        private String nested(String word) {
            return single(word);
        }

        private int closingParenthesis(int open) {
            int depth = 0;
            for (int i = open; i < raw.length(); i++) {
                char c = raw.charAt(i);
                if (c == '\'') {
                    i = raw.indexOf('\'', i + 1);
                } else if (c == '\\') {
                    i++;
                }
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                if (depth == 0) {
                    return i;
                }
            }
            return raw.length() - 1;
        }
    }
}
