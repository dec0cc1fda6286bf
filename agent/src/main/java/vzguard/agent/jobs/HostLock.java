package vzguard.agent.jobs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Held by whoever changes guards of this host without being asked by the controller: a local verb, or the agent that brings a
 * guard back. Without it the agent could bring back what an administrator is just taking away. Goes with its process.
 */
public final class HostLock implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(HostLock.class.getName());

    private final FileChannel file;

    private HostLock(FileChannel file) {
        this.file = file;
    }

    /**
     * @param stateDirectory the agent's, whose memory of places it guards
     * @return empty when another holds it
     * @throws IOException when the state directory cannot be used
     */
    public static Optional<HostLock> take(Path stateDirectory) throws IOException {
        Path folder = Files.createDirectories(stateDirectory.resolve("places"));
        FileChannel file =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = file.tryLock();
            if (lock != null) {
                return Optional.of(new HostLock(file));
            }
        } catch (OverlappingFileLockException e) {
            LOG.log(Level.FINE, "held by this process", e);
        }
        file.close();
        return Optional.empty();
    }

    /** Until it is closed. */
    boolean isHeld() {
        return file.isOpen();
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the lock of this host's guards cannot be given back", e);
        }
    }
}
