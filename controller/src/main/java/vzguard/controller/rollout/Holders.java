package vzguard.controller.rollout;

import java.util.HashMap;
import java.util.Map;

/** The hosts on which a rollout holds restart slots, and how many: few, whatever its size. Immutable. */
final class Holders {
    static final Holders NOBODY = new Holders(Map.of());

    private final Map<String, Integer> slots;

    private Holders(Map<String, Integer> slots) {
        this.slots = slots;
    }

    Holders with(String hostId, int difference) {
        Map<String, Integer> next = new HashMap<>(slots);
        next.merge(hostId, difference, Integer::sum);
        next.values().removeIf(count -> count == 0);
        return new Holders(next);
    }

    /** Counts them by what the label says of their hosts. */
    void addTo(Map<String, Integer> used, String label, Groups groups) {
        slots.forEach((hostId, count) -> used.merge(groups.valueOf(label, hostId), count, Integer::sum));
    }

    /** One of them is in this host's group. */
    boolean isIn(String label, String hostId, Groups groups) {
        String group = groups.valueOf(label, hostId);
        return slots.keySet().stream()
                .anyMatch(holder -> groups.valueOf(label, holder).equals(group));
    }
}
