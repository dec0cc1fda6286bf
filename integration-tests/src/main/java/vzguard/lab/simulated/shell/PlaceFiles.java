package vzguard.lab.simulated.shell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of one place: a folder of the in-memory file system, with a living {@code /proc} over it. Paths are those of
 * the place; a relative one starts at its root.
 */
public final class PlaceFiles {
    /** Files that the kernel makes up. */
    public interface Proc {
        /** The text of such a file; empty when there is none of that name. */
        Optional<String> read(String path);

        /** Names in such a folder; empty when there is none of that name. */
        Optional<List<String>> list(String path);

        /** A write to such a file: empty when it is not one; else the error, or an empty text when it was taken. */
        Optional<String> write(String path, String text);
    }

    private final Path root;
    private final Proc proc;

    public PlaceFiles(Path root, Proc proc) {
        this.root = root;
        this.proc = proc;
    }

    private static String absolute(String path) {
        String full = path.startsWith("/") ? path : "/" + path;
        return full.length() > 1 && full.endsWith("/") ? full.substring(0, full.length() - 1) : full;
    }

    private Path at(String path) {
        return root.resolve(absolute(path).substring(1)).normalize();
    }

    public Optional<String> read(String path) {
        Optional<String> made = proc.read(absolute(path));
        if (made.isPresent()) {
            return made;
        }
        try {
            Path file = at(path);
            return Files.isRegularFile(file)
                    ? Optional.of(Files.readString(file, StandardCharsets.UTF_8))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** @return empty when it was written, else the kernel's words */
    public Optional<String> write(String path, String text, boolean append) {
        if (path.equals("/dev/null")) {
            return Optional.empty();
        }
        Optional<String> made = proc.write(absolute(path), text);
        if (made.isPresent()) {
            return made.filter(error -> !error.isEmpty());
        }
        if (isDirectory(path)) {
            return Optional.of("Is a directory");
        }
        try {
            if (append) {
                Files.writeString(at(path), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } else {
                Files.writeString(at(path), text);
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("No such file or directory");
        }
    }

    boolean exists(String path) {
        return proc.read(absolute(path)).isPresent()
                || proc.list(absolute(path)).isPresent()
                || Files.exists(at(path), LinkOption.NOFOLLOW_LINKS);
    }

    boolean isDirectory(String path) {
        return proc.list(absolute(path)).isPresent() || Files.isDirectory(at(path));
    }

    public boolean isExecutable(String path) {
        try {
            return Files.isRegularFile(at(path))
                    && Files.getPosixFilePermissions(at(path)).contains(PosixFilePermission.OWNER_EXECUTE);
        } catch (IOException e) {
            return false;
        }
    }

    /** Names in a folder, sorted; none when there is no such folder. */
    public List<String> list(String path) {
        Optional<List<String>> made = proc.list(absolute(path));
        if (made.isPresent() || !Files.isDirectory(at(path))) {
            return made.orElse(List.of());
        }
        try (Stream<Path> entries = Files.list(at(path))) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a symbolic link leads; empty when it is none. */
    Optional<String> link(String path) {
        try {
            return Files.isSymbolicLink(at(path))
                    ? Optional.of(Files.readSymbolicLink(at(path)).toString())
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void makeDirectories(String path) throws IOException {
        Files.createDirectories(at(path));
    }

    void makeDirectory(String path) throws IOException {
        Files.createDirectory(at(path));
    }

    void setMode(String path, String octal) throws IOException {
        int bits = Integer.parseInt(octal, 8);
        StringBuilder text = new StringBuilder();
        for (int i = 8; i >= 0; i--) {
            text.append((bits >> i & 1) == 1 ? "xwr".charAt(i % 3) : '-');
        }
        Files.setPosixFilePermissions(at(path), PosixFilePermissions.fromString(text.toString()));
    }

    void addExecute(String path) throws IOException {
        Set<PosixFilePermission> permissions = new HashSet<>(Files.getPosixFilePermissions(at(path)));
        permissions.addAll(Set.of(
                PosixFilePermission.OWNER_EXECUTE,
                PosixFilePermission.GROUP_EXECUTE,
                PosixFilePermission.OTHERS_EXECUTE));
        Files.setPosixFilePermissions(at(path), permissions);
    }

    /** Makes a symbolic link, in place of what has its name. */
    void makeLink(String target, String path) throws IOException {
        Files.deleteIfExists(at(path));
        Files.createSymbolicLink(at(path), root.getFileSystem().getPath(target));
    }

    void move(String from, String to) throws IOException {
        Path target = isDirectory(to) ? at(to).resolve(at(from).getFileName().toString()) : at(to);
        Files.move(at(from), target, StandardCopyOption.REPLACE_EXISTING);
    }

    void copy(String from, String to) throws IOException {
        Path target = isDirectory(to) ? at(to).resolve(at(from).getFileName().toString()) : at(to);
        Files.copy(at(from), target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    }

    void delete(String path, boolean recursive) throws IOException {
        if (!recursive) {
            Files.delete(at(path));
            return;
        }
        Files.walkFileTree(at(path), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Existing paths for a pattern, sorted; patterns stand in any part of the path. */
    List<String> matching(String pattern) {
        List<String> found = List.of(pattern.startsWith("/") ? "/" : "");
        for (String part : pattern.split("/")) {
            if (part.isEmpty()) {
                continue;
            }
            found = found.stream().flatMap(folder -> step(folder, part)).toList();
        }
        return found;
    }

    private Stream<String> step(String folder, String part) {
        String prefix = folder.isEmpty() || folder.endsWith("/") ? folder : folder + "/";
        return list(folder.isEmpty() ? "/" : folder).stream()
                .filter(name -> Glob.matches(part, name) && (part.startsWith(".") || !name.startsWith(".")))
                .map(name -> prefix + name);
    }
}
