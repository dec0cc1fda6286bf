package vzguard.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How one agent is set up.
 *
 * @param hostName the host's name, a label for people
 * @param labels {@code dc=tokyo} and the like; the controller's own labels win over them
 * @param controller HOST:PORT, or several of them with commas, of which one answers; empty: the agent works alone
 * @param stateDirectory where identity, journal and results are kept
 * @param sweepInterval time between two sweeps, 1 s to 1 h; the controller may ask for less, never for more
 * @param failsafe addresses and blocks, canonical and sorted, at most 64, that every guard on this host exempts: no policy can
 *     take them away
 * @param tokenFile a token for the first start; it is read, never changed
 * @param confirmWithin time to confirm a guard that the controller had written, 5 s to 10 min
 */
public record AgentSettings(
        String hostName,
        Map<String, String> labels,
        Optional<String> controller,
        Path stateDirectory,
        Duration sweepInterval,
        List<String> failsafe,
        Optional<Path> tokenFile,
        Duration confirmWithin) {
    /** Where the installed agent keeps its state. */
    public static final Path DEFAULT_STATE = Path.of("/var/lib/vzguard/agent");

    public static final Duration DEFAULT_SWEEP = Duration.ofSeconds(60);

    public static final Duration DEFAULT_CONFIRM = Duration.ofSeconds(60);

    /** With the usual time to confirm. */
    public AgentSettings(
            String hostName,
            Map<String, String> labels,
            Optional<String> controller,
            Path stateDirectory,
            Duration sweepInterval,
            List<String> failsafe,
            Optional<Path> tokenFile) {
        this(hostName, labels, controller, stateDirectory, sweepInterval, failsafe, tokenFile, DEFAULT_CONFIRM);
    }

    public AgentSettings {
        failsafe = List.copyOf(failsafe);
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    /** The addresses in a list with commas, in its order. */
    public static List<String> addresses(String controllers) {
        return Stream.of(controllers.split(",", -1)).map(String::strip).toList();
    }

    /** The same with its state elsewhere. */
    public AgentSettings withStateDirectory(Path directory) {
        return new AgentSettings(
                hostName, labels, controller, directory, sweepInterval, failsafe, tokenFile, confirmWithin);
    }
}
