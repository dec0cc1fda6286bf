package vzguard.lab.simulated.shell;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import vzguard.lab.simulated.shell.Node.Redirection;

/** Where one command's input comes from and its output goes to. One object per command. */
final class Streams {
    private static final String TO_OUT = "&1";
    private static final String TO_ERR = "&2";

    private final PlaceFiles files;
    private final Expansion expansion;
    private final Map<Integer, String> targets = new HashMap<>(Map.of(1, TO_OUT, 2, TO_ERR));
    private Optional<String> input = Optional.empty();
    private Optional<String> writeError = Optional.empty();

    Streams(PlaceFiles files, Expansion expansion) {
        this.files = files;
        this.expansion = expansion;
    }

    /** @return the error when a file cannot be opened; nothing is run then */
    Optional<String> open(List<Redirection> redirections) {
        for (Redirection redirection : redirections) {
            String word = expansion.single(redirection.word());
            switch (redirection.operator()) {
                case "<<", "<<-" -> input = Optional.of(word);
                case "<" -> {
                    Optional<String> text = word.equals("/dev/null") ? Optional.of("") : files.read(word);
                    if (text.isEmpty()) {
                        return Optional.of(word + ": No such file or directory");
                    }
                    input = text;
                }
                case ">&", "<&" ->
                    targets.put(redirection.descriptor(), targets.getOrDefault(word.equals("2") ? 2 : 1, TO_OUT));
                default -> {
                    boolean append = redirection.operator().equals(">>");
                    // A kernel's file takes whole writes only; opening it writes nothing.
                    boolean made = word.startsWith("/proc/") || word.equals("/dev/null");
                    Optional<String> error = made ? Optional.empty() : files.write(word, "", append);
                    if (error.isPresent()) {
                        return Optional.of(word + ": " + error.get());
                    }
                    targets.put(redirection.descriptor(), word);
                }
            }
        }
        return Optional.empty();
    }

    Optional<String> input() {
        return input;
    }

    /** What the kernel said to a write. */
    Optional<String> writeError() {
        return writeError;
    }

    /** Writes what goes to files, and returns what is left for the command's own streams. */
    Outcome deliver(Outcome outcome) {
        StringBuilder out = new StringBuilder();
        StringBuilder err = new StringBuilder();
        send(1, outcome.out(), out, err);
        send(2, outcome.err(), out, err);
        return new Outcome(outcome.exit(), out.toString(), err.toString());
    }

    private void send(int descriptor, String text, StringBuilder out, StringBuilder err) {
        String target = targets.getOrDefault(descriptor, TO_OUT);
        if (target.equals(TO_OUT)) {
            out.append(text);
        } else if (target.equals(TO_ERR)) {
            err.append(text);
        } else if (!text.isEmpty()) {
            writeError = files.write(target, text, true);
        }
    }
}
