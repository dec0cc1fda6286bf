package vzguard.lab.real;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Debian packages that the lab needs and the machine lacks, as files. apt resolves and downloads them into directories
 * of the checkout; nothing is installed on the machine, and its own apt lists and archives are left alone.
 */
final class PackageCache {
    static final List<String> NEEDED = List.of("iptables", "openssh-server", "iproute2", "procps");
    /** Firewalls that others put beside a guard. */
    static final List<String> NEIGHBOURS = List.of("fail2ban", "ufw");

    private final Path directory;
    private final Consumer<String> progress;
    private final List<String> wanted;

    /** What every lab needs. */
    PackageCache(Path directory, Consumer<String> progress) {
        this(directory, progress, NEEDED);
    }

    /** @param wanted names of packages; what they depend on comes with them */
    PackageCache(Path directory, Consumer<String> progress, List<String> wanted) {
        this.directory = directory;
        this.progress = progress;
        this.wanted = List.copyOf(wanted);
    }

    /** The package files to unpack, downloaded when they were not yet; labs that start together wait for each other. */
    List<Path> archives() {
        synchronized (PackageCache.class) {
            try {
                Files.createDirectories(directory);
                try (FileChannel file = FileChannel.open(
                                directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock held = file.lock()) {
                    Objects.requireNonNull(held);
                    return lockedArchives();
                }
            } catch (IOException e) {
                throw new LabException("cannot keep packages in " + directory, e);
            }
        }
    }

    private List<Path> lockedArchives() throws IOException {
        Path closure = closure();
        String machine = machine();
        if (Files.isRegularFile(closure)) {
            List<String> lines = Files.readAllLines(closure);
            List<Path> known = lines.stream().skip(1).map(this::archive).toList();
            if (!lines.isEmpty()
                    && lines.get(0).equals(machine)
                    && known.stream().allMatch(Files::isRegularFile)) {
                return known;
            }
        }
        List<String> names = download();
        Path fresh = directory.resolve(closure.getFileName() + ".new");
        Files.write(fresh, Stream.concat(Stream.of(machine), names.stream()).toList());
        Files.move(fresh, closure, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        return names.stream().map(this::archive).toList();
    }

    /** One for each set of packages: labs with and without neighbours follow each other and need no apt for it. */
    private Path closure() {
        List<String> more =
                wanted.stream().filter(name -> !NEEDED.contains(name)).toList();
        return directory.resolve(more.isEmpty() ? "closure" : "closure-" + String.join("-", more));
    }

    /** Changes when the machine's own packages do. */
    private String machine() throws IOException {
        Path status = Path.of("/var/lib/dpkg/status");
        return wanted + " " + Files.getLastModifiedTime(status).toMillis() + " " + Files.size(status);
    }

    private Path archive(String name) {
        return directory.resolve("archives").resolve(name);
    }

    private List<String> download() throws IOException {
        Files.createDirectories(directory.resolve("lists/partial"));
        Files.createDirectories(directory.resolve("archives/partial"));
        Files.createDirectories(directory.resolve("none/partial"));
        progress.accept("asking apt which packages this machine lacks for a lab: " + String.join(", ", wanted));
        apt(List.of("update"));
        List<String> install = new ArrayList<>(List.of("install", "--no-install-recommends", "--yes"));
        List<String> print = new ArrayList<>(install);
        // Of archives that are there apt prints nothing.
        print.addAll(List.of("-o", "Dir::Cache::Archives=" + directory.resolve("none")));
        print.add("--print-uris");
        print.addAll(wanted);
        // Lines like: 'http://...' openssh-server_1%3a9.2p1-2_amd64.deb 456584 SHA256:...
        List<String> names = apt(print)
                .lines()
                .filter(line -> line.startsWith("'"))
                .map(line -> line.split(" ")[1])
                .toList();
        if (!names.isEmpty()) {
            progress.accept("downloading into " + directory + " (unpacked for the lab only, not installed): "
                    + names.stream().map(name -> name.replaceFirst("_.*", "")).collect(Collectors.joining(", ")));
            install.add("--download-only");
            install.addAll(wanted);
            apt(install);
        }
        return names;
    }

    private String apt(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                "apt-get",
                "-qq",
                "-o",
                "Dir::State::Lists=" + directory.resolve("lists"),
                "-o",
                "Dir::Cache=" + directory,
                "-o",
                "Dir::Cache::Archives=" + directory.resolve("archives")));
        command.addAll(arguments);
        Programs.Result result = Programs.run(command);
        if (result.exit() != 0) {
            throw new LabException("apt-get could not fetch what the lab needs " + wanted + ":\n"
                    + result.output().strip()
                    + "\nCheck /etc/apt/sources.list and the network, or install them: apt-get install "
                    + String.join(" ", wanted));
        }
        return result.output();
    }
}
