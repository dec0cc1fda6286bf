package vzguard.agent.exec;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * A program to run on the host. There is no shell: {@code argv} reaches the program as it is.
 *
 * @param argv program and arguments; the program is looked up in the PATH
 * @param stdin all of its standard input; empty: end of file at once
 * @param deadline after this the program and all of its descendants are killed
 * @param leaveRunning at the deadline the program is left alone and goes on: for what must not be cut in the middle. It
 *     also outlives the agent
 * @param outputLimit bytes kept of each of stdout and stderr; the rest is read and thrown away
 */
@SuppressWarnings("ArrayRecordComponent") // two commands are never compared
public record Command(List<String> argv, byte[] stdin, Duration deadline, boolean leaveRunning, int outputLimit) {
    /** Enough for an {@code iptables-save} of ten thousand rules. */
    public static final int DEFAULT_OUTPUT_LIMIT = 4 << 20;

    /** For programs that only look. */
    public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(30);

    private static final byte[] NOTHING = new byte[0];

    public Command {
        if (argv.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("a command needs a deadline, not " + deadline);
        }
        argv = List.copyOf(argv);
    }

    /** A command that is killed at its deadline. */
    public Command(List<String> argv, byte[] stdin, Duration deadline, int outputLimit) {
        this(argv, stdin, deadline, false, outputLimit);
    }

    /** A command without input, with the default deadline and limit. */
    public static Command of(String... argv) {
        return of(List.of(argv));
    }

    /** A command without input, with the default deadline and limit. */
    public static Command of(List<String> argv) {
        return new Command(argv, NOTHING, DEFAULT_DEADLINE, false, DEFAULT_OUTPUT_LIMIT);
    }

    public Command withStdin(String text) {
        return new Command(argv, text.getBytes(StandardCharsets.UTF_8), deadline, leaveRunning, outputLimit);
    }

    public Command withDeadline(Duration longest) {
        return new Command(argv, stdin, longest, leaveRunning, outputLimit);
    }

    public Command withOutputLimit(int bytes) {
        return new Command(argv, stdin, deadline, leaveRunning, bytes);
    }

    /** The same, left running at its deadline. */
    public Command leftRunning() {
        return new Command(argv, stdin, deadline, true, outputLimit);
    }

    /** The input as text. */
    public String input() {
        return new String(stdin, StandardCharsets.UTF_8);
    }

    /** The command line for people; the input is not part of it. */
    @Override
    public String toString() {
        return String.join(" ", argv.stream().map(Command::quoted).toList());
    }

    private static String quoted(String word) {
        boolean plain = !word.isEmpty()
                && word.chars().allMatch(c -> c > ' ' && c < 127 && "'\"\\$`*?;&|<>(){}#~".indexOf(c) < 0);
        return plain ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
