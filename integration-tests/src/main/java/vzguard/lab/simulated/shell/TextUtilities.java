package vzguard.lab.simulated.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Programs of a place that work on lines: {@code grep sed head tail wc tr sort}. An option that is not known is refused. */
final class TextUtilities implements Programs {
    private final PlaceFiles files;

    TextUtilities(PlaceFiles files) {
        this.files = files;
    }

    @Override
    public Optional<Outcome> run(List<String> command, String stdin) {
        List<String> arguments = command.subList(1, command.size());
        return switch (command.get(0)) {
            case "grep" -> Optional.of(grep(arguments, stdin));
            case "sed" -> Optional.of(sed(arguments, stdin));
            case "head", "tail" -> Optional.of(ends(command.get(0), arguments, stdin));
            case "wc" -> Optional.of(wc(arguments, stdin));
            case "tr" -> Optional.of(tr(arguments, stdin));
            case "sort" ->
                Optional.of(Outcome.printed(
                        stdin.lines().sorted().map(line -> line + "\n").reduce("", String::concat)));
            default -> Optional.empty();
        };
    }

    private static Outcome notKnown(String program, String option) {
        return Outcome.failed(2, program + ": the simulated " + program + " has no option '" + option + "'");
    }

    private Outcome grep(List<String> arguments, String stdin) {
        String flags = "";
        List<String> operands = new ArrayList<>();
        for (String argument : arguments) {
            if (operands.isEmpty() && argument.matches("-[a-zA-Z]+")) {
                flags += argument.substring(1);
            } else if (!argument.equals("--")) {
                operands.add(argument);
            }
        }
        if (!flags.matches("[qcvhnEFxise]*") || operands.isEmpty()) {
            return notKnown("grep", "-" + flags);
        }
        Pattern pattern = pattern(operands.get(0), flags);
        List<String> names = operands.subList(1, operands.size());
        List<String> lines = new ArrayList<>(names.isEmpty() ? stdin.lines().toList() : List.of());
        StringBuilder errors = new StringBuilder();
        for (String name : names) {
            Optional<String> text = files.read(name);
            if (text.isPresent()) {
                String prefix = names.size() > 1 && !flags.contains("h") ? name + ":" : "";
                text.get().lines().map(line -> prefix + line).forEach(lines::add);
            } else if (!flags.contains("s")) {
                errors.append("grep: ").append(name).append(": No such file or directory\n");
            }
        }
        boolean inverted = flags.contains("v");
        List<String> found = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (pattern.matcher(lines.get(i)).find() != inverted) {
                found.add((flags.contains("n") ? i + 1 + ":" : "") + lines.get(i));
            }
        }
        String out = flags.contains("q") ? "" : flags.contains("c") ? found.size() + "\n" : joined(found.stream());
        return new Outcome(errors.length() > 0 ? 2 : found.isEmpty() ? 1 : 0, out, errors.toString());
    }

    private static Pattern pattern(String text, String flags) {
        int options = flags.contains("i") ? Pattern.CASE_INSENSITIVE : 0;
        String regex = flags.contains("F") ? Pattern.quote(text) : flags.contains("E") ? text : Sed.basic(text);
        return Pattern.compile(flags.contains("x") ? "^(?:" + regex + ")$" : regex, options);
    }

    private static String joined(Stream<String> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    private Outcome sed(List<String> arguments, String stdin) {
        List<String> operands =
                arguments.stream().filter(word -> !word.startsWith("-")).toList();
        List<String> options =
                arguments.stream().filter(word -> word.startsWith("-")).toList();
        if (operands.isEmpty() || !List.of("-e", "-n", "-i").containsAll(options)) {
            return notKnown("sed", String.join(" ", arguments));
        }
        Optional<String> text = operands.size() > 1 ? files.read(operands.get(1)) : Optional.of(stdin);
        if (text.isEmpty()) {
            return Outcome.failed(2, "sed: can't read " + operands.get(1) + ": No such file or directory");
        }
        Optional<String> edited = Sed.edit(operands.get(0), text.get());
        if (edited.isEmpty()) {
            return notKnown("sed", operands.get(0));
        }
        if (!options.contains("-i")) {
            return Outcome.printed(edited.get());
        }
        return files.write(operands.get(1), edited.get(), false)
                .map(error -> Outcome.failed(4, "sed: " + operands.get(1) + ": " + error))
                .orElse(Outcome.OK);
    }

    private Outcome ends(String program, List<String> arguments, String stdin) {
        int count = 10;
        boolean bytes = false;
        String text = stdin;
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (word.matches("-[0-9]{1,6}")) {
                count = Integer.parseInt(word.substring(1));
            } else if ((word.equals("-n") || word.equals("-c")) && i + 1 < arguments.size()) {
                bytes = word.equals("-c");
                count = Integer.parseInt(arguments.get(++i));
            } else if (word.startsWith("-")) {
                return notKnown(program, word);
            } else if (word.equals("/dev/zero")) {
                text = "\0".repeat(count);
            } else {
                text = files.read(word).orElse("");
            }
        }
        boolean head = program.equals("head");
        if (bytes) {
            int size = Math.min(count, text.length());
            return Outcome.printed(head ? text.substring(0, size) : text.substring(text.length() - size));
        }
        List<String> lines = text.lines().toList();
        int size = Math.min(count, lines.size());
        return Outcome.printed(
                joined((head ? lines.subList(0, size) : lines.subList(lines.size() - size, lines.size())).stream()));
    }

    private Outcome wc(List<String> arguments, String stdin) {
        if (arguments.equals(List.of("-c"))) {
            return Outcome.printed(stdin.length() + "\n");
        }
        return arguments.equals(List.of("-l"))
                ? Outcome.printed(stdin.chars().filter(c -> c == '\n').count() + "\n")
                : notKnown("wc", String.join(" ", arguments));
    }

    private static Outcome tr(List<String> arguments, String stdin) {
        if (arguments.size() != 2) {
            return notKnown("tr", String.join(" ", arguments));
        }
        String from = arguments.get(0).replace("\\0", "\0").replace("\\n", "\n");
        String to = arguments.get(1).replace("\\n", "\n");
        if (arguments.get(0).equals("-d")) {
            return Outcome.printed(stdin.replace(to, ""));
        }
        return from.length() == 1 && to.length() == 1
                ? Outcome.printed(stdin.replace(from, to))
                : notKnown("tr", String.join(" ", arguments));
    }
}
