package vzguard.lab.simulated.shell;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A small POSIX shell over the programs and files of one place: what scripts of an administrator and of the agent use, and
 * no arithmetic, jobs or aliases. Every command runs to its end before its output is passed on; a syntax error stops the
 * script before its first command. One object per script.
 */
public final class Shell {
    /** Simulated scripts that run longer are stopped. */
    private static final int MOST_ROUNDS = 100_000;

    private final String name;
    private final Programs programs;
    private final PlaceFiles files;
    final Map<String, String> variables = new HashMap<>();
    private final Map<String, Node> functions = new HashMap<>();
    private final Builtins builtins;
    List<String> arguments = List.of();
    private Input input = new Input("");
    private int last;
    private int rounds;

    /** Standard input, which several commands may read one after the other. */
    static final class Input {
        private String text;

        Input(String text) {
            this.text = text;
        }

        String rest() {
            String all = text;
            text = "";
            return all;
        }

        /** The next line without its end; empty at the end. */
        Optional<String> line() {
            if (text.isEmpty()) {
                return Optional.empty();
            }
            int end = text.indexOf('\n');
            String line = end < 0 ? text : text.substring(0, end);
            text = end < 0 ? "" : text.substring(end + 1);
            return Optional.of(line);
        }
    }

    /** @param name what the shell calls itself in messages */
    public Shell(String name, Programs programs, PlaceFiles files) {
        this.name = name;
        this.programs = programs;
        this.files = files;
        this.builtins = new Builtins(files);
    }

    /** Runs a script. {@code stdin} is what its commands may read. */
    public Outcome run(String script, List<String> scriptArguments, String stdin) {
        arguments = List.copyOf(scriptArguments);
        input = new Input(stdin);
        Printed output = new Printed();
        int code;
        try {
            code = execute(Parser.parse(script), output);
        } catch (ShellSyntaxException e) {
            output.err.append(name).append(": ").append(e.getMessage()).append('\n');
            code = 2;
        } catch (Leave leave) {
            code = leave.code();
        }
        return new Outcome(code, output.out.toString(), output.err.toString());
    }

    int execute(Node node, Printed output) throws Leave {
        if (++rounds > MOST_ROUNDS) {
            throw new Leave(Leave.What.SCRIPT, 137);
        }
        // Java 17 has no switch over a sealed type.
        if (node instanceof Node.Simple simple) {
            last = simple(simple, output);
        } else if (node instanceof Node.Sequence sequence) {
            last = 0;
            for (Node each : sequence.nodes()) {
                last = execute(each, output);
            }
        } else if (node instanceof Node.Either either) {
            last = execute(either.left(), output);
            if ((last == 0) == either.and()) {
                last = execute(either.right(), output);
            }
        } else if (node instanceof Node.Pipeline pipeline) {
            last = pipeline(pipeline, output);
        } else if (node instanceof Node.Group group) {
            last = group(group, output);
        } else if (node instanceof Node.If branch) {
            boolean yes = execute(branch.condition(), output) == 0;
            last = yes ? execute(branch.then(), output) : 0;
            if (!yes && branch.otherwise().isPresent()) {
                last = execute(branch.otherwise().get(), output);
            }
        } else if (node instanceof Node.Function function) {
            functions.put(function.name(), function.body());
            last = 0;
        } else {
            last = new Loops(this).execute(node, output);
        }
        return last;
    }

    private int pipeline(Node.Pipeline pipeline, Printed output) throws Leave {
        Input outer = input;
        int code = 0;
        List<Node> commands = pipeline.commands();
        for (int i = 0; i < commands.size(); i++) {
            Printed part = new Printed();
            code = inSubshell(commands.get(i), part, commands.size() > 1);
            output.err.append(part.err);
            if (i == commands.size() - 1) {
                output.out.append(part.out);
            } else {
                input = new Input(part.out.toString());
            }
        }
        input = outer;
        return pipeline.negated() ? (code == 0 ? 1 : 0) : code;
    }

    private int inSubshell(Node node, Printed output, boolean apart) throws Leave {
        if (!apart) {
            return execute(node, output);
        }
        Map<String, String> saved = new HashMap<>(variables);
        try {
            return execute(node, output);
        } catch (Leave leave) {
            return leave.code();
        } finally {
            variables.clear();
            variables.putAll(saved);
        }
    }

    private int group(Node.Group group, Printed output) throws Leave {
        Streams streams = new Streams(files, expansion(output));
        Optional<String> error = streams.open(group.redirections());
        if (error.isPresent()) {
            output.err.append(name).append(": ").append(error.get()).append('\n');
            return 1;
        }
        Input outer = input;
        streams.input().ifPresent(text -> input = new Input(text));
        Printed own = new Printed();
        int code = 1;
        Optional<Leave> left = Optional.empty();
        try {
            code = inSubshell(group.body(), own, group.subshell());
        } catch (Leave leave) {
            left = Optional.of(leave);
        }
        if (streams.input().isPresent()) {
            input = outer;
        }
        output.add(streams.deliver(new Outcome(code, own.out.toString(), own.err.toString())));
        if (left.isPresent()) {
            throw left.get();
        }
        return code;
    }

    private int simple(Node.Simple command, Printed output) throws Leave {
        Expansion expansion = expansion(output);
        int before = last;
        List<String> words = expansion.fields(command.words());
        Map<String, String> assigned = new HashMap<>();
        for (String assignment : command.assignments()) {
            int equals = assignment.indexOf('=');
            assigned.put(assignment.substring(0, equals), expansion.single(assignment.substring(equals + 1)));
        }
        String place = name + ": line " + command.line() + ": ";
        Streams streams = new Streams(files, expansion);
        Optional<String> error = streams.open(command.redirections());
        if (error.isPresent()) {
            output.err.append(place).append(error.get()).append('\n');
            return 1;
        }
        if (words.isEmpty()) {
            variables.putAll(assigned);
            // A substitution in the assignment leaves its code.
            return last == before ? 0 : last;
        }
        Outcome outcome = call(words, streams.input(), place, before);
        Outcome delivered = streams.deliver(outcome);
        output.add(delivered);
        streams.writeError()
                .ifPresent(words2 -> output.err
                        .append(place)
                        .append(words.get(0))
                        .append(": write error: ")
                        .append(words2)
                        .append('\n'));
        return streams.writeError().isPresent() ? 1 : delivered.exit();
    }

    private Outcome call(List<String> words, Optional<String> redirected, String place, int before) throws Leave {
        if (words.get(0).equals("shift")) {
            arguments = arguments.isEmpty() ? arguments : arguments.subList(1, arguments.size());
            return Outcome.OK;
        }
        Node function = functions.get(words.get(0));
        if (function != null) {
            return callFunction(function, words.subList(1, words.size()));
        }
        Input source = redirected.map(Input::new).orElse(input);
        Optional<Outcome> builtin = builtins.run(words, source, variables, before, place);
        if (builtin.isPresent()) {
            return builtin.get();
        }
        return programs.run(words, source.rest())
                .orElseGet(() -> Outcome.failed(127, place + words.get(0) + ": command not found"));
    }

    private Outcome callFunction(Node body, List<String> given) throws Leave {
        List<String> outer = arguments;
        arguments = List.copyOf(given);
        Printed own = new Printed();
        int code;
        try {
            code = execute(body, own);
        } catch (Leave leave) {
            if (leave.what() != Leave.What.FUNCTION) {
                throw leave;
            }
            code = leave.code();
        } finally {
            arguments = outer;
        }
        return new Outcome(code, own.out.toString(), own.err.toString());
    }

    Expansion expansion(Printed output) {
        return new Expansion(this::value, ignored -> arguments, script -> substitute(script, output), files::matching);
    }

    private String value(String variable) {
        if (variable.matches("[0-9]")) {
            int index = Integer.parseInt(variable);
            return index == 0 ? name : index <= arguments.size() ? arguments.get(index - 1) : "";
        }
        return switch (variable) {
            case "?" -> Integer.toString(last);
            case "#" -> Integer.toString(arguments.size());
            case "@", "*" -> String.join(" ", arguments);
            case "$" -> "4242";
            default -> variables.getOrDefault(variable, "");
        };
    }

    private String substitute(String script, Printed output) {
        Shell child = new Shell(name, programs, files);
        child.variables.putAll(variables);
        child.functions.putAll(functions);
        Outcome outcome = child.run(script, arguments, input.rest());
        output.err.append(outcome.err());
        last = outcome.exit();
        return outcome.out().replaceAll("\n+$", "");
    }
}
