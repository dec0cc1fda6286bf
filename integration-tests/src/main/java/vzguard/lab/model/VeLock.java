package vzguard.lab.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The lock file of one VE: made by link(2), so atomic between any number of programs; the holder's pid in its first line.
 * A second program never waits. A dead holder's file is taken away with a word, one without a number without a word; any
 * live process counts as a holder, be it no vzctl at all.
 */
final class VeLock {
    private final Floor floor;
    private final String name;
    private final Path file;

    VeLock(Floor floor, HostTree tree, String name) {
        this.floor = floor;
        this.name = name;
        this.file = tree.resolve(name);
    }

    /** Takes the lock if it is free: whether it is now this program's. When not, the console has been told who has it. */
    boolean acquire(long pid, Console console) {
        try {
            Path own = file.resolveSibling(file.getFileName() + "." + pid);
            Files.writeString(own, pid + "\n\n");
            try {
                return link(own, console);
            } finally {
                Files.deleteIfExists(own);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean link(Path own, Console console) throws IOException {
        while (true) {
            try {
                Files.createLink(file, own);
                return true;
            } catch (FileAlreadyExistsException e) {
                Optional<String> text = text();
                if (text.isEmpty()) {
                    // Released between the two looks. Whatever is there by now is somebody's lock.
                    continue;
                }
                OptionalLong holder = holder(text.get());
                if (holder.isPresent() && floor.pidAlive(holder.getAsLong())) {
                    console.complain(
                            "Locked by: pid " + holder.getAsLong() + ", cmdline " + floor.cmdline(holder.getAsLong()));
                    console.complain("Container already locked");
                    return false;
                }
                if (holder.isPresent()) {
                    console.say("Removing stale lock file " + name);
                }
                Files.deleteIfExists(file);
            }
        }
    }

    private Optional<String> text() throws IOException {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException released) {
            return Optional.empty();
        }
    }

    private static OptionalLong holder(String text) {
        String first = text.lines().findFirst().orElse("");
        return first.strip().matches("[0-9]{1,9}")
                ? OptionalLong.of(Long.parseLong(first.strip()))
                : OptionalLong.empty();
    }

    void release() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
