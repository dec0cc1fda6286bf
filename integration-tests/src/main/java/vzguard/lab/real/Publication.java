package vzguard.lab.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import vzguard.lab.model.KernelModules;
import vzguard.lab.model.NetfilterRights;
import vzguard.values.Ctid;

/**
 * What a host's model says, as the files that its host and VEs see: {@code /proc/modules} and {@code /sys/module} of the host,
 * the rights that the iptables fronts read, and the three lists of iptables in a VE's {@code /proc/net}.
 */
final class Publication {
    private final Path directory;
    private final KernelModules kernel;

    Publication(Path hostDirectory, KernelModules kernel) {
        this.directory = hostDirectory;
        this.kernel = kernel;
    }

    synchronized void modules(List<String> loaded) {
        try {
            // Written in place: the host has this very file bound over its /proc/modules.
            Files.writeString(
                    directory.resolve("proc/modules"),
                    kernel.procModules(loaded),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
            Path shown = directory.resolve("sys-module");
            Set<String> stale = new HashSet<>();
            try (Stream<Path> entries = Files.list(shown)) {
                entries.forEach(entry -> stale.add(entry.getFileName().toString()));
            }
            for (String name : loaded) {
                if (!stale.remove(name)) {
                    show(shown.resolve(name), Path.of("/sys/module").resolve(name));
                }
            }
            for (String name : stale) {
                remove(shown.resolve(name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path parameterFile(String module, String name) {
        return directory
                .resolve("sys-module")
                .resolve(module)
                .resolve("parameters")
                .resolve(name);
    }

    synchronized Optional<String> parameter(String module, String name) {
        try {
            Path file = parameterFile(module, name);
            return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized void setParameter(String module, String name, String value) {
        replace(parameterFile(module, name), value + "\n");
    }

    /** A module's folder with the parameters that this kernel has for it. */
    private static void show(Path folder, Path real) throws IOException {
        Files.createDirectories(folder);
        Path parameters = real.resolve("parameters");
        if (Files.isDirectory(parameters)) {
            Files.createDirectories(folder.resolve("parameters"));
            try (Stream<Path> files = Files.list(parameters)) {
                for (Path file : files.toList()) {
                    Files.writeString(folder.resolve("parameters").resolve(file.getFileName()), Files.readString(file));
                }
            }
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    synchronized void host(NetfilterRights rights) {
        replace(directory.resolve("front/rights"), rights.render());
    }

    synchronized void ve(Ctid ctid, NetfilterRights rights) {
        Path folder = directory.resolve("ve").resolve(ctid.text());
        replace(folder.resolve("rights"), rights.render());
        family(folder, "ip_tables", rights.ipv4());
        family(folder, "ip6_tables", rights.ipv6());
    }

    /** The lists show what is loaded, permitted or not; the tables are the kernel's own list of those in use in the VE. */
    private static void family(Path folder, String prefix, NetfilterRights.Family family) {
        list(folder.resolve(prefix + "_matches"), family, family.matches().loaded());
        list(folder.resolve(prefix + "_targets"), family, family.targets().loaded());
        tables(folder.resolve(prefix + "_names"), family);
    }

    /** A link as the VE sees it from {@code /proc/.lab}; nothing gets into the kernel's list that the fronts refuse. */
    private static void tables(Path file, NetfilterRights.Family family) {
        try {
            if (family.equals(NetfilterRights.NONE.ipv4())) {
                Files.deleteIfExists(file);
            } else if (!Files.isSymbolicLink(file)) {
                Files.createSymbolicLink(file, Path.of("../.real/self/net").resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void list(Path file, NetfilterRights.Family family, Collection<String> names) {
        if (family.equals(NetfilterRights.NONE.ipv4())) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        } else {
            replace(file, names.isEmpty() ? "" : String.join("\n", names) + "\n");
        }
    }

    private static void replace(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
