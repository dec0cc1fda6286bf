package vzguard.lab.simulated.shell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Commands that belong to the shell itself. */
final class Builtins {
    private final PlaceFiles files;

    Builtins(PlaceFiles files) {
        this.files = files;
    }

    /** Empty when the command is none of them. */
    Optional<Outcome> run(List<String> words, Shell.Input input, Map<String, String> variables, int last, String place)
            throws Leave {
        List<String> arguments = words.subList(1, words.size());
        return switch (words.get(0)) {
            case ":", "true", "trap", "umask", "cd", "set", "wait" -> Optional.of(Outcome.OK);
            case "false" -> Optional.of(Outcome.exit(1));
            case "exit" -> throw new Leave(Leave.What.SCRIPT, code(arguments, last));
            case "return" -> throw new Leave(Leave.What.FUNCTION, code(arguments, last));
            case "break" -> throw new Leave(Leave.What.LOOP, 0);
            case "continue" -> throw new Leave(Leave.What.ROUND, 0);
            case "echo" -> Optional.of(echo(arguments));
            case "printf" -> Optional.of(Printf.run(arguments, place));
            case "export", "local", "readonly" -> Optional.of(assign(arguments, variables));
            case "unset" -> {
                arguments.forEach(variables::remove);
                yield Optional.of(Outcome.OK);
            }
            case "read" -> Optional.of(read(arguments, input, variables));
            case "test" -> Optional.of(Outcome.exit(new TestCommand(files).run(arguments) ? 0 : 1));
            case "[" -> Optional.of(bracket(arguments, place));
            case "kill" -> kill(arguments);
            default -> Optional.empty();
        };
    }

    private static int code(List<String> arguments, int last) {
        return arguments.isEmpty() || !arguments.get(0).matches("[0-9]{1,3}")
                ? last
                : Integer.parseInt(arguments.get(0)) & 255;
    }

    private static Outcome echo(List<String> arguments) {
        boolean noEnd = !arguments.isEmpty() && arguments.get(0).equals("-n");
        String text = String.join(" ", noEnd ? arguments.subList(1, arguments.size()) : arguments);
        return Outcome.printed(noEnd ? text : text + "\n");
    }

    private static Outcome assign(List<String> arguments, Map<String, String> variables) {
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals > 0) {
                variables.put(argument.substring(0, equals), argument.substring(equals + 1));
            }
        }
        return Outcome.OK;
    }

    private static Outcome read(List<String> arguments, Shell.Input input, Map<String, String> variables) {
        List<String> names = new ArrayList<>(arguments);
        names.removeIf(name -> name.startsWith("-"));
        Optional<String> line = input.line();
        List<String> fields =
                new ArrayList<>(Arrays.asList(line.orElse("").strip().split("[ \t]+", Math.max(1, names.size()))));
        for (int i = 0; i < names.size(); i++) {
            variables.put(names.get(i), i < fields.size() ? fields.get(i) : "");
        }
        return Outcome.exit(line.isPresent() ? 0 : 1);
    }

    private Outcome bracket(List<String> arguments, String place) {
        if (arguments.isEmpty() || !arguments.get(arguments.size() - 1).equals("]")) {
            return Outcome.failed(2, place + "[: missing `]'");
        }
        return Outcome.exit(new TestCommand(files).run(arguments.subList(0, arguments.size() - 1)) ? 0 : 1);
    }

    /** Only the shell itself can be killed: a simulated place has no other processes of its own. */
    private static Optional<Outcome> kill(List<String> arguments) throws Leave {
        if (arguments.size() == 2
                && arguments.get(0).equals("-9")
                && arguments.get(1).equals("4242")) {
            throw new Leave(Leave.What.SCRIPT, Signals.KILLED);
        }
        return Optional.empty();
    }
}
