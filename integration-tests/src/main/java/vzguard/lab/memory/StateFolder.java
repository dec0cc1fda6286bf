package vzguard.lab.memory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import vzguard.lab.real.LabException;

/**
 * What a simulated lab has on the disk: one folder of its user, which goes with the lab. Two locks in it tell whether the lab is
 * alive: that of the {@code lab up} that makes it, and that of its server. Both go with their process, however it ends.
 */
record StateFolder(Path path) {
    /** A Unix-domain socket's name has 108 bytes at most, with the end mark. */
    private static final int LONGEST_SOCKET = 107;

    private static final String STARTER = "starter.lock";
    private static final String SERVER = "server.lock";

    /** The folder of the lab of this name, dead or alive. */
    static Optional<StateFolder> find(String name) {
        return StateBases.all().stream()
                .map(base -> base.resolve(name))
                .filter(Files::isDirectory)
                .map(StateFolder::new)
                .findFirst();
    }

    /** A lock that is held until it is closed, or its process ends. */
    record Held(StateFolder folder, FileChannel lock) implements AutoCloseable {
        @Override
        public void close() {
            try {
                lock.close();
            } catch (IOException e) {
                throw new LabException("cannot close a lock in " + folder.path(), e);
            }
        }
    }

    /**
     * Makes the folder, with the starter's lock held from its first moment on.
     *
     * @throws LabException when there is one already, or nowhere to make it
     */
    static Held make(String name) {
        Path path = StateBases.usable().resolve(name);
        StateFolder folder = new StateFolder(path);
        int length = folder.socket().toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_SOCKET) {
            throw new LabException("the lab's socket would be " + folder.socket() + ": " + length
                    + " bytes, and the system takes " + LONGEST_SOCKET
                    + "\n  next: set XDG_RUNTIME_DIR to a folder of yours with a shorter name");
        }
        try {
            Path fresh = Files.createTempDirectory(path.getParent(), ".");
            Held held = new StateFolder(fresh).lock(STARTER).orElseThrow();
            try {
                Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
                return new Held(folder, held.lock());
            } catch (FileSystemException e) {
                held.close();
                new StateFolder(fresh).delete();
                throw new LabException("another vzguard lab up is making lab " + name + " just now", e);
            }
        } catch (IOException e) {
            throw new LabException("cannot make " + path + ": " + e, e);
        }
    }

    /** Taken by the server for its life; empty when another has it. */
    Optional<Held> lockForServer() throws IOException {
        return lock(SERVER);
    }

    private Optional<Held> lock(String name) throws IOException {
        FileChannel file = FileChannel.open(path.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = file.tryLock();
            if (lock != null) {
                return Optional.of(new Held(this, file));
            }
        } catch (OverlappingFileLockException heldByThisProcess) {
            // Then it is held.
        }
        file.close();
        return Optional.empty();
    }

    boolean isStarting() {
        return isHeld(STARTER);
    }

    boolean isServed() {
        return isHeld(SERVER);
    }

    private boolean isHeld(String name) {
        if (!Files.exists(path.resolve(name))) {
            return false;
        }
        try {
            Optional<Held> mine = lock(name);
            mine.ifPresent(Held::close);
            return mine.isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    Path socket() {
        return path.resolve("lab.sock");
    }

    Path log() {
        return path.resolve("server.log");
    }

    /** For whatever the server's libraries unpack. */
    Path temporary() {
        return path.resolve("tmp");
    }

    /** For CLI contexts that are nobody's but this lab's. */
    Path ownConfiguration() {
        return path.resolve("config");
    }

    /** Where the lab's CLI context was written to. */
    Path configuration() throws IOException {
        return Path.of(Files.readString(path.resolve("configuration")).strip());
    }

    void rememberConfiguration(Path folder) throws IOException {
        Files.writeString(path.resolve("configuration"), folder.toAbsolutePath() + "\n");
    }

    /** Only as good as the server's lock is held. */
    long server() throws IOException {
        return Long.parseLong(Files.readString(path.resolve("pid")).strip());
    }

    void rememberServer(long pid) throws IOException {
        Files.writeString(path.resolve("pid"), pid + "\n");
    }

    /** Removes the folder, and the one that it lies in when it was the last there. */
    void delete() throws IOException {
        if (!Files.isDirectory(path)) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
        Path base = path.getParent();
        try (Stream<Path> others = Files.list(base)) {
            if (others.findAny().isPresent()) {
                return;
            }
        }
        Files.deleteIfExists(base);
    }

    /** The end of the server's log. */
    List<String> lastWords(int lines) throws IOException {
        List<String> all = Files.exists(log()) ? Files.readAllLines(log()) : List.of();
        return all.subList(Math.max(0, all.size() - lines), all.size());
    }
}
