package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program that ran to its end.
 *
 * @param command what was run, for messages
 * @param exit its exit code
 */
public record Ran(List<String> command, int exit, String out, String err) {
    /**
     * Runs a program and waits for it.
     *
     * @param limit after it the program is killed and the test fails
     */
    public static Ran of(List<String> command, Map<String, String> environment, String stdin, Duration limit) {
        Running running = start(command, environment, stdin);
        return running.await(limit);
    }

    static Running start(List<String> command, Map<String, String> environment, String stdin) {
        try {
            Path folder = Files.createTempDirectory("vzguard-it-run");
            Path in = Files.writeString(folder.resolve("in"), stdin);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(in.toFile())
                    .redirectOutput(folder.resolve("out").toFile())
                    .redirectError(folder.resolve("err").toFile());
            builder.environment().putAll(environment);
            return new Running(command, builder.start(), folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command, e);
        }
    }

    /** A program that may still run. */
    public record Running(List<String> command, Process process, Path folder) {
        /** What it printed, once it has ended; it is killed when that takes longer than the limit. */
        public Ran await(Duration limit) {
            try {
                boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
                if (!ended) {
                    process.destroyForcibly().waitFor();
                }
                String out = Files.readString(folder.resolve("out"), StandardCharsets.UTF_8);
                String err = Files.readString(folder.resolve("err"), StandardCharsets.UTF_8);
                for (String name : List.of("in", "out", "err", "")) {
                    Files.delete(folder.resolve(name));
                }
                assertThat(ended)
                        .as("%s did not end within %s; out: %s err: %s", command, limit, out, err)
                        .isTrue();
                return new Ran(command, process.exitValue(), out, err);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    /** This, after a check of its exit code. */
    public Ran exits(int... permitted) {
        assertThat(permitted).as("exit code of %s", this).contains(exit);
        return this;
    }

    /** Standard output as one JSON document. */
    public JsonObject json() {
        return JsonParser.parseString(out).getAsJsonObject();
    }

    @Override
    public String toString() {
        int words = command.size();
        return "... " + String.join(" ", command.subList(Math.max(0, words - 8), words)) + "\nexit " + exit + "\nout: "
                + out + "\nerr: " + err;
    }
}
