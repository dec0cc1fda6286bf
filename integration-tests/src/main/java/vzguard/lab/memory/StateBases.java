package vzguard.lab.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import vzguard.lab.real.LabException;

/**
 * Where a user's simulated labs may lie: {@code XDG_RUNTIME_DIR}, else the home folder, else, for users without either, the folder
 * for temporary files.
 */
final class StateBases {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private StateBases() {}

    /** All that come into question, the best first. */
    static List<Path> all() {
        Map<String, String> environment = System.getenv();
        List<Path> bases = new ArrayList<>();
        absolute(environment.get("XDG_RUNTIME_DIR")).ifPresent(runtime -> bases.add(runtime.resolve("vzguard-lab")));
        absolute(environment.get("HOME")).ifPresent(home -> bases.add(home.resolve(".local/state/vzguard-lab")));
        bases.add(Path.of(System.getProperty("java.io.tmpdir"), "vzguard-lab-" + user()));
        return bases;
    }

    private static Optional<Path> absolute(@org.jspecify.annotations.Nullable String name) {
        return Optional.ofNullable(name).map(Path::of).filter(Path::isAbsolute);
    }

    private static String user() {
        try {
            return String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException e) {
            return System.getProperty("user.name").replaceAll("[^A-Za-z0-9._-]", "_");
        }
    }

    /**
     * The best one that this user can use; it is there when this returns, and closed to others.
     *
     * @throws LabException when there is none
     */
    static Path usable() {
        List<String> refusals = new ArrayList<>();
        for (Path base : all()) {
            try {
                claim(base);
                return base;
            } catch (IOException e) {
                refusals.add(base + " (" + e.getClass().getSimpleName() + ": " + e.getMessage() + ")");
            }
        }
        throw new LabException("no place for the lab's own folder; tried " + String.join(", ", refusals)
                + "\n  next: set XDG_RUNTIME_DIR or HOME to a folder of yours");
    }

    private static void claim(Path base) throws IOException {
        Path parent = base.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (!Files.isDirectory(base)) {
            Files.createDirectory(base, OWNER_ONLY);
        }
        Path probe = Files.createTempFile(base, ".", "");
        try {
            // Whoever owns the folder could change what is in it.
            if (!Files.getOwner(probe).equals(Files.getOwner(base))) {
                throw new IOException("it belongs to " + Files.getOwner(base));
            }
            Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwx------"));
        } finally {
            Files.delete(probe);
        }
    }
}
