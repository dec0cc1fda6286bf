package vzguard.lab.simulated.shell;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Splits a script into words and operators. Quotes stay in the words; here-documents become words of their own. */
final class Lexer {
    /**
     * @param operator whether this is an operator ({@code ;}, {@code &&}, {@code >} and so on; a line end is {@code "\n"})
     * @param glued whether it follows the former token without a blank
     */
    record Token(String text, boolean operator, boolean glued, int line) {
        boolean is(String word) {
            return text.equals(word);
        }
    }

    private static final List<String> OPERATORS =
            List.of("&&", "||", ";;", "<<-", "<<", ">>", ">&", "<&", ";", "&", "|", "(", ")", "<", ">");

    private final String script;
    private final List<Token> tokens = new ArrayList<>();
    private final Deque<String> hereDocuments = new ArrayDeque<>();
    private int at;
    private int line = 1;

    private Lexer(String script) {
        this.script = script;
    }

    static List<Token> tokens(String script) throws ShellSyntaxException {
        Lexer lexer = new Lexer(script);
        lexer.run();
        return lexer.tokens;
    }

    private void run() throws ShellSyntaxException {
        boolean glued = false;
        while (at < script.length()) {
            char c = script.charAt(at);
            if (c == ' ' || c == '\t') {
                at++;
                glued = false;
            } else if (script.startsWith("\\\n", at)) {
                at += 2;
                line++;
            } else if (c == '#' && !glued) {
                while (at < script.length() && script.charAt(at) != '\n') {
                    at++;
                }
            } else if (c == '\n') {
                at++;
                tokens.add(new Token("\n", true, glued, line++));
                readHereDocuments();
                glued = false;
            } else {
                glued = token(glued);
            }
        }
    }

    private boolean token(boolean glued) throws ShellSyntaxException {
        String operator = OPERATORS.stream()
                .filter(each -> script.startsWith(each, at))
                .findFirst()
                .orElse("");
        int start = at;
        int startLine = line;
        if (!operator.isEmpty()) {
            at += operator.length();
            tokens.add(new Token(operator, true, glued, line));
            return true;
        }
        while (at < script.length() && " \t\n;&|()<>".indexOf(script.charAt(at)) < 0) {
            skipPart();
        }
        String word = script.substring(start, at);
        if (!tokens.isEmpty() && tokens.get(tokens.size() - 1).text().startsWith("<<")) {
            hereDocuments.add(word + "\n" + (tokens.size()));
        }
        tokens.add(new Token(word, false, glued, startLine));
        return true;
    }

    /** One character of a word, or a whole quoted or substituted part of it. */
    private void skipPart() throws ShellSyntaxException {
        char c = script.charAt(at);
        if (c == '\\') {
            at += 2;
        } else if (c == '\'') {
            at = closing(script.indexOf('\'', at + 1)) + 1;
        } else if (c == '"') {
            at++;
            while (closing(at) >= 0 && script.charAt(at) != '"') {
                if (script.charAt(at) == '\\') {
                    at += 2;
                } else if (script.startsWith("$(", at)) {
                    skipSubstitution();
                } else {
                    at++;
                }
            }
            at++;
        } else if (script.startsWith("$(", at)) {
            skipSubstitution();
        } else if (c == '`') {
            at = closing(script.indexOf('`', at + 1)) + 1;
        } else if (script.startsWith("${", at)) {
            at = closing(script.indexOf('}', at)) + 1;
        } else {
            at++;
        }
        at = Math.min(at, script.length());
    }

    private void skipSubstitution() throws ShellSyntaxException {
        int depth = 0;
        at++;
        do {
            char c = script.charAt(closing(at));
            if (c == '\'') {
                at = closing(script.indexOf('\'', at + 1));
            } else if (c == '\\') {
                at++;
            }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            at++;
        } while (depth > 0);
    }

    private int closing(int index) throws ShellSyntaxException {
        if (index < 0 || index >= script.length()) {
            throw new ShellSyntaxException(line, "near unexpected end of file");
        }
        return index;
    }

    /** The text of a here-document takes its end word's place; quoted in single quotes where nothing is expanded. */
    private void readHereDocuments() {
        while (!hereDocuments.isEmpty()) {
            String[] parts = hereDocuments.remove().split("\n", 2);
            int token = Integer.parseInt(parts[1]);
            String end = parts[0].replaceAll("['\"\\\\]", "");
            StringBuilder text = new StringBuilder();
            while (at < script.length()) {
                int next = script.indexOf('\n', at);
                String each = script.substring(at, next < 0 ? script.length() : next);
                at = next < 0 ? script.length() : next + 1;
                line++;
                if (each.equals(end)) {
                    break;
                }
                text.append(each).append('\n');
            }
            boolean literal = !end.equals(parts[0]);
            String quoted = literal
                    ? "'" + text.toString().replace("'", "'\\''") + "'"
                    : "\"" + text.toString().replace("\"", "\\\"") + "\"";
            Token old = tokens.get(token);
            tokens.set(token, new Token(quoted, false, old.glued(), old.line()));
        }
    }
}
