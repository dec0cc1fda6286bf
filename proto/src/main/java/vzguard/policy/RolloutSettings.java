package vzguard.policy;

import java.time.Duration;
import java.util.List;

/**
 * How a change is rolled out.
 *
 * @param canary targets changed before any wave starts; 0: none
 * @param waves cumulative upper bounds, ascending; the last is 100 %
 * @param maxFailures the rollout stops when this many targets have failed; 0: it never stops for failures
 * @param soak time a finished wave is watched before the next starts, whole seconds
 * @param promotion what lets the next wave begin after that
 */
public record RolloutSettings(
        int canary, List<Wave> waves, int maxFailures, Duration soak, Promotion promotion, Restarts restarts) {

    /** Who lets the next wave begin. */
    public enum Promotion {
        /** The end of the soak. */
        AUTO,
        /** An operator, after every wave that changed something. */
        MANUAL
    }

    /** What a policy without {@code rollout} means: one canary, then all, and no VE is restarted. */
    public static final RolloutSettings DEFAULT = new RolloutSettings(
            1, List.of(new Wave(100, true)), 1, Duration.ofSeconds(30), Promotion.AUTO, new Restarts(false, 1, 20, ""));

    public RolloutSettings {
        waves = List.copyOf(waves);
    }

    /**
     * Upper bound of a wave.
     *
     * @param value percent of all targets (1-100) or a number of targets (1 and up)
     */
    public record Wave(int value, boolean percent) {
        /** Targets changed when this wave has ended, out of {@code all}: rounded up, at most all. */
        public int bound(int all) {
            return percent ? (int) Math.min(all, ((long) all * value + 99) / 100) : Math.min(all, value);
        }

        @Override
        public String toString() {
            return percent ? value + "%" : Integer.toString(value);
        }
    }

    /**
     * Under which conditions VEs may be restarted.
     *
     * @param perHost VEs restarting at once on one host, 1-50
     * @param total VEs restarting at once in the fleet, 1-10000
     * @param window "HH:MM-HH:MM ZONE", or empty: always
     */
    public record Restarts(boolean allow, int perHost, int total, String window) {}
}
