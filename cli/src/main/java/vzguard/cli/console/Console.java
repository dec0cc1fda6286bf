package vzguard.cli.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/**
 * Where a command reads, prints and takes the time from. Data goes to {@code out}, talk to {@code err}.
 *
 * @param terminal {@code out} is a terminal: it may be redrawn
 * @param colour {@code out} may carry colours: a terminal, and NO_COLOR is not set
 */
public record Console(
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean terminal,
        boolean colour,
        Map<String, String> environment,
        Clock clock) {

    public Console {
        environment = Map.copyOf(environment);
    }

    /** The console of this process. UTF-8 whatever the locale says: rules and policies are UTF-8. */
    public static Console ofProcess() {
        boolean terminal = isTerminal(Path.of("/proc/self/fd/1"));
        Map<String, String> environment = System.getenv();
        boolean colour = terminal
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        return new Console(
                System.in,
                new PrintStream(System.out, true, StandardCharsets.UTF_8),
                new PrintStream(System.err, true, StandardCharsets.UTF_8),
                terminal,
                colour,
                environment,
                Clock.systemUTC());
    }

    /**
     * Reads the kernel's name of the open file: {@code System.console()} answers for stdin too, and from Java 22 on is never
     * null.
     */
    static boolean isTerminal(Path descriptor) {
        try {
            String file = Files.readSymbolicLink(descriptor).toString();
            return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty") || file.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Columns of the terminal, as the launcher found them; 80 when nobody did. */
    public int width() {
        String columns = environment.getOrDefault("COLUMNS", "");
        return columns.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(columns) : 80;
    }

    /** Prints data; a newline is added when the text does not end with one. */
    public void print(String text) {
        out.print(text);
        if (!text.isEmpty() && !text.endsWith("\n")) {
            out.println();
        }
        out.flush();
    }

    /** Says something to the person, on stderr. */
    public void say(String text) {
        err.println(text);
        err.flush();
    }
}
