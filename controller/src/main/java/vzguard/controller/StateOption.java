package vzguard.controller;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that all commands share. */
final class StateOption {
    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = "/var/lib/vzguard/controller",
            description = "State folder: database, CA, keys. Default: ${DEFAULT-VALUE}")
    private Path state = Path.of("/var/lib/vzguard/controller");

    Path path() {
        return state;
    }
}
