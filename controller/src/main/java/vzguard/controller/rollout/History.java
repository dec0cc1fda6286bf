package vzguard.controller.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How much of the past is kept. Pure.
 *
 * @param age ended rollouts that are older are forgotten, unless something may have been left behind by them
 * @param rollouts at most so many are kept
 * @param tasks in at most so many tasks in all
 */
public record History(Duration age, int rollouts, long tasks) {

    /** A quarter of a year, and some 2 GiB of SQLite at most. */
    public static History standard() {
        return new History(Duration.ofDays(90), 2_000, 5_000_000);
    }

    /**
     * Which rollouts are forgotten now. Never one that has not ended or whose agents still owe an answer, nor the newest over all
     * targets of a policy: it says what is enforced and why.
     *
     * @param newestFirst every rollout
     */
    public List<Rollout> forgotten(List<Past> newestFirst, Instant now) {
        List<Rollout> forgotten = new ArrayList<>();
        Set<String> enforced = new HashSet<>();
        int kept = 0;
        long keptTasks = 0;
        for (Past past : newestFirst) {
            Rollout rollout = past.rollout();
            boolean newestWhole = past.whole()
                    && rollout.terms().kind() == RolloutKind.APPLY
                    && enforced.add(rollout.terms().policy());
            kept++;
            keptTasks += rollout.tasks().size();
            boolean tooMany = kept > rollouts || keptTasks > tasks;
            if (!newestWhole && isOver(rollout) && (tooMany || (isOld(rollout, now) && !leftSomething(rollout)))) {
                forgotten.add(rollout);
                kept--;
                keptTasks -= rollout.tasks().size();
            }
        }
        return forgotten;
    }

    /** @param whole it took all targets of its policy */
    public record Past(Rollout rollout, boolean whole) {}

    private static boolean isOver(Rollout rollout) {
        return rollout.hasEnded()
                && rollout.tasks().stream().allMatch(row -> row.outstanding() == null && !row.unhealthy());
    }

    private boolean isOld(Rollout rollout, Instant now) {
        Instant ended = rollout.progress().endedAt();
        return ended != null && ended.plus(age).isBefore(now);
    }

    /** A target that failed half-way is visited when the policy is taken away. */
    private static boolean leftSomething(Rollout rollout) {
        return rollout.tally().of(TaskState.FAILED) + rollout.tally().of(TaskState.UNREACHABLE) > 0;
    }
}
