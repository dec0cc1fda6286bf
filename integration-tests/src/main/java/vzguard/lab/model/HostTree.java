package vzguard.lab.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files of one host by their paths there. Links are followed inside the host's tree, as if it were {@code /}: an
 * absolute link never leads out of it.
 */
final class HostTree {
    private static final int MOST_LINKS = 40;

    private final Path root;

    HostTree(Path root) {
        this.root = root;
    }

    /** Where a path of the host really is: every link on the way, the last one too, is followed. */
    Path resolve(String path) {
        return resolve(path, 0);
    }

    private Path resolve(String path, int links) {
        Path at = root;
        String[] parts = path.split("/");
        for (int i = 0; i < parts.length; i++) {
            if (parts[i].isEmpty() || parts[i].equals(".")) {
                continue;
            }
            at = parts[i].equals("..") ? (at.equals(root) ? root : parent(at)) : at.resolve(parts[i]);
            if (Files.isSymbolicLink(at)) {
                if (links >= MOST_LINKS) {
                    throw new UncheckedIOException(new IOException("too many links: " + path));
                }
                String target = linkText(at);
                String base = target.startsWith("/") ? "" : "/" + root.relativize(parent(at)) + "/";
                String rest = String.join("/", List.of(parts).subList(i + 1, parts.length));
                return resolve(base + target + "/" + rest, links + 1);
            }
        }
        return at;
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        return parent == null ? path : parent;
    }

    private static String linkText(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean exists(String path) {
        return Files.exists(resolve(path), LinkOption.NOFOLLOW_LINKS);
    }

    /** The file's text, or empty when there is no such file. Bytes that are not UTF-8 survive a rewrite. */
    Optional<String> read(String path) {
        try {
            return Optional.of(Files.readString(resolve(path), StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces a file behind its links by way of PATH.tmp, as vzctl does; the mode stays, a new file has 0644. */
    void replace(String path, String text) {
        try {
            Path target = resolve(path);
            Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
            Files.writeString(temporary, text, StandardCharsets.ISO_8859_1);
            Files.setPosixFilePermissions(
                    temporary,
                    Files.exists(target)
                            ? Files.getPosixFilePermissions(target)
                            : PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes a file, if it is there. */
    void delete(String path) {
        try {
            Files.deleteIfExists(resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file with the folders that lead to it. */
    void write(String path, String text) {
        try {
            Path file = resolve(path);
            Files.createDirectories(parent(file));
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a symbolic link; its text is the target as given. */
    void link(String path, String target) {
        try {
            Path link = resolve(path);
            Files.createSymbolicLink(link, link.getFileSystem().getPath(target));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names in a folder, sorted; none when there is no such folder. */
    List<String> list(String folder) {
        Path path = resolve(folder);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
