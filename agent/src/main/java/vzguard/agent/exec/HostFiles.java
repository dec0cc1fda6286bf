package vzguard.agent.exec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The host's files, under a root: "/" in production, a directory or an in-memory file system in tests and labs. Names
 * are absolute ("/etc/vz/vz.conf"); symbolic links, absolute ones too, are followed inside the root.
 *
 * <p>Never used for paths inside a VE's root: those are hostile.
 */
public final class HostFiles {
    private static final int MAX_LINKS = 40;

    private final Path root;
    private final Kernel kernel;

    public HostFiles(Path root) {
        this(root, HostFiles::tell);
    }

    /** With files below {@code /proc} that are no files. */
    public HostFiles(Path root, Kernel kernel) {
        this.root = root;
        this.kernel = kernel;
    }

    /** What takes a text that is written into a file of the kernel's making. */
    @FunctionalInterface
    public interface Kernel {
        /**
         * Opens what is there, asks, and writes once.
         *
         * @param still asked when it is open; otherwise nothing is written
         * @throws IOException when there is no such file, or it does not take the text
         */
        void tell(Path file, String text, BooleanSupplier still) throws IOException;
    }

    private static void tell(Path file, String text, BooleanSupplier still) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (!still.getAsBoolean()) {
                throw new IOException(file + " is another one by now");
            }
            // The kernel reads one command from each write.
            channel.write(java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
        }
    }

    /**
     * Writes a text into a file of the kernel's making, by one write; nothing is made.
     *
     * @param still asked when the file is open: whether it is still the one that was meant; otherwise nothing is written
     * @return false when it was not taken
     */
    public boolean tell(String name, String text, BooleanSupplier still) {
        try {
            kernel.tell(real(name), text, still);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The text of a file; empty when there is none or it cannot be read. ISO 8859-1, so that every byte survives. */
    public Optional<String> read(String name) {
        try {
            return Optional.of(new String(Files.readAllBytes(real(name)), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    public boolean exists(String name) {
        try {
            return Files.exists(real(name));
        } catch (IOException e) {
            return false;
        }
    }

    public boolean isExecutable(String name) {
        try {
            return Files.getPosixFilePermissions(real(name)).contains(PosixFilePermission.OWNER_EXECUTE);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Names in a directory, sorted; none when there is no such directory. */
    public List<String> list(String directory) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(real(directory))) {
            entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
        } catch (IOException e) {
            return List.of();
        }
        names.sort(null);
        return List.copyOf(names);
    }

    /** When a file was last modified; empty when there is none. */
    public Optional<Instant> modified(String name) {
        try {
            return Optional.of(Files.getLastModifiedTime(real(name)).toInstant());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** When a name last was given to a file, or to the link that it is; empty when there is none. */
    public Optional<Instant> made(String name) {
        try {
            return Optional.of(Files.getLastModifiedTime(leaf(name), LinkOption.NOFOLLOW_LINKS)
                    .toInstant());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The name behind all symbolic links; the name itself when it cannot be resolved. */
    public String realName(String name) {
        try {
            return "/" + root.relativize(real(name));
        } catch (IOException e) {
            return name;
        }
    }

    /**
     * Gives a file a new content, atomically, behind its symbolic links, with its mode and owner kept; a new file gets
     * {@code mode} ("rw-r--r--") and its directories are made. The content is on the disk when this returns.
     *
     * @return false when the file had that content and, where it is new, that mode already: nothing was written
     * @throws UncheckedIOException when it cannot be written; the file is then as it was
     */
    public boolean replace(String name, String content, String mode) {
        try {
            Path file = real(name);
            byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
            if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), bytes)) {
                return false;
            }
            Path directory = Files.createDirectories(parent(file));
            Path temporary = directory.resolve("." + file.getFileName() + ".vzguard-new");
            try {
                write(temporary, bytes);
                keepAttributes(file, temporary, PosixFilePermissions.fromString(mode));
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + name + ": " + e.getMessage(), e);
        }
    }

    /** Gives a file a mode ("rwxr-xr-x"); false when it had it, or where the file system has no modes. */
    public boolean ensureMode(String name, String mode) {
        try {
            Path file = real(name);
            Set<PosixFilePermission> wanted = PosixFilePermissions.fromString(mode);
            PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            if (view == null || view.readAttributes().permissions().equals(wanted)) {
                return false;
            }
            view.setPermissions(wanted);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot set the mode of " + name + ": " + e.getMessage(), e);
        }
    }

    /** Where a symbolic link leads, as it stands there; empty when it is none. */
    public Optional<String> link(String name) {
        try {
            return Optional.of(Files.readSymbolicLink(leaf(name)).toString());
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    /**
     * Makes a symbolic link, atomically, in place of what has its name; its directories are made.
     *
     * @throws UncheckedIOException when it cannot be made; what had its name is then as it was
     */
    public void replaceLink(String name, String target) {
        try {
            Path link = leaf(name);
            Path directory = Files.createDirectories(parent(link));
            Path temporary = directory.resolve("." + link.getFileName() + ".vzguard-new");
            try {
                Files.deleteIfExists(temporary);
                Files.createSymbolicLink(temporary, root.getFileSystem().getPath(target));
                Files.move(temporary, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the link " + name + ": " + e.getMessage(), e);
        }
    }

    /** The name itself in its real directory. */
    private Path leaf(String name) throws IOException {
        int slash = name.lastIndexOf('/');
        return real(name.substring(0, Math.max(1, slash))).resolve(name.substring(slash + 1));
    }

    /** Deletes a file; false when there was none. */
    public boolean delete(String name) {
        try {
            return Files.deleteIfExists(under(name));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + name + ": " + e.getMessage(), e);
        }
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    private static void keepAttributes(Path old, Path fresh, Set<PosixFilePermission> ifNew) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(fresh, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        if (!Files.exists(old)) {
            view.setPermissions(ifNew);
            return;
        }
        PosixFileAttributes kept = Files.readAttributes(old, PosixFileAttributes.class);
        PosixFileAttributes made = Files.readAttributes(fresh, PosixFileAttributes.class);
        if (!kept.owner().equals(made.owner())) {
            view.setOwner(kept.owner());
        }
        if (!kept.group().equals(made.group())) {
            view.setGroup(kept.group());
        }
        view.setPermissions(kept.permissions());
    }

    private Path under(String name) {
        if (!name.startsWith("/")) {
            throw new IllegalArgumentException("not an absolute name: " + name);
        }
        return root.resolve(name.substring(1)).normalize();
    }

    /** Follows symbolic links component by component, so that absolute ones stay under the root. */
    private Path real(String name) throws IOException {
        Path path = under(name);
        for (int links = 0; links <= MAX_LINKS; links++) {
            Path link = firstLink(path);
            if (link == null) {
                return path;
            }
            Path target = Files.readSymbolicLink(link);
            Path rest = link.relativize(path);
            Path resolved = target.isAbsolute()
                    ? root.resolve(target.toString().substring(1))
                    : parent(link).resolve(target);
            path = resolved.resolve(rest).normalize();
            if (!path.startsWith(root)) {
                throw new NoSuchFileException(name, null, "its link leads outside");
            }
        }
        throw new FileSystemLoopException(name);
    }

    private @org.jspecify.annotations.Nullable Path firstLink(Path path) {
        Path current = root;
        for (Path component : root.relativize(path)) {
            current = current.resolve(component);
            // What /proc shows as links ("self", "net") is the kernel's business.
            if (Files.isSymbolicLink(current) && !current.startsWith(root.resolve("proc"))) {
                return current;
            }
        }
        return null;
    }

    private static Path parent(Path file) throws NotDirectoryException {
        Path parent = file.getParent();
        if (parent == null) {
            throw new NotDirectoryException(file.toString());
        }
        return parent;
    }
}
