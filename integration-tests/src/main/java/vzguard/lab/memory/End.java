package vzguard.lab.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import vzguard.lab.real.CliContext;
import vzguard.lab.real.LabException;

/** Takes a simulated lab down, whatever state it is in. */
final class End {
    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final Duration DEATH = Duration.ofSeconds(5);
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(10).toNanos();

    private End() {}

    /** Returns when its process has ended and nothing of it is left. */
    static void of(String name, StateFolder folder) {
        try {
            if (folder.isServed()) {
                endServer(name, folder);
            }
            if (Files.isRegularFile(folder.path().resolve("configuration"))) {
                new CliContext(name, folder.configuration()).remove();
            }
            folder.delete();
        } catch (IOException e) {
            throw new LabException("cannot remove " + folder.path() + ": " + e, e);
        }
    }

    private static void endServer(String name, StateFolder folder) throws IOException {
        long pid = folder.server();
        Optional<ProcessHandle> server = ProcessHandle.of(pid);
        server.ifPresent(ProcessHandle::destroy);
        if (endsWithin(folder, GRACE)) {
            return;
        }
        server.ifPresent(ProcessHandle::destroyForcibly);
        if (!endsWithin(folder, DEATH)) {
            throw new LabException("the server of lab " + name + ", process " + pid + ", does not end");
        }
    }

    /** By its lock: a process that ended may still be listed, until its parent, init, takes notice. */
    private static boolean endsWithin(StateFolder folder, Duration limit) {
        long begin = System.nanoTime();
        while (folder.isServed()) {
            if (System.nanoTime() - begin > limit.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
        return true;
    }
}
