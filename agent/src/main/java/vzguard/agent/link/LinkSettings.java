package vzguard.agent.link;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What the link has to know of this agent.
 *
 * @param controllers HOST:PORT of each, at least one; tried in turn, one of them acts
 * @param bootId UUID of this boot of the host
 */
public record LinkSettings(
        List<String> controllers,
        String hostName,
        Map<String, String> labels,
        Path stateDirectory,
        String agentVersion,
        String bootId) {
    public LinkSettings {
        controllers = List.copyOf(controllers);
        labels = Map.copyOf(labels);
    }
}
