package vzguard.agent.apply;

import java.io.UncheckedIOException;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import vzguard.agent.boot.BootFile;
import vzguard.agent.boot.BootLayout;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.model.Place;
import vzguard.agent.tools.VeFiles;
import vzguard.values.Ctid;

/** Own files and links of one place: by Java on the host, by a program of the VE in a VE. */
final class OwnFiles {
    private final Place place;
    private final HostFiles files;
    private final VeFiles veFiles;

    OwnFiles(Place place, HostFiles files, VeFiles veFiles) {
        this.place = place;
        this.files = files;
        this.veFiles = veFiles;
    }

    Optional<String> read(String path) {
        return place.inside().map(ctid -> veFiles.read(ctid, path)).orElseGet(() -> files.read(path));
    }

    /** Where each of these names leads; what is no link is not among them. */
    Map<String, String> links(List<String> paths) {
        if (paths.isEmpty()) {
            return Map.of();
        }
        if (place.inside().isPresent()) {
            return veFiles.links(place.inside().get(), paths);
        }
        Map<String, String> links = new LinkedHashMap<>();
        paths.forEach(path -> files.link(path).ifPresent(target -> links.put(path, target)));
        return links;
    }

    /** How the program that wrote ended; empty where none was needed. */
    Optional<CommandResult> put(BootFile file) {
        if (place.inside().isPresent()) {
            Ctid ctid = place.inside().get();
            return Optional.of(
                    file.kind() == BootFile.Kind.LINK
                            ? veFiles.link(ctid, file.content(), List.of(file.path()))
                            : veFiles.write(ctid, file.path(), file.content(), octal(file.mode())));
        }
        return onHost(() -> {
            if (file.kind() == BootFile.Kind.LINK) {
                files.replaceLink(file.path(), file.content());
            } else {
                files.replace(file.path(), file.content(), file.mode());
                files.ensureMode(file.path(), file.mode());
            }
        });
    }

    /** Makes links that lead to the same name, at once. */
    Optional<CommandResult> link(String target, List<String> paths) {
        return place.inside()
                .map(ctid -> Optional.of(veFiles.link(ctid, target, paths)))
                .orElseGet(() -> onHost(() -> paths.forEach(path -> files.replaceLink(path, target))));
    }

    private static Optional<CommandResult> onHost(Runnable change) {
        try {
            change.run();
            return Optional.empty();
        } catch (UncheckedIOException e) {
            return Optional.of(CommandResult.of(1, "", String.valueOf(e.getMessage())));
        }
    }

    /** Also the directories that were made for them, when nothing is left in them. */
    void remove(List<String> paths) {
        place.inside().ifPresentOrElse(ctid -> veFiles.remove(ctid, paths), () -> removeFromHost(paths));
    }

    private void removeFromHost(List<String> paths) {
        paths.forEach(files::delete);
        for (String made : BootLayout.MADE) {
            boolean ours = paths.stream().anyMatch(path -> path.startsWith(made + "/"));
            if (ours && files.exists(made) && files.list(made).isEmpty()) {
                files.delete(made);
            }
        }
    }

    private static String octal(String mode) {
        int bits = 0;
        for (var permission : PosixFilePermissions.fromString(mode)) {
            bits |= 0400 >> permission.ordinal();
        }
        return String.format("%04o", bits);
    }
}
