package vzguard.controller.rollout;

import java.time.Instant;
import java.util.List;
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
        List<String> causes) {

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
                List.of());
    }

    /** What is changed. */
    public TargetRef target() {
        return change.target();
    }

    /** The VE may be restarting now, as far as the controller can know. */
    public boolean holdsSlot() {
        return (state == TaskState.RUNNING && withRestart) || (outstanding != null && outstanding.restart());
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
                List.of());
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
                causes);
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
                causes);
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
                codes);
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
                List.of());
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
                causes);
    }
}
