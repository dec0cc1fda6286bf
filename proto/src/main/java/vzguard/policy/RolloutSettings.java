package vzguard.policy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a change is rolled out.
 *
 * @param canary targets changed before any wave starts; 0: none
 * @param waves cumulative upper bounds, ascending; the last is 100 %
 * @param thresholds what stops it by itself
 * @param soak time a finished wave is watched before the next starts, whole seconds
 * @param promotion what lets the next wave begin after that
 * @param expires after so long without an operator's word nothing more starts
 * @param brake hosts that go silent at once hold it
 */
public record RolloutSettings(
        int canary,
        List<Wave> waves,
        Thresholds thresholds,
        Duration soak,
        Promotion promotion,
        Duration expires,
        Brake brake,
        Restarts restarts) {
    /** A week. */
    public static final Duration DEFAULT_EXPIRES = Duration.ofDays(7);

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

    /** With the defaults of what is not given. @param maxFailures 0: it never stops for failures */
    public RolloutSettings(
            int canary, List<Wave> waves, int maxFailures, Duration soak, Promotion promotion, Restarts restarts) {
        this(
                canary,
                waves,
                Thresholds.failures(Threshold.of(maxFailures)),
                soak,
                promotion,
                DEFAULT_EXPIRES,
                Brake.DEFAULT,
                restarts);
    }

    /**
     * Nothing new starts while too many hosts have gone silent at once.
     *
     * @param wave percent of the hosts of the waves begun, 1-100; more than that holds it, and two hosts at least
     * @param label whose values make the groups: a rack, a power line
     * @param group percent of the hosts with one value of that label, 1-100; more than that holds it, and two hosts at least
     */
    public record Brake(int wave, String label, int group) {
        public static final Brake DEFAULT = new Brake(5, "rack", 50);
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
     * @param perGroup VEs restarting at once on hosts with one value of a label; nothing: no such limit
     * @param window "HH:MM-HH:MM ZONE", or empty: always
     * @param cutoff a restart starts only while so much time is left until the window closes or a freeze begins
     * @param freezes times in which none starts
     */
    public record Restarts(
            boolean allow,
            int perHost,
            int total,
            Optional<PerGroup> perGroup,
            String window,
            Duration cutoff,
            List<Freeze> freezes) {
        public Restarts {
            freezes = List.copyOf(freezes);
        }

        /** Without groups, cut-off and freezes. */
        public Restarts(boolean allow, int perHost, int total, String window) {
            this(allow, perHost, total, Optional.empty(), window, Duration.ZERO, List.of());
        }
    }

    /**
     * Never more than {@code max} of one group at once.
     *
     * @param label hosts with the same value of it are one group; those without it are one too
     * @param max VEs restarting at once in a group, 1-10000
     */
    public record PerGroup(String label, int max) {}
}
