package vzguard.lab.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Names of VEs: links in {@code /etc/vz/names} to configurations. A name may hold blanks, be all digits (then the number
 * wins and the name is never found) or be empty (then no link is made); a quotation mark is refused.
 */
final class VeNames {
    private static final String FOLDER = "/etc/vz/names";

    private final HostTree tree;

    VeNames(HostTree tree) {
        this.tree = tree;
    }

    static boolean isPermitted(String name) {
        return name.indexOf('"') < 0 && name.indexOf('/') < 0;
    }

    Optional<VeId> find(String name) {
        if (name.isEmpty() || name.indexOf('/') >= 0) {
            return Optional.empty();
        }
        Path link = tree.resolve(FOLDER).resolve(name);
        if (!Files.isSymbolicLink(link)) {
            return Optional.empty();
        }
        try {
            String target = String.valueOf(Files.readSymbolicLink(link).getFileName());
            String id = target.endsWith(".conf") ? target.substring(0, target.length() - ".conf".length()) : "";
            return VeId.number(id).or(() -> VeId.uuid(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives a VE a new name in place of its old one. The caller has seen that no other VE has it. */
    void assign(VeId ctid, Optional<String> old, String name) {
        try {
            Path folder = tree.resolve(FOLDER);
            Files.createDirectories(folder);
            if (old.isPresent() && find(old.get()).equals(Optional.of(ctid))) {
                Files.deleteIfExists(folder.resolve(old.get()));
            }
            if (!name.isEmpty()) {
                Files.deleteIfExists(folder.resolve(name));
                Files.createSymbolicLink(
                        folder.resolve(name), folder.getFileSystem().getPath(HostConfiguration.pathOf(ctid)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
