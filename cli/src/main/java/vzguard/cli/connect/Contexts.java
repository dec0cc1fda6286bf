package vzguard.cli.connect;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import vzguard.cli.outcome.CommandFailed;
import vzguard.cli.outcome.ExitCode;

/**
 * The contexts of one user: a folder each, {@code contexts/NAME/{address,ca.pem,cert.pem,key.pem}}, and a file
 * {@code current} with the name of the one in use. Plain files, so that a shell can read them. A further file {@code netns}
 * (path of a network namespace) is read by the launcher only.
 */
public final class Contexts {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Set<PosixFilePermission> OWNER_READS =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final Path root;

    public Contexts(Path root) {
        this.root = root;
    }

    /** The folder that VZGUARD_CONFIG names, else {@code ~/.config/vzguard}. */
    public static Contexts of(Map<String, String> environment) {
        String configured = environment.getOrDefault("VZGUARD_CONFIG", "");
        return new Contexts(
                configured.isEmpty()
                        ? Path.of(environment.getOrDefault("HOME", "/root"), ".config", "vzguard")
                        : Path.of(configured));
    }

    /** Names of all contexts, sorted. */
    public List<String> names() {
        Path folder = root.resolve("contexts");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> entry.getFileName().toString())
                    .filter(name -> NAME.matcher(name).matches())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    /** The context in use when no other is asked for. */
    public Optional<String> current() {
        Path file = root.resolve("current");
        return Files.exists(file) ? Optional.of(read(file)).filter(name -> !name.isEmpty()) : Optional.empty();
    }

    /** @throws CommandFailed when there is no context of that name */
    public void use(String name) {
        load(name);
        write(root, "current", name + "\n");
    }

    /** @throws CommandFailed (bad input) when it is not there or a file of it is missing */
    public Context load(String name) {
        Path folder = root.resolve("contexts").resolve(checked(name));
        if (!Files.isDirectory(folder)) {
            throw CommandFailed.badInput("no context \"" + name + "\" in " + root + " (there "
                    + (names().isEmpty() ? "is none" : "are: " + String.join(", ", names()))
                    + ")\n  next: vzguard login ADDRESS --token-file FILE --context " + name);
        }
        for (String file : List.of("address", "ca.pem", "cert.pem", "key.pem")) {
            if (!Files.isReadable(folder.resolve(file))) {
                throw CommandFailed.badInput(
                        "context \"" + name + "\" is not complete: cannot read " + folder.resolve(file)
                                + "\n  next: log in again (vzguard login) or choose another (vzguard context list)");
            }
        }
        return new Context(
                name,
                Address.parse(read(folder.resolve("address"))).toString(),
                folder.resolve("ca.pem"),
                folder.resolve("cert.pem"),
                folder.resolve("key.pem"));
    }

    /**
     * The context to talk to: the one asked for on the command line, else VZGUARD_CONTEXT, else the current one.
     *
     * @param asked empty when none was asked for
     * @throws CommandFailed (bad input) when none is chosen or it cannot be read
     */
    public Context choose(String asked, Map<String, String> environment) {
        if (!asked.isEmpty()) {
            return load(asked);
        }
        String preset = environment.getOrDefault("VZGUARD_CONTEXT", "");
        if (!preset.isEmpty()) {
            return load(preset);
        }
        return load(
                current()
                        .orElseThrow(
                                () -> CommandFailed.badInput(
                                        "not logged in to any controller: no context in " + root
                                                + "\n  next: vzguard login ADDRESS --token-file FILE, or, to try vzguard out: vzguard lab up")));
    }

    /** Writes a context, replacing one of the same name, and makes it the current one. The key is readable by its owner only. */
    public void save(String name, String address, String authorities, String certificate, String key) {
        Path folder = root.resolve("contexts").resolve(checked(name));
        // The address comes last: without it the folder is no complete context.
        write(folder, "key.pem", key);
        write(folder, "cert.pem", certificate);
        write(folder, "ca.pem", authorities);
        write(folder, "address", address + "\n");
        write(root, "current", name + "\n");
    }

    /** @throws CommandFailed (bad input) when the name cannot be that of a context */
    public static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw CommandFailed.badInput("\"" + name
                    + "\" is no context name (permitted: 1-63 letters, digits, dots, dashes and underscores)");
        }
        return name;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static void write(Path folder, String name, String text) {
        try {
            Files.createDirectories(folder);
            Path fresh =
                    Files.createTempFile(folder, "." + name, "", PosixFilePermissions.asFileAttribute(OWNER_READS));
            Files.write(fresh, text.getBytes(StandardCharsets.UTF_8));
            Files.move(
                    fresh, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.FAILED, "cannot write " + folder.resolve(name) + ": " + e);
        }
    }

    private static CommandFailed unreadable(Path file, IOException e) {
        return new CommandFailed(ExitCode.FAILED, "cannot read " + file + ": " + e);
    }
}
