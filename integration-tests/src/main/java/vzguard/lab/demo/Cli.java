package vzguard.lab.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import vzguard.lab.demo.Stage.Result;
import vzguard.lab.demo.Stage.StageFailure;

/** The command line as a user starts it: the launcher of the checkout, with a context. */
final class Cli {
    private final Path launcher;
    private final String context;
    private final Map<String, String> environment;

    Cli(Path checkout, String context, Map<String, String> environment) {
        this.launcher = checkout.resolve("vzguard");
        this.context = context;
        this.environment = Map.copyOf(environment);
    }

    Result run(String... arguments) throws StageFailure {
        return run(start(false, arguments), line -> {});
    }

    /** As {@link #run}, and every line of standard output is shown as it comes. */
    Result runLive(PrintStream show, String... arguments) throws StageFailure {
        return run(start(true, arguments), line -> show.println("  " + line));
    }

    private Process start(boolean errorsShown, String... arguments) throws StageFailure {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("VZGUARD_CONTEXT", context);
        builder.environment().putAll(environment);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        if (errorsShown) {
            builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        }
        try {
            return builder.start();
        } catch (IOException e) {
            throw new StageFailure("cannot start " + launcher, e);
        }
    }

    private static Result run(Process process, Consumer<String> each) throws StageFailure {
        CompletableFuture<String> errors = CompletableFuture.supplyAsync(() -> {
            try {
                return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                return "";
            }
        });
        StringBuilder out = new StringBuilder();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.append(line).append('\n');
                each.accept(line);
            }
            return new Result(process.waitFor(), out.toString(), errors.join());
        } catch (IOException e) {
            throw new StageFailure("lost the output of the command line", e);
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new StageFailure("interrupted", e);
        }
    }
}
