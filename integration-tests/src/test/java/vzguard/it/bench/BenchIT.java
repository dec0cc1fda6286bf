package vzguard.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Agents, a controller and the bare loop as processes of their own, killed and come back: every agent is connected again, and
 * every figure was measured. How long anything took is not looked at.
 */
class BenchIT {
    private static final List<String> BESIDE_THE_BARE_LOOP = List.of(
            "connect all, reported",
            "all back after kill -9",
            "live heap an agent",
            "resident memory",
            "no-op job to all, durable",
            "no-op job, controller CPU each");

    @TempDir
    Path folder = Path.of("");

    @Test
    void everyFigureIsMeasured() throws Exception {
        Path output = folder.resolve("figures.json");
        Path errors = folder.resolve("errors");
        int exit = run(output, errors, "--agents", "40", "--ves", "2", "--idle", "1", "-o", "json");
        assertThat(exit).as(Files.readString(errors)).isIn(0, 1);
        JsonObject document = JsonParser.parseString(Files.readString(output)).getAsJsonObject();
        assertThat(document.get("agents").getAsInt()).isEqualTo(40);
        Map<String, JsonObject> figures = new TreeMap<>();
        for (JsonElement figure : document.getAsJsonArray("figures")) {
            figures.put(figure.getAsJsonObject().get("name").getAsString(), figure.getAsJsonObject());
        }
        assertThat(figures).containsKeys("guard of all hosts", "guard of all VEs", "first no-op job to all");
        for (String name : BESIDE_THE_BARE_LOOP) {
            JsonObject figure = Objects.requireNonNull(figures.get(name), name);
            assertThat(figure.get("value").getAsDouble()).as(name).isPositive();
            assertThat(figure.get("bareLoop").getAsDouble()).as(name).isPositive();
        }
    }

    @Test
    void whatIsNotPermittedIsSaidBeforeAnythingIsStarted() throws Exception {
        Path errors = folder.resolve("errors");
        assertThat(run(folder.resolve("nothing"), errors, "--agents", "0")).isEqualTo(2);
        assertThat(Files.readString(errors, StandardCharsets.UTF_8)).isEqualTo("--agents 0 (permitted: 1-10000)\n");
    }

    private static int run(Path output, Path errors, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-jar",
                jar().toString(),
                "bench"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectOutput(Redirect.to(output.toFile()))
                .redirectError(Redirect.to(errors.toFile()))
                .start()
                .waitFor();
    }

    private static Path jar() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(
                            file -> file.getFileName().toString().matches("integration-tests-[^-]+(-SNAPSHOT)?\\.jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
