package vzguard.controller.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import vzguard.controller.rollout.Groups;
import vzguard.policy.RolloutSettings;

/**
 * The fleet's brake. Hosts that go silent one by one are everyday life; many at once are a network that broke, a controller that was
 * cut off, or a change that does harm: none of them a moment to change more. Not for use by more than one thread.
 */
final class LostHosts {
    /** Silence that is older is no longer "at once": the rollouts that it concerns have drawn their conclusions by then. */
    private static final Duration WINDOW = Duration.ofMinutes(5);

    /** More than this share of the hosts that were there, and {@link #FEWEST} at least. */
    private static final int PERCENT = 20;

    private static final int FEWEST = 3;
    private static final int FEWEST_OF_A_GROUP = 2;

    /** When each of them went, oldest first. */
    private final Map<String, Instant> gone = new LinkedHashMap<>();

    void gone(String hostId, Instant at) {
        gone.remove(hostId);
        gone.put(hostId, at);
    }

    void back(String hostId) {
        gone.remove(hostId);
    }

    /**
     * Why nothing of a rollout may start at present, on account of a group of hosts that went silent at once; empty when nothing
     * stands against it. Hosts without the label are no group here.
     *
     * @param connected ids of the hosts that are there
     */
    String brake(RolloutSettings.Brake limits, Groups groups, Collection<String> connected) {
        if (gone.size() < FEWEST_OF_A_GROUP) {
            return "";
        }
        Map<String, Integer> silent = new TreeMap<>();
        gone.keySet().forEach(hostId -> silent.merge(groups.valueOf(limits.label(), hostId), 1, Integer::sum));
        silent.remove("");
        silent.values().removeIf(count -> count < FEWEST_OF_A_GROUP);
        if (silent.isEmpty()) {
            return "";
        }
        Map<String, Integer> there = new TreeMap<>();
        connected.forEach(hostId -> there.merge(groups.valueOf(limits.label(), hostId), 1, Integer::sum));
        for (Map.Entry<String, Integer> group : silent.entrySet()) {
            int count = group.getValue();
            int all = count + there.getOrDefault(group.getKey(), 0);
            if (count * 100L > (long) all * limits.group()) {
                return "brake: " + count + " of " + all + " hosts with " + limits.label() + "=" + group.getKey()
                        + " went silent within " + WINDOW.toMinutes()
                        + " minutes; nothing starts until enough of them are back, or that time has passed";
            }
        }
        return "";
    }

    /**
     * Why nothing may start at present; empty when the brake is off.
     *
     * @param connected hosts that are there
     */
    String brake(int connected, Instant now) {
        Iterator<Instant> oldest = gone.values().iterator();
        while (oldest.hasNext() && oldest.next().plus(WINDOW).isBefore(now)) {
            oldest.remove();
        }
        int silent = gone.size();
        boolean many = silent >= FEWEST && silent * 100L > (connected + (long) silent) * PERCENT;
        return many
                ? "brake: " + silent + " of " + (connected + silent) + " hosts went silent within " + WINDOW.toMinutes()
                        + " minutes; nothing starts anywhere until enough of them are back, or that time has passed"
                : "";
    }
}
