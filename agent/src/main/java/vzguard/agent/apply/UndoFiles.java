package vzguard.agent.apply;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import vzguard.agent.enrol.DurableFile;
import vzguard.agent.model.Family;
import vzguard.agent.model.Place;

/** The files of a {@link Reverter}: what has become of each undo is the ending of its name. */
final class UndoFiles {
    private static final Logger LOG = Logger.getLogger(UndoFiles.class.getName());

    /** What has become of an undo. */
    enum Stage {
        ARMED(".undo"),
        /** Somebody is taking it back. */
        RUNNING(".running"),
        REVERTED(".reverted"),
        CONFIRMED(".confirmed");

        private final String ending;

        Stage(String ending) {
            this.ending = ending;
        }

        boolean isOf(Path file) {
            return file.toString().endsWith(ending);
        }
    }

    private final Path folder;

    UndoFiles(Path folder) {
        this.folder = folder;
    }

    /** A new file, on the disk when this returns. */
    Path write(PendingUndo undo, Family family, int number) {
        String name = prefix(undo.place()) + family.number() + String.format(Locale.ROOT, ".%08x", number);
        Path file = folder.resolve(name + Stage.ARMED.ending);
        try {
            DurableFile.replace(file, undo.text().getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
        return file;
    }

    /** Empty when it has just gone, or is none. */
    Optional<PendingUndo> read(Path file) {
        try {
            return Optional.of(PendingUndo.parse(Files.readString(file, StandardCharsets.ISO_8859_1)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(Level.WARNING, "cannot read " + file, e);
            return Optional.empty();
        }
    }

    List<Path> all() {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
        }
    }

    /** Those of all sites of a place. */
    List<Path> of(Place place, Stage stage) {
        List<String> prefixes =
                place.target().sites().stream().map(UndoFiles::prefix).toList();
        return all().stream()
                .filter(stage::isOf)
                .filter(file -> prefixes.stream().anyMatch(String.valueOf(file.getFileName())::startsWith))
                .toList();
    }

    /** The file under its new name; empty when another was faster. */
    Optional<Path> become(Path file, Stage stage) {
        String name = String.valueOf(file.getFileName());
        Path renamed = file.resolveSibling(name.substring(0, name.lastIndexOf('.')) + stage.ending);
        try {
            Files.move(file, renamed, StandardCopyOption.ATOMIC_MOVE);
            return Optional.of(renamed);
        } catch (IOException e) {
            LOG.log(Level.FINE, "decided by another", e);
            return Optional.empty();
        }
    }

    void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot delete " + file, e);
        }
    }

    private static String prefix(Place place) {
        return place.ctid().map(ctid -> (place.edge() ? "edge-" : "ve-") + ctid).orElse("host") + ".v";
    }
}
