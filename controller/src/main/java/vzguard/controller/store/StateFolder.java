package vzguard.controller.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The controller's state folder, mode 0700. {@link #lock} keeps a second controller out; the operating system releases
 * the lock when the process ends, however it ends.
 */
public final class StateFolder {
    /** The CA's certificate, without which there is no CA. */
    public static final String CERTIFICATE = "ca.pem";

    private final Path path;

    private StateFolder(Path path) {
        this.path = path;
    }

    /** Makes the folder when it is missing. @throws StateUnusable when that is impossible */
    public static StateFolder open(Path path) {
        try {
            if (!Files.isDirectory(path)) {
                Files.createDirectories(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException | UnsupportedOperationException e) {
            throw new StateUnusable(
                    "cannot make the state folder " + path + ": " + reason(e) + "; name another one with --state DIR",
                    e);
        }
        if (!Files.isWritable(path)) {
            throw new StateUnusable("cannot write to the state folder " + path
                    + ": no permission; run as its owner, or name another one with --state DIR");
        }
        return new StateFolder(path);
    }

    public Path path() {
        return path;
    }

    public Path database() {
        return path.resolve("controller.db");
    }

    public Path authority() {
        return path.resolve("ca");
    }

    /** Whether there is a CA. */
    public boolean hasAuthority() {
        return Files.exists(authority().resolve(CERTIFICATE));
    }

    /** Makes the folder for the CA, which only its owner can look into. */
    public void makeAuthority() {
        try {
            Files.createDirectory(
                    authority(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            return;
        } catch (IOException e) {
            throw new StateUnusable("cannot make " + authority() + ": " + reason(e) + "; check permissions", e);
        }
    }

    /** Names and contents of the CA's files. @throws StateUnusable when they cannot be read */
    public Map<String, byte[]> authorityFiles() {
        Map<String, byte[]> files = new TreeMap<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(authority(), "*.pem")) {
            for (Path file : all) {
                files.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new StateUnusable("cannot read " + authority() + ": " + reason(e) + "; run as its owner", e);
        }
        return files;
    }

    /** Where {@code init} leaves the token for the first operator. */
    public Path operatorToken() {
        return path.resolve("operator.token");
    }

    /** Claims the folder for one controller. @throws StateUnusable when another one has it */
    public Lock lock() {
        Path file = path.resolve("controller.lock");
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock != null) {
                return new Lock(channel);
            }
            channel.close();
        } catch (IOException e) {
            throw new StateUnusable("cannot lock " + file + ": " + reason(e) + "; check the file system", e);
        }
        throw new StateUnusable("another controller uses the state folder " + path + " (it holds " + file
                + "); stop that one, or name another folder with --state DIR");
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String reason(Exception e) {
        return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
    }

    /** The claim; given back by {@link #close}. */
    public static final class Lock implements AutoCloseable {
        private final FileChannel channel;

        private Lock(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new StateUnusable("cannot give back the lock of the state folder: " + e.getMessage(), e);
            }
        }
    }
}
