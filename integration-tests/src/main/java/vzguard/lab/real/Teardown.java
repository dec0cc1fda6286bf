package vzguard.lab.real;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Takes a lab down from outside, whatever state it is in. Its processes are known by the variable {@value #MARK} in the
 * environment they were started with, so neither other labs nor other processes can be hit; the namespaces go with them.
 */
final class Teardown {
    /** Names the lab's directory in the environment of its server, inits and controller. */
    static final String MARK = "VZGUARD_LAB";

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(10).toNanos();

    private final LabDirectory lab;

    Teardown(LabDirectory lab) {
        this.lab = lab;
    }

    /** Whether there was anything to take down. */
    boolean run() {
        boolean found = lab.exists();
        long end = System.nanoTime() + LIMIT.toNanos();
        for (List<ProcessHandle> alive = processes(); !alive.isEmpty(); alive = processes()) {
            found = true;
            alive.forEach(ProcessHandle::destroyForcibly);
            if (System.nanoTime() - end > 0) {
                throw new LabException("processes of lab " + lab.name() + " do not end: "
                        + alive.stream().map(ProcessHandle::pid).toList());
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
        for (Path mount : mounts()) {
            Programs.check(List.of("umount", "-l", mount.toString()));
        }
        new CliContext(lab.name()).remove();
        try {
            Files.deleteIfExists(lab.root());
            Path all = lab.root().getParent();
            if (all != null && Files.isDirectory(all) && isEmpty(all)) {
                Files.deleteIfExists(all);
            }
        } catch (IOException e) {
            throw new LabException("cannot remove " + lab.root(), e);
        }
        return found;
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    private List<ProcessHandle> processes() {
        String mark = MARK + "=" + lab.root();
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> environmentHas(process.pid(), mark))
                .toList();
    }

    private static boolean environmentHas(long pid, String mark) {
        try {
            String environment = Files.readString(Path.of("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1);
            return List.of(environment.split("\0")).contains(mark);
        } catch (IOException goneOrNotOurs) {
            return false;
        }
    }

    /** The lab's mounts of this mount namespace, the innermost first. */
    private List<Path> mounts() {
        try {
            List<Path> mounts = new ArrayList<>();
            for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1)) {
                Path at = Path.of(line.split(" ")[4]);
                if (at.startsWith(lab.root())) {
                    mounts.add(0, at);
                }
            }
            return mounts;
        } catch (IOException e) {
            throw new LabException("cannot read the mounts", e);
        }
    }
}
