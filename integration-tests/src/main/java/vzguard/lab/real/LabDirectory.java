package vzguard.lab.real;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where a running lab keeps everything: one tmpfs, which goes with the lab. */
record LabDirectory(String name) {
    private static final Path ALL = Path.of("/run/vzguard-lab");

    Path root() {
        return ALL.resolve(name);
    }

    Path controlSocket() {
        return root().resolve("lab.sock");
    }

    Path library() {
        return root().resolve("library");
    }

    Path logs() {
        return root().resolve("log");
    }

    Path host(String host) {
        return root().resolve("hosts").resolve(host);
    }

    /** The network namespace outside the hosts, as a file that nsenter and ip take. */
    Path outsideNetwork() {
        return root().resolve("outside.net");
    }

    Path controller() {
        return root().resolve("controller");
    }

    boolean exists() {
        return Files.isDirectory(root());
    }
}
