package vzguard.lab.real;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The source tree that this class was built in: the lab runs what was built there and keeps its packages there. */
public record Checkout(Path root) {

    public static Checkout find() {
        try {
            Path place = Path.of(Checkout.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            for (Path each = place; each != null; each = each.getParent()) {
                if (Files.isDirectory(each.resolve("integration-tests"))
                        && Files.isRegularFile(each.resolve("pom.xml"))) {
                    return new Checkout(each);
                }
            }
            throw new LabException("the lab runs in a checkout of vzguard only, and " + place + " is not in one");
        } catch (URISyntaxException e) {
            throw new LabException("cannot tell where the lab was built", e);
        }
    }

    Path packages() {
        return root.resolve(".lab/packages");
    }

    /** The complete jar of a module; an error that says how to build it when it is not there. */
    Path jar(String module) {
        Path target = root.resolve(module).resolve("target");
        if (Files.isDirectory(target)) {
            try (Stream<Path> files = Files.list(target)) {
                List<Path> found = files.filter(
                                file -> file.getFileName().toString().matches(module + "-.*-all\\.jar"))
                        .sorted()
                        .toList();
                if (!found.isEmpty()) {
                    return found.get(found.size() - 1);
                }
            } catch (IOException e) {
                throw new LabException("cannot read " + target, e);
            }
        }
        throw new LabException(
                "no " + module + " jar in " + target + "; build it with: mvn -B -ntp -DskipTests package");
    }
}
