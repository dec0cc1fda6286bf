package vzguard.it.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import vzguard.lab.model.Trap;
import vzguard.lab.real.RealLab;

/** A real lab's hosts without controller, agents and CLI. Everything is gone when it is closed. */
public final class BareLab implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final String name;
    private final Path configuration;
    private final RealLab lab;
    private final Thread lastResort = new Thread(this::down);

    private BareLab(String name, Path configuration, RealLab lab) {
        this.name = name;
        this.configuration = configuration;
        this.lab = lab;
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** @param options further ones of {@code lab up} */
    public static BareLab up(String name, int hosts, int ves, String... options) {
        Fleet.assumeRoot();
        Path configuration = Fleet.temporaryFolder();
        List<String> command =
                new ArrayList<>(List.of("up", "--name", name, "--hosts", "" + hosts, "--ves", "" + ves, "--no-fleet"));
        command.addAll(List.of(options));
        Ran up = LabCommands.run(configuration, command.toArray(String[]::new));
        if (up.exit() != 0) {
            LabCommands.run(configuration, "down", "--name", name);
        }
        up.exits(0);
        return new BareLab(name, configuration, RealLab.attach(name).orElseThrow());
    }

    /** The complete jar of a module, as built. */
    public static Path jar(String module) {
        try (Stream<Path> files = Files.list(Path.of("..", module, "target"))) {
            return files.filter(file -> file.getFileName().toString().matches(module + "-.*-all\\.jar"))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A line of shell in HOST or HOST/CTID, its two streams apart. */
    public Ran run(String place, String line) {
        return Ran.of(lab.execCommand(place, List.of("bash", "-c", line)), Map.of(), "", LIMIT);
    }

    /** Sets a trap on HOST or HOST/CTID, as {@code lab trap} does. */
    public void set(Trap trap, String place) {
        line(trap, trap.line(), place);
    }

    /** Takes a trap away that can be. */
    public void undo(Trap trap, String place) {
        line(trap, trap.undo().orElseThrow(), place);
    }

    private void line(Trap trap, String line, String place) {
        String[] parts = place.split("/", 2);
        List<String> command = List.of("sh", "-c", line, "sh", parts.length > 1 ? parts[1] : "");
        Ran.of(lab.execCommand(trap.where() == Trap.Where.VE ? place : parts[0], command), Map.of(), "", LIMIT)
                .exits(0);
    }

    public void write(String place, String path, String text) {
        feed(place, path, text.getBytes(StandardCharsets.UTF_8));
    }

    public void copy(String place, String path, Path from) {
        try {
            feed(place, path, Files.readAllBytes(from));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void feed(String place, String path, byte[] content) {
        List<String> command =
                new ArrayList<>(List.of("bash", "-c", "mkdir -p \"$(dirname \"$1\")\" && cat >\"$1\"", "bash", path));
        try {
            Process process = new ProcessBuilder(lab.execCommand(place, command))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (var in = process.getOutputStream()) {
                in.write(content);
            }
            if (process.waitFor() != 0) {
                throw new IllegalStateException("cannot write " + path + " in " + place);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(lastResort);
        down().exits(0);
    }

    private Ran down() {
        Ran down = LabCommands.run(configuration, "down", "--name", name);
        Fleet.deleteFolder(configuration);
        return down;
    }
}
