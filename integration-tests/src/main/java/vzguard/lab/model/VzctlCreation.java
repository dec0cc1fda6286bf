package vzguard.lab.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code create} and {@code destroy}. A lab host has no templates, so create gets as far as a real one without its
 * template.
 */
final class VzctlCreation {
    private final OpenVzHost host;
    private final Console console;

    VzctlCreation(OpenVzHost host, Console console) {
        this.host = host;
        this.console = console;
    }

    int create(VeId ctid, List<String> options) {
        String area = host.configuration().privateArea(ctid);
        if (host.tree().exists(area)) {
            console.complain("Private area already exists in " + area);
            console.complain("Creation of container private area failed");
            if (host.configuration().ofVe(ctid).isPresent()) {
                warnOfOldConfig();
            }
            return ExitCode.PRIVATE_AREA_EXISTS;
        }
        int at = options.indexOf("--ostemplate");
        String template = at >= 0 && at + 1 < options.size() ? options.get(at + 1) : "default";
        if (host.configuration().ofVe(ctid).isPresent()) {
            warnOfOldConfig();
        }
        console.complain("vztmpl-dl ERROR: template " + template + " not found!");
        console.complain("Cached OS template /vz/template/cache/" + template + ".tar[.gz|.bz2|.xz] not found");
        console.complain("Creation of container private area failed");
        return ExitCode.NO_TEMPLATE;
    }

    private void warnOfOldConfig() {
        console.say("Warning: CT config file already exists, not applying a default config sample.");
        console.say("It might lead to incomplete CT configuration, you can use --applyconfig to fix.");
    }

    int destroy(VeId ctid) {
        if (host.isRunning(ctid)) {
            console.say("Container is currently running. Stop it first.");
            return ExitCode.RUNNING;
        }
        if (host.isMounted(ctid)) {
            host.floor().unmount(ctid.ctid());
        }
        // Once for switching the quota off, once for deleting it.
        console.complain("File /usr/sbin/vzquota not found");
        console.complain("File /usr/sbin/vzquota not found");
        String area = host.configuration().privateArea(ctid);
        String root = host.configuration().rootArea(ctid);
        console.say("Destroying container private area: " + area);
        try {
            delete(host.tree().resolve(area));
            delete(host.tree().resolve(root));
            Path config = host.tree().resolve(HostConfiguration.pathOf(ctid));
            Files.move(
                    config,
                    config.resolveSibling(config.getFileName() + ".destroyed"),
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        console.say("Container private area was destroyed");
        return ExitCode.OK;
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
