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
import vzguard.lab.model.KernelModules;

/** The in-memory file system of one host, with the folders that every Debian host with OpenVZ has. */
final class HostFolder {
    static final String KERNEL = "2.6.32-042stab061.2";

    private static final List<String> FOLDERS = List.of(
            "etc/vz/conf",
            "etc/vz/names",
            "etc/network/if-pre-up.d",
            "etc/modules-load.d",
            "proc/net/xt_recent",
            "proc/sys/kernel/random",
            "sys/module",
            "lib/modules/" + KERNEL,
            "vz/lock",
            "vz/dump",
            "vz/private",
            "vz/root",
            "tmp",
            "run");
    private static final List<String> VE_FOLDERS =
            List.of("etc/network/if-pre-up.d", "tmp", "run", "root", "usr/sbin", "bin");

    private HostFolder() {}

    static Path create(SimulatedClock clock) {
        FileSystem files = Jimfs.newFileSystem(Configuration.unix().toBuilder()
                .setAttributeViews("basic", "owner", "posix", "unix")
                .setFileTimeSource(() -> FileTime.from(clock.instant()))
                .build());
        Path root = files.getPath("/");
        folders(root, FOLDERS);
        StringBuilder builtIn = new StringBuilder();
        KernelModules.all()
                .forEach(module ->
                        builtIn.append("kernel/net/").append(module.name()).append(".ko\n"));
        write(root, "/lib/modules/" + KERNEL + "/modules.dep", builtIn.toString());
        write(root, "/lib/modules/" + KERNEL + "/modules.builtin", "");
        write(root, "/proc/sys/kernel/osrelease", KERNEL + "\n");
        write(root, "/etc/modules", "# /etc/modules: kernel modules to load at boot time.\n");
        return root;
    }

    /** Makes a VE's private area. */
    static Path createVe(Path root, String ctid) {
        Path area = root.resolve("vz/private/" + ctid);
        folders(area, VE_FOLDERS);
        folders(root, List.of("vz/root/" + ctid));
        return area;
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
