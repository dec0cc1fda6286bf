package vzguard.it.real;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code vzguard lab ...} in a process of its own, whose CLI contexts are not those of the person at this machine. */
final class LabCommands {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private LabCommands() {}

    static Ran run(Path configuration, String... arguments) {
        return start(configuration, arguments).await(LIMIT);
    }

    static Ran.Running start(Path configuration, String... arguments) {
        return Ran.start(command(arguments), Map.of("VZGUARD_CONFIG", configuration.toString()), "");
    }

    /** The argv of {@code lab} with these arguments. */
    static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "vzguard.lab.LabMain",
                "lab"));
        command.addAll(List.of(arguments));
        return command;
    }
}
