package vzguard.controller.rollout;

import java.util.ArrayList;
import java.util.List;
import vzguard.policy.RolloutSettings;

/** Where waves end in the list of targets. */
final class Waves {
    private Waves() {}

    /**
     * Ascending counts of targets, the canary's first, the last equal to {@code targets}. Waves that would be empty are left
     * out; when the settings do not reach all, a last wave does. No targets: no waves.
     */
    static List<Integer> bounds(RolloutSettings settings, int targets) {
        List<Integer> bounds = new ArrayList<>();
        int reached = add(bounds, 0, Math.min(settings.canary(), targets));
        for (RolloutSettings.Wave wave : settings.waves()) {
            reached = add(bounds, reached, wave.bound(targets));
        }
        add(bounds, reached, targets);
        return List.copyOf(bounds);
    }

    private static int add(List<Integer> bounds, int reached, int bound) {
        if (bound > reached) {
            bounds.add(bound);
            return bound;
        }
        return reached;
    }
}
