package vzguard.lab.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The CLI context of a lab: it is the current one while the lab is up, and the one before it comes back afterwards. */
public final class CliContext {
    private final String name;
    private final Path folder;

    CliContext(String lab) {
        this(lab, folder());
    }

    /** @param folder the CLI's contexts */
    public CliContext(String lab, Path folder) {
        this.name = nameFor(lab);
        this.folder = folder;
    }

    public String name() {
        return name;
    }

    static String nameFor(String lab) {
        return "lab-" + lab;
    }

    /** Where the CLI of this user keeps its contexts. */
    public static Path folder() {
        return Optional.ofNullable(System.getenv("VZGUARD_CONFIG"))
                .filter(configured -> !configured.isEmpty())
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getenv().getOrDefault("HOME", "/root"), ".config", "vzguard"));
    }

    /** Enrols an operator from outside the hosts and makes the new context the current one. */
    void logIn(LabDirectory lab, long outside, List<String> java) {
        List<String> command = new ArrayList<>(List.of("nsenter", "--target=" + outside, "--net", "--"));
        command.addAll(java);
        command.addAll(List.of(
                "-jar",
                lab.root().resolve("opt/cli.jar").toString(),
                "login",
                FleetProcesses.ADDRESS,
                "--token-file",
                lab.controller().resolve("operator.token").toString(),
                "--context",
                name));
        publish(() -> Programs.check(command), Optional.of(lab.outsideNetwork()));
    }

    /** @throws LabException when contexts cannot be written */
    public void requireWritable() {
        try {
            Files.createDirectories(folder.resolve("contexts"));
            Files.delete(Files.createTempFile(folder.resolve("contexts"), ".", ""));
        } catch (IOException e) {
            throw new LabException(
                    "cannot write CLI contexts in " + folder + ": " + e
                            + "\n  next: set HOME or VZGUARD_CONFIG to a folder of yours",
                    e);
        }
    }

    /**
     * Has the context written and makes it the current one.
     *
     * @param login logs in under {@link #name}
     * @param namespace the network namespace in which the controller can be reached, when it is not that of everybody
     */
    public void publish(Runnable login, Optional<Path> namespace) {
        Optional<String> before = current().filter(other -> !other.startsWith(nameFor("")));
        login.run();
        try {
            Path own = folder.resolve("contexts").resolve(name);
            if (namespace.isPresent()) {
                Files.writeString(own.resolve("netns"), namespace.get() + "\n");
            }
            if (before.isPresent()) {
                Files.writeString(own.resolve("previous"), before.get() + "\n");
            }
            Files.writeString(folder.resolve("current"), name + "\n");
        } catch (IOException e) {
            throw new LabException("cannot write the CLI context " + name + " in " + folder, e);
        }
    }

    private Optional<String> current() {
        return read(folder.resolve("current"));
    }

    private static Optional<String> read(Path file) {
        try {
            return Files.isRegularFile(file)
                    ? Optional.of(Files.readString(file).strip())
                    : Optional.empty();
        } catch (IOException e) {
            throw new LabException("cannot read " + file, e);
        }
    }

    /** Takes the context away, if it is there; when it was the current one, the one before it becomes so again. */
    public void remove() {
        Path own = folder.resolve("contexts").resolve(name);
        try {
            if (current().equals(Optional.of(name))) {
                Optional<String> before = read(own.resolve("previous"))
                        .filter(other ->
                                Files.isDirectory(folder.resolve("contexts").resolve(other)));
                if (before.isPresent()) {
                    Files.writeString(folder.resolve("current"), before.get() + "\n");
                } else {
                    Files.delete(folder.resolve("current"));
                }
            }
            if (Files.isDirectory(own)) {
                try (Stream<Path> files = Files.list(own)) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
                Files.delete(own);
            }
        } catch (IOException e) {
            throw new LabException("cannot remove the CLI context " + name + " from " + folder, e);
        }
    }
}
