package vzguard.controller.rollout;

import java.util.List;
import java.util.Optional;

/**
 * What a rollout has to know of the rest of the fleet when it decides what may start: given with each event, never stored.
 *
 * @param others rollouts that hold restart slots, this one left out; budgets are shared with them
 * @param brake why nothing of it may start at present, one sentence; empty when nothing stands against it
 * @param groups the hosts' labels
 */
public record Surroundings(List<Rollout> others, String brake, Groups groups) {
    /** A fleet in which nothing else happens. */
    public static final Surroundings QUIET = new Surroundings(List.of(), "");

    /** In a fleet without labels. */
    public Surroundings(List<Rollout> others, String brake) {
        this(others, brake, Groups.NONE);
    }

    public Surroundings {
        others = List.copyOf(others);
    }

    /** The step gives a restart slot back, which another rollout may wait for. */
    public static boolean givesBack(Rollout before, Step step) {
        return step.changedTasks().stream()
                .anyMatch(row ->
                        !row.holdsSlot() && before.tasks().get(row.index()).holdsSlot());
    }

    /** Restart slots that others hold on a host. */
    int restartingOn(String hostId) {
        int restarting = 0;
        for (Rollout other : others) {
            restarting += other.slotsOn(hostId);
        }
        return restarting;
    }

    /** Restart slots that others hold anywhere. */
    int restarting() {
        int restarting = 0;
        for (Rollout other : others) {
            restarting += other.slots();
        }
        return restarting;
    }

    /** Who holds most of them on a host, or (with an empty id) anywhere; nothing when nobody does. */
    Optional<String> holder(String hostId) {
        return others.stream()
                .filter(other -> (hostId.isEmpty() ? other.slots() : other.slotsOn(hostId)) > 0)
                .map(other -> other.terms().id())
                .findFirst();
    }
}
