package vzguard.agent.link;

import java.nio.file.Path;
import java.util.Map;

/**
 * What the link has to know of this agent.
 *
 * @param controller HOST:PORT
 * @param bootId UUID of this boot of the host
 */
public record LinkSettings(
        String controller,
        String hostName,
        Map<String, String> labels,
        Path stateDirectory,
        String agentVersion,
        String bootId) {
    public LinkSettings {
        labels = Map.copyOf(labels);
    }
}
