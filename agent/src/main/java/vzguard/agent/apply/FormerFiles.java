package vzguard.agent.apply;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import vzguard.agent.enrol.DurableFile;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;

/**
 * What the host's configs were before vzguard changed them, in {@code former/} of the state directory, one file for each: so
 * that they can be put back byte for byte when vzguard goes. Safe for use by many threads.
 */
public final class FormerFiles {
    private static final String MODE = "rw-r--r--";

    private final HostFiles files;
    private final Path folder;

    public FormerFiles(HostFiles files, Path stateDirectory) {
        this.files = files;
        this.folder = stateDirectory.resolve("former");
    }

    /**
     * Call before vzguard changes a file, and again when it is known what has become of it.
     *
     * @param becomes its new content; empty while it is not known
     * @throws UncheckedIOException when it cannot be kept: then the file may not be changed
     */
    synchronized void changing(String path, Optional<String> becomes) {
        Optional<String> now = files.read(path);
        Former kept = read(path)
                .flatMap(former -> former.takenBack(now)
                        .map(before -> new Former(path, before.text(), former.inFolder(), becomes)))
                // What others made of it meanwhile is theirs.
                .orElseGet(() -> new Former(path, now, files.exists(parent(path)), becomes));
        write(kept);
    }

    /** Call after vzguard changed a file of which it did not know what it would become. */
    synchronized void changed(String path) {
        read(path).ifPresent(former -> write(new Former(path, former.before(), former.inFolder(), files.read(path))));
    }

    /** Files of which a former content is kept. */
    synchronized List<String> paths() {
        return all().stream().map(Former::path).toList();
    }

    /**
     * Puts files back; what others have changed in them since stays. Twice is as once.
     *
     * @return which were put back
     */
    synchronized PutBack putBack(Predicate<String> paths) {
        PutBack done = new PutBack(new ArrayList<>(), new ArrayList<>());
        for (Former former : all()) {
            if (paths.test(former.path())) {
                putBack(former, done);
            }
        }
        return done;
    }

    /**
     * @param files that were put back
     * @param causes why others were not
     */
    public record PutBack(List<String> files, List<Cause> causes) {}

    private void putBack(Former former, PutBack done) {
        String path = former.path();
        Optional<String> now = files.read(path);
        // The VE was destroyed or went to another host, its config with it: nothing of vzguard's is left.
        Optional<Former.Content> wanted = now.isEmpty() ? Optional.of(new Former.Content(now)) : former.takenBack(now);
        if (wanted.isEmpty()) {
            done.causes()
                    .add(Cause.of(
                            CauseCode.CHANGED_BY_OTHERS,
                            path + " was changed by others in the same lines since vzguard changed it, and stays",
                            "compare it with " + file(path)));
            return;
        }
        try {
            if (!wanted.get().text().equals(now)) {
                bring(former, wanted.get());
                done.files().add(path);
            }
            DurableFile.delete(file(path));
        } catch (IOException | UncheckedIOException e) {
            done.causes().add(Cause.of(CauseCode.PROGRAM_FAILED, String.valueOf(e.getMessage()), ""));
        }
    }

    private void bring(Former former, Former.Content wanted) {
        if (wanted.text().isPresent()) {
            files.replace(former.path(), wanted.text().get(), MODE);
            return;
        }
        files.delete(former.path());
        if (!former.inFolder() && files.list(parent(former.path())).isEmpty()) {
            files.delete(parent(former.path()));
        }
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(1, path.lastIndexOf('/')));
    }

    private Path file(String path) {
        return folder.resolve(path.substring(1).replace("_", "__").replace('/', '_'));
    }

    private Optional<Former> read(String path) {
        return read(file(path));
    }

    private static Optional<Former> read(Path file) {
        try {
            return Optional.of(Former.parse(Files.readString(file, StandardCharsets.ISO_8859_1)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        } catch (IllegalArgumentException e) {
            throw new UncheckedIOException(new IOException("cannot read " + file + ": " + e.getMessage(), e));
        }
    }

    private List<Former> all() {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
                    .sorted()
                    .flatMap(file -> read(file).stream())
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
        }
    }

    private void write(Former former) {
        try {
            DurableFile.replace(file(former.path()), former.text().getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file(former.path()) + ": " + e.getMessage(), e);
        }
    }
}
