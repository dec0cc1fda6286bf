package vzguard.lab.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The real iptables of both backends, from the lab's packages or, where the machine has it, from the machine. Unpacked into
 * a folder; nothing is installed. (In this package because the lab's cache of packages is its own.)
 */
public final class UnpackedIptables {
    private static final List<String> PROGRAMS = List.of(
            "iptables", "iptables-save", "iptables-restore", "ip6tables", "ip6tables-save", "ip6tables-restore");

    private final Path folder;

    /** @param folder an empty one, the caller's to delete */
    public UnpackedIptables(Path folder) {
        this.folder = folder;
        new PackageCache(Checkout.find().packages(), System.out::println)
                .archives().stream()
                        .filter(archive -> archive.getFileName().toString().matches("(iptables|lib).*"))
                        .forEach(archive ->
                                Programs.check(List.of("dpkg-deb", "-x", archive.toString(), folder.toString())));
    }

    /** Variables by which a program started without a path is the iptables of this backend: "legacy" or "nft". */
    public Map<String, String> environment(String backend) throws IOException {
        Path links = Files.createDirectories(folder.resolve("links-" + backend));
        Path unpacked = folder.resolve("usr/sbin/xtables-" + backend + "-multi");
        Path program = Files.exists(unpacked) ? unpacked : Path.of("/usr/sbin").resolve(unpacked.getFileName());
        for (String name : PROGRAMS) {
            Files.createSymbolicLink(links.resolve(name), program);
        }
        List<Path> libraries = directories("glob:**/*-linux-gnu");
        String extensions = directories("glob:**/*-linux-gnu/xtables").stream()
                .map(Path::toString)
                .findFirst()
                .orElse("");
        Map<String, String> own = Map.of(
                "PATH",
                links + ":" + System.getenv("PATH"),
                // The machine's lock is for the machine's tables: whoever holds it is no business of this test's
                // namespaces.
                "XTABLES_LOCKFILE",
                folder.resolve("lock").toString(),
                "LD_LIBRARY_PATH",
                libraries.stream().map(Path::toString).collect(Collectors.joining(":")));
        return extensions.isEmpty()
                ? own
                : Stream.concat(own.entrySet().stream(), Stream.of(Map.entry("XTABLES_LIBDIR", extensions)))
                        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private List<Path> directories(String glob) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isDirectory)
                    .filter(folder.getFileSystem().getPathMatcher(glob)::matches)
                    .toList();
        }
    }
}
