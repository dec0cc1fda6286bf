package vzguard.lab.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Debian's hping3, from the lab's packages: unpacked into a folder, not installed. */
public final class UnpackedHping {
    private final Path folder;

    /** @param folder an empty one, the caller's to delete */
    public UnpackedHping(Path folder) {
        this.folder = folder;
        new PackageCache(Checkout.find().packages(), System.out::println, List.of("hping3"))
                .archives()
                .forEach(archive -> Programs.check(List.of("dpkg-deb", "-x", archive.toString(), folder.toString())));
    }

    /** What starts it with these arguments. */
    public List<String> command(List<String> arguments) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            String libraries = all.filter(Files::isDirectory)
                    .filter(directory -> directory.toString().endsWith("-linux-gnu"))
                    .map(Path::toString)
                    .collect(Collectors.joining(":"));
            Path unpacked = folder.resolve("usr/sbin/hping3");
            String program = Files.exists(unpacked) ? unpacked.toString() : "/usr/sbin/hping3";
            return Stream.concat(Stream.of("env", "LD_LIBRARY_PATH=" + libraries, program), arguments.stream())
                    .toList();
        }
    }
}
