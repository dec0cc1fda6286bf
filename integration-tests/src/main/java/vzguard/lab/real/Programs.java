package vzguard.lab.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs of the machine to their end. */
final class Programs {
    private static final long LIMIT_SECONDS = 120;

    private Programs() {}

    /** What a program printed (both streams together) and how it ended. */
    record Result(int exit, String output) {}

    static Result run(List<String> command) {
        return run(command, ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    }

    private static Result run(List<String> command, ProcessBuilder.Redirect input) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(input)
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new LabException(String.join(" ", command) + " did not end within " + LIMIT_SECONDS + " s");
            }
            return new Result(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command.get(0), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while " + command.get(0) + " ran");
        }
    }

    /** As {@link #run}, and an exit code other than 0 is an error that quotes what the program printed. */
    static String check(List<String> command) {
        Result result = run(command);
        if (result.exit() != 0) {
            throw new LabException(String.join(" ", command) + ": exit " + result.exit() + "\n"
                    + result.output().strip());
        }
        return result.output();
    }
}
