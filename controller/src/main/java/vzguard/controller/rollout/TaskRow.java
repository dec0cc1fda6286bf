package vzguard.controller.rollout;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One target in one rollout, as it is stored: the whole state of the task.
 *
 * @param index position in the rollout's frozen list
 * @param change the target, and what becomes of it
 * @param wave 0 and up, the canary first; never changes
 * @param attempt the attempt that runs, ended, or (pending) comes next; 1 and up
 * @param withRestart the job of this attempt may restart the VE and holds a restart slot. Stays once it is known
 * @param accepted the agent said that it holds the running job
 * @param outstanding a job given up on at its deadline that may still be running: nothing else is sent to this target, and
 *     its restart slot stays taken, until the agent has answered for it
 * @param startedAt when the first job of this attempt was sent
 * @param deadline of the running job; after it, silence counts
 * @param endedAt set when the state is an end
 * @param restarts restarts of the VE that its results reported
 * @param summary one sentence for people; empty while nothing is to be said
 * @param causes codes of the causes in the last result
 * @param unhealthy a job that might restart its VE failed, and the VE has not been seen running since: its restart slot stays taken
 */
public record TaskRow(
        int index,
        Change change,
        int wave,
        TaskState state,
        int attempt,
        boolean withRestart,
        boolean accepted,
        @Nullable JobId outstanding,
        @Nullable Instant startedAt,
        @Nullable Instant deadline,
        @Nullable Instant endedAt,
        int restarts,
        String summary,
        List<String> causes,
        boolean unhealthy) {

    /** What the agent answers when a target is not what it was when its plan was approved. */
    static final String PLAN_CHANGED = "PLAN_CHANGED";

    private static final Set<String> TIMED_OUT = Set.of("NO_RESULT", "TIMED_OUT");

    public TaskRow {
        causes = List.copyOf(causes);
    }

    static TaskRow pending(int index, Change change, int wave, boolean withRestart) {
        return new TaskRow(
                index,
                change,
                wave,
                TaskState.PENDING,
                1,
                withRestart,
                false,
                null,
                null,
                null,
                null,
                0,
                "",
                List.of(),
                false);
    }

    /** What is changed. */
    public TargetRef target() {
        return change.target();
    }

    /** The VE may be restarting now, as far as the controller can know. */
    public boolean holdsSlot() {
        return (state == TaskState.RUNNING && withRestart)
                || (outstanding != null && outstanding.restart())
                || unhealthy;
    }

    /** It failed for want of time: the agent had begun, and gave no result or said so. */
    public boolean timedOut() {
        return state == TaskState.FAILED && causes.stream().anyMatch(TIMED_OUT::contains);
    }

    /** It was left as it is because it had changed since its plan was approved. */
    public boolean isChangedSinceApproval() {
        return state == TaskState.SKIPPED && causes.contains(PLAN_CHANGED);
    }

    /** A job without permission to restart is out. */
    public boolean runsLive() {
        return state == TaskState.RUNNING && !withRestart;
    }

    public boolean restarted() {
        return restarts > 0;
    }

    JobId job(String rolloutId) {
        return new JobId(rolloutId, index, attempt, withRestart);
    }

    TaskRow started(Instant at, Instant until) {
        return new TaskRow(
                index,
                change,
                wave,
                TaskState.RUNNING,
                attempt,
                withRestart,
                false,
                null,
                startedAt == null ? at : startedAt,
                until,
                null,
                restarts,
                "",
                List.of(),
                false);
    }

    TaskRow withAccepted() {
        return new TaskRow(
                index,
                change,
                wave,
                state,
                attempt,
                withRestart,
                true,
                outstanding,
                startedAt,
                deadline,
                endedAt,
                restarts,
                summary,
                causes,
                unhealthy);
    }

    TaskRow withDeadline(Instant until) {
        return new TaskRow(
                index,
                change,
                wave,
                state,
                attempt,
                withRestart,
                accepted,
                outstanding,
                startedAt,
                until,
                endedAt,
                restarts,
                summary,
                causes,
                unhealthy);
    }

    TaskRow ended(
            TaskState end, @Nullable JobId stillOut, Instant at, int restartsNow, String why, List<String> codes) {
        return new TaskRow(
                index,
                change,
                wave,
                end,
                attempt,
                withRestart,
                accepted,
                stillOut,
                startedAt,
                null,
                at,
                restartsNow,
                why,
                codes,
                unhealthy);
    }

    /** Waits to be sent: a further attempt, or the same one with a restart slot. */
    TaskRow waiting(int nextAttempt, boolean restart, @Nullable JobId stillOut, int restartsNow, String why) {
        return new TaskRow(
                index,
                change,
                wave,
                TaskState.PENDING,
                nextAttempt,
                restart,
                false,
                stillOut,
                nextAttempt == attempt ? startedAt : null,
                null,
                null,
                restartsNow,
                why,
                List.of(),
                unhealthy);
    }

    /** Nothing is out for it any more. */
    TaskRow withoutOutstanding() {
        return new TaskRow(
                index,
                change,
                wave,
                state,
                attempt,
                withRestart,
                accepted,
                null,
                startedAt,
                deadline,
                endedAt,
                restarts,
                summary,
                causes,
                unhealthy);
    }

    /** Whether its VE has been seen running since. */
    TaskRow withUnhealthy(boolean now) {
        return new TaskRow(
                index,
                change,
                wave,
                state,
                attempt,
                withRestart,
                accepted,
                outstanding,
                startedAt,
                deadline,
                endedAt,
                restarts,
                summary,
                causes,
                now);
    }
}
