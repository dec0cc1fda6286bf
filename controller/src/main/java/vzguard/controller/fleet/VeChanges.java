package vzguard.controller.fleet;

import java.util.List;

/**
 * What a report says that rollouts have to know of VEs, by CTID.
 *
 * @param started they run, and did not before, or were started anew since
 * @param settled they run, or are no more: nothing of a restart is under way in them
 */
public record VeChanges(List<String> started, List<String> settled) {
    public static final VeChanges NONE = new VeChanges(List.of(), List.of());

    public VeChanges {
        started = List.copyOf(started);
        settled = List.copyOf(settled);
    }
}
