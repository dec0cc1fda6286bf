package vzguard.lab.simulated;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import vzguard.lab.simulated.netfilter.Netfilter;
import vzguard.lab.simulated.shell.PlaceFiles;

/** Writes the host's living {@code /proc} into its file tree. */
final class ProcFiles {
    private static final List<String> NAMES = List.of(
            "/proc/net/ip_tables_matches",
            "/proc/net/ip_tables_targets",
            "/proc/net/ip_tables_names",
            "/proc/net/ip6_tables_matches",
            "/proc/net/ip6_tables_targets",
            "/proc/net/ip6_tables_names",
            "/proc/net/tcp",
            "/proc/net/tcp6",
            "/proc/timer_list",
            "/proc/uptime");

    private ProcFiles() {}

    static void show(Path root, Netfilter netfilter, PlaceFiles files, String recentFolder) {
        synchronized (netfilter) {
            try {
                for (String name : NAMES) {
                    if (files.read(name).isPresent()) {
                        HostFolder.write(root, name, files.read(name).get());
                    } else {
                        Files.deleteIfExists(root.resolve(name.substring(1)));
                    }
                }
                lists(root, netfilter, recentFolder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void lists(Path root, Netfilter netfilter, String recentFolder) throws IOException {
        Path folder = root.resolve(recentFolder.substring(1));
        Set<String> wanted = netfilter.recentLists();
        for (String list : wanted) {
            HostFolder.write(
                    root, recentFolder + "/" + list, netfilter.recentText(list).orElse(""));
        }
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.toList()) {
                if (!wanted.contains(String.valueOf(entry.getFileName()))) {
                    Files.delete(entry);
                }
            }
        }
    }
}
