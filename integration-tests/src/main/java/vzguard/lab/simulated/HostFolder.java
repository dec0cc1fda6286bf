package vzguard.lab.simulated;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import vzguard.lab.model.FleetSeed;
import vzguard.lab.model.Generation;
import vzguard.lab.model.KernelModules;
import vzguard.values.Ctid;

/** The in-memory file system of one host, with the folders that every Debian host with OpenVZ has. */
final class HostFolder {
    private static final List<String> FOLDERS = List.of(
            "etc/vz/names",
            "etc/network/if-pre-up.d",
            "etc/modules-load.d",
            "proc/sys/kernel/random",
            "sys/module",
            "vz/lock",
            "vz/dump",
            "vz/private",
            "vz/root",
            "tmp",
            "run");
    private static final List<String> VE_FOLDERS =
            List.of("etc/network/if-pre-up.d", "tmp", "run", "root", "usr/sbin", "bin");

    private HostFolder() {}

    static Path create(SimulatedClock clock, Generation generation) {
        FileSystem files = Jimfs.newFileSystem(Configuration.unix().toBuilder()
                .setAttributeViews("basic", "owner", "posix", "unix")
                .setFileTimeSource(() -> FileTime.from(clock.instant()))
                .build());
        Path root = files.getPath("/");
        folders(root, FOLDERS);
        String release = generation.kernel().release();
        String modules = "/lib/modules/" + release;
        folders(
                root,
                List.of(modules.substring(1), generation.kernel().recentFolder().substring(1)));
        StringBuilder names = new StringBuilder();
        KernelModules.of(generation.kernel())
                .all()
                .forEach(module ->
                        names.append("kernel/net/").append(module.name()).append(".ko\n"));
        write(root, modules + "/modules.dep", names.toString());
        if (generation.kernel().listsBuiltIns()) {
            write(root, modules + "/modules.builtin", "");
        }
        write(root, "/proc/sys/kernel/osrelease", release + "\n");
        write(root, "/proc/version", "Linux version " + release + " (lab) #1 SMP\n");
        FleetSeed.links(generation).forEach((link, target) -> link(root, link, target));
        folders(root, List.of("etc/vz/conf"));
        write(root, "/etc/modules", "# /etc/modules: kernel modules to load at boot time.\n");
        return root;
    }

    /** Makes a VE's private area. */
    static Path createVe(Path root, Ctid ctid, Generation generation) {
        Path area = root.resolve(generation.rootOf(ctid).substring(1));
        folders(area, VE_FOLDERS);
        folders(root, List.of("vz/root/" + ctid));
        return area;
    }

    /** Makes a symbolic link, and the folders that lead to it and to its target. */
    static void link(Path root, String name, String target) {
        try {
            Path link = root.resolve(name.substring(1));
            Files.createDirectories(link.getParent());
            Files.createSymbolicLink(link, root.getFileSystem().getPath(target));
            Path folder = link.resolveSibling(target).normalize();
            if (!target.endsWith(".conf")) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void folders(Path root, List<String> names) {
        try {
            for (String name : names) {
                Files.createDirectories(root.resolve(name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file unless it has that text already. */
    static void write(Path root, String name, String text) {
        try {
            Path file = root.resolve(name.substring(1));
            if (Files.exists(file) && Files.readString(file).equals(text)) {
                return;
            }
            Files.writeString(file, text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
