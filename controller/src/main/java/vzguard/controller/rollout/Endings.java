package vzguard.controller.rollout;

import vzguard.policy.Threshold;
import vzguard.policy.Thresholds;

/**
 * Targets that ended in a way that may stop a rollout. Each counts in one kind only.
 *
 * @param failures failed, those that timed out left out
 * @param timedOut failed for want of time
 */
public record Endings(int failures, int refused, int unreachable, int timedOut) {
    public static final Endings NONE = new Endings(0, 0, 0, 0);

    static Endings of(Tally tally) {
        return new Endings(
                tally.of(TaskState.FAILED) - tally.timedOut(),
                tally.of(TaskState.REFUSED),
                tally.of(TaskState.UNREACHABLE),
                tally.timedOut());
    }

    /** Those that came since. */
    Endings since(Endings before) {
        return new Endings(
                failures - before.failures,
                refused - before.refused,
                unreachable - before.unreachable,
                timedOut - before.timedOut);
    }

    /** What a late answer corrected is forgiven no more: the next one of that kind counts again. */
    Endings atMost(Endings present) {
        return new Endings(
                Math.min(failures, present.failures),
                Math.min(refused, present.refused),
                Math.min(unreachable, present.unreachable),
                Math.min(timedOut, present.timedOut));
    }

    /**
     * Which threshold they reach, in words; empty when none.
     *
     * @param targets of which percent are taken
     * @param where empty, or where they were counted
     */
    String breach(Thresholds.Counts limits, int targets, String where) {
        if (limits.failures().isReachedBy(failures, targets)) {
            return "stopped: " + Words.count(failures, "failure") + where + limit(limits.failures());
        }
        if (limits.timedOut().isReachedBy(timedOut, targets)) {
            return "stopped: " + Words.count(timedOut, "target") + " timed out" + where + limit(limits.timedOut());
        }
        if (limits.unreachable().isReachedBy(unreachable, targets)) {
            return "stopped: " + Words.count(unreachable, "target") + " unreachable" + where
                    + limit(limits.unreachable());
        }
        if (limits.refused().isReachedBy(refused, targets)) {
            return "stopped: " + Words.count(refused, "target") + " refused" + where + limit(limits.refused());
        }
        return "";
    }

    private static String limit(Threshold threshold) {
        return " (limit " + threshold + ")";
    }
}
