package vzguard.lab.simulated.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import vzguard.lab.simulated.shell.Lexer.Token;
import vzguard.lab.simulated.shell.Node.Branch;
import vzguard.lab.simulated.shell.Node.Redirection;

/** Reads a script of the small shell: lists, pipelines, if, for, while, case, functions, groups, redirections. */
final class Parser {
    private static final Set<String> ENDS = Set.of("then", "else", "elif", "fi", "do", "done", "esac", "}", ")", ";;");
    private static final Set<String> REDIRECTIONS = Set.of(">", ">>", "<", "<<", "<<-", ">&", "<&");

    private final List<Token> tokens;
    private int at;

    private Parser(List<Token> tokens) {
        this.tokens = tokens;
    }

    static Node parse(String script) throws ShellSyntaxException {
        Parser parser = new Parser(Lexer.tokens(script));
        Node node = parser.list();
        if (parser.at < parser.tokens.size()) {
            throw parser.unexpected();
        }
        return node;
    }

    private ShellSyntaxException unexpected() {
        if (at >= tokens.size()) {
            return new ShellSyntaxException(
                    tokens.isEmpty() ? 1 : tokens.get(tokens.size() - 1).line(), "near unexpected end of file");
        }
        return new ShellSyntaxException(
                tokens.get(at).line(),
                "near unexpected token `" + tokens.get(at).text() + "'");
    }

    private boolean next(String text) {
        return at < tokens.size() && tokens.get(at).is(text);
    }

    private boolean take(String text) {
        boolean found = next(text);
        at += found ? 1 : 0;
        return found;
    }

    private void expect(String text) throws ShellSyntaxException {
        if (!take(text)) {
            throw unexpected();
        }
    }

    private void skipLineEnds() {
        while (take("\n")) {}
    }

    private Node list() throws ShellSyntaxException {
        List<Node> nodes = new ArrayList<>();
        skipSeparators();
        while (at < tokens.size() && !ENDS.contains(tokens.get(at).text())) {
            nodes.add(andOr());
            skipSeparators();
        }
        return new Node.Sequence(nodes);
    }

    private void skipSeparators() {
        while (take(";") || take("\n") || take("&")) {}
    }

    private Node andOr() throws ShellSyntaxException {
        Node left = pipeline();
        while (next("&&") || next("||")) {
            boolean and = next("&&");
            at++;
            skipLineEnds();
            left = new Node.Either(left, and, pipeline());
        }
        return left;
    }

    private Node pipeline() throws ShellSyntaxException {
        boolean negated = take("!");
        List<Node> commands = new ArrayList<>(List.of(command()));
        while (take("|")) {
            skipLineEnds();
            commands.add(command());
        }
        return !negated && commands.size() == 1 ? commands.get(0) : new Node.Pipeline(negated, commands);
    }

    private Node command() throws ShellSyntaxException {
        if (at >= tokens.size()) {
            throw unexpected();
        }
        String word = tokens.get(at).text();
        boolean defines = at + 2 < tokens.size()
                && tokens.get(at + 1).is("(")
                && tokens.get(at + 2).is(")");
        if (defines && !tokens.get(at).operator()) {
            at += 3;
            skipLineEnds();
            return new Node.Function(word, command());
        }
        return switch (word) {
            case "if" -> group(branch());
            case "for" -> group(loop());
            case "while", "until" -> group(whileLoop());
            case "case" -> group(caseOf());
            case "{" -> group(between("{", "}"));
            case "(" -> new Node.Group(between("(", ")"), true, redirections());
            default -> simple();
        };
    }

    private Node group(Node body) throws ShellSyntaxException {
        return new Node.Group(body, false, redirections());
    }

    private Node between(String open, String close) throws ShellSyntaxException {
        expect(open);
        Node body = list();
        expect(close);
        return body;
    }

    /** After {@code if} or {@code elif}; takes the {@code fi}. */
    private Node branch() throws ShellSyntaxException {
        at++;
        Node condition = list();
        expect("then");
        Node then = list();
        if (next("elif")) {
            return new Node.If(condition, then, Optional.of(branch()));
        }
        Optional<Node> otherwise = take("else") ? Optional.of(list()) : Optional.empty();
        expect("fi");
        return new Node.If(condition, then, otherwise);
    }

    private Node loop() throws ShellSyntaxException {
        at++;
        String variable = word();
        Optional<List<String>> words = Optional.empty();
        skipLineEnds();
        if (take("in")) {
            List<String> found = new ArrayList<>();
            while (at < tokens.size() && !tokens.get(at).operator()) {
                found.add(word());
            }
            words = Optional.of(found);
        }
        return new Node.For(variable, words, doBody());
    }

    private Node whileLoop() throws ShellSyntaxException {
        boolean until = tokens.get(at++).is("until");
        Node condition = list();
        return new Node.While(condition, until, doBody());
    }

    private Node doBody() throws ShellSyntaxException {
        skipSeparators();
        expect("do");
        Node body = list();
        expect("done");
        return body;
    }

    private Node caseOf() throws ShellSyntaxException {
        at++;
        String subject = word();
        skipLineEnds();
        expect("in");
        skipLineEnds();
        List<Branch> branches = new ArrayList<>();
        while (!next("esac")) {
            take("(");
            List<String> patterns = new ArrayList<>(List.of(word()));
            while (take("|")) {
                patterns.add(word());
            }
            expect(")");
            branches.add(new Branch(patterns, list()));
            take(";;");
            skipLineEnds();
        }
        expect("esac");
        return new Node.Case(subject, branches);
    }

    private String word() throws ShellSyntaxException {
        if (at >= tokens.size() || tokens.get(at).operator()) {
            throw unexpected();
        }
        return tokens.get(at++).text();
    }

    private List<Redirection> redirections() throws ShellSyntaxException {
        List<Redirection> found = new ArrayList<>();
        while (startsRedirection()) {
            found.add(redirection());
        }
        return found;
    }

    private boolean startsRedirection() {
        if (at >= tokens.size()) {
            return false;
        }
        Token token = tokens.get(at);
        return (token.operator() && REDIRECTIONS.contains(token.text())) || isDescriptor();
    }

    /** A digit right before an operator of redirection. */
    private boolean isDescriptor() {
        return at + 1 < tokens.size()
                && tokens.get(at).text().matches("[012]")
                && tokens.get(at + 1).glued()
                && REDIRECTIONS.contains(tokens.get(at + 1).text());
    }

    private Redirection redirection() throws ShellSyntaxException {
        int descriptor = isDescriptor() ? Integer.parseInt(tokens.get(at++).text()) : -1;
        String operator = tokens.get(at++).text();
        int usual = operator.startsWith("<") ? 0 : 1;
        return new Redirection(descriptor < 0 ? usual : descriptor, operator, word());
    }

    private Node simple() throws ShellSyntaxException {
        int line = tokens.get(at).line();
        List<String> assignments = new ArrayList<>();
        List<String> words = new ArrayList<>();
        List<Redirection> redirections = new ArrayList<>();
        while (at < tokens.size()) {
            if (startsRedirection()) {
                redirections.add(redirection());
            } else if (tokens.get(at).operator()) {
                break;
            } else if (words.isEmpty() && tokens.get(at).text().matches("(?s)[A-Za-z_][A-Za-z0-9_]*=.*")) {
                assignments.add(word());
            } else {
                words.add(word());
            }
        }
        if (assignments.isEmpty() && words.isEmpty() && redirections.isEmpty()) {
            throw unexpected();
        }
        return new Node.Simple(line, assignments, words, redirections);
    }
}
