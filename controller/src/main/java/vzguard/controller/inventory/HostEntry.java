package vzguard.controller.inventory;

import java.util.List;
import java.util.Map;
import vzguard.values.Ctid;

/**
 * A host and its VEs, as far as selecting targets needs them.
 *
 * @param hostId UUID
 * @param labels the agent's, overlaid by the controller's own
 */
public record HostEntry(String hostId, String name, Map<String, String> labels, List<VeEntry> ves) {
    public HostEntry {
        labels = Map.copyOf(labels);
        ves = List.copyOf(ves);
    }

    /** The same host with other VEs. */
    HostEntry with(List<VeEntry> others) {
        return new HostEntry(hostId, name, labels, others);
    }

    /**
     * One VE.
     *
     * @param restartPending its config changed since it started
     */
    public record VeEntry(Ctid ctid, boolean running, boolean restartPending) {}
}
