package vzguard.agent.exec;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * How a program ended.
 *
 * @param exit its exit code; 128 + N when signal N ended it; {@link #NOT_STARTED} when it could not be started, with
 *     the reason in {@code stderr}
 * @param timedOut the deadline passed: it was killed, or left running where the command says so
 * @param truncated it printed more than the limit; what is here is the beginning
 */
@SuppressWarnings("ArrayRecordComponent") // results are read, not compared
public record CommandResult(int exit, byte[] stdout, byte[] stderr, boolean timedOut, boolean truncated) {
    /** 128 + SIGKILL, 128 + SIGTERM; other signals' numbers are exit codes of vzctl too. */
    private static final Set<Integer> KILLED = Set.of(128 + 9, 128 + 15);

    /** As shells say it of a program that is not there. */
    public static final int NOT_STARTED = 127;

    /** A program that ended by itself. */
    public static CommandResult of(int exit, String stdout, String stderr) {
        return new CommandResult(
                exit, stdout.getBytes(StandardCharsets.UTF_8), stderr.getBytes(StandardCharsets.UTF_8), false, false);
    }

    /** A program that could not be started. */
    public static CommandResult notStarted(String reason) {
        return of(NOT_STARTED, "", reason);
    }

    /** The same, without what it printed on standard output. */
    public CommandResult withoutOut() {
        return new CommandResult(exit, new byte[0], stderr, timedOut, truncated);
    }

    public boolean succeeded() {
        return exit == 0 && !timedOut;
    }

    /** Another hand ended it by a signal. */
    public boolean wasKilled() {
        return !timedOut && KILLED.contains(exit);
    }

    /** Standard output as UTF-8 text; malformed bytes become replacement characters. */
    public String out() {
        return new String(stdout, StandardCharsets.UTF_8);
    }

    /** Standard error as UTF-8 text. */
    public String err() {
        return new String(stderr, StandardCharsets.UTF_8);
    }

    /** How it ended, for people: "exit 9: Container already locked". */
    public String explain() {
        String first = (err().isBlank() ? out() : err()).strip();
        int line = first.indexOf('\n');
        String words = line < 0 ? first : first.substring(0, line);
        String how = timedOut
                ? "not ended at its deadline"
                : wasKilled() ? "killed by signal " + (exit - 128) : "exit " + exit;
        return words.isEmpty() ? how : how + ": " + (words.length() > 300 ? words.substring(0, 300) + "..." : words);
    }
}
