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
            case "sort" -> Optional.of(Outcome.printed(stdin.lines().sorted().map(line -> line + "\n").reduce("", String::concat)));
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
        if (!flags.matches("[qcvhEFxoise]*") || operands.isEmpty()) {
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
        List<String> found = lines.stream().filter(line -> pattern.matcher(line).find() != inverted).toList();
        String out = flags.contains("q") ? "" : flags.contains("c") ? found.size() + "\n" : joined(found.stream());
        return new Outcome(errors.length() > 0 ? 2 : found.isEmpty() ? 1 : 0, out, errors.toString());
    }

    private static Pattern pattern(String text, String flags) {
        int options = flags.contains("i") ? Pattern.CASE_INSENSITIVE : 0;
        String regex = flags.contains("F") ? Pattern.quote(text) : flags.contains("E") ? text : basic(text);
        return Pattern.compile(flags.contains("x") ? "^(?:" + regex + ")$" : regex, options);
    }

    /** A basic regular expression of grep and sed in Java's words: plain and escaped operators change places. */
    private static String basic(String text) {
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

    private static String joined(Stream<String> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    /** {@code s/A/B/[g]} and {@code /A/d}, one expression; {@code -n} with {@code /A/p}. */
    private Outcome sed(List<String> arguments, String stdin) {
        List<String> operands = arguments.stream().filter(word -> !word.startsWith("-")).toList();
        if (operands.isEmpty() || arguments.stream().anyMatch(word -> word.startsWith("-") && !word.equals("-e") && !word.equals("-n"))) {
            return notKnown("sed", String.join(" ", arguments));
        }
        Optional<String> text = operands.size() > 1 ? files.read(operands.get(1)) : Optional.of(stdin);
        if (text.isEmpty()) {
            return Outcome.failed(2, "sed: can't read " + operands.get(1) + ": No such file or directory");
        }
        String script = operands.get(0);
        String mark = script.length() > 1 ? Pattern.quote(script.substring(1, 2)) : "/";
        String[] parts = script.split(script.startsWith("s") ? mark : "/", -1);
        if (script.startsWith("s") && parts.length == 4) {
            Pattern pattern = Pattern.compile(basic(parts[1]));
            String with = parts[2].replace("$", "\\$").replaceAll("(?<!\\\\)&", "\\$0").replaceAll("\\\\([0-9])", "\\$$1");
            return Outcome.printed(joined(text.get().lines().map(line -> parts[3].contains("g")
                    ? pattern.matcher(line).replaceAll(with)
                    : pattern.matcher(line).replaceFirst(with))));
        }
        if (script.startsWith("/") && parts.length == 3 && parts[2].matches("[dp]")) {
            Pattern pattern = Pattern.compile(basic(parts[1]));
            boolean keeps = parts[2].equals("p");
            return Outcome.printed(joined(text.get().lines().filter(line -> pattern.matcher(line).find() == keeps)));
        }
        return notKnown("sed", script);
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
        return Outcome.printed(joined((head ? lines.subList(0, size) : lines.subList(lines.size() - size, lines.size())).stream()));
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
