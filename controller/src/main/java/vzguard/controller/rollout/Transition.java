package vzguard.controller.rollout;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import vzguard.controller.rollout.RolloutEvent.Abort;
import vzguard.controller.rollout.RolloutEvent.Approve;
import vzguard.controller.rollout.RolloutEvent.HostConnected;
import vzguard.controller.rollout.RolloutEvent.HostDisconnected;
import vzguard.controller.rollout.RolloutEvent.Pause;
import vzguard.controller.rollout.RolloutEvent.Promote;
import vzguard.controller.rollout.RolloutEvent.Resume;
import vzguard.controller.rollout.RolloutEvent.Retry;
import vzguard.controller.rollout.RolloutEvent.RoomElsewhere;
import vzguard.controller.rollout.RolloutEvent.TaskAccepted;
import vzguard.controller.rollout.RolloutEvent.TaskFinished;
import vzguard.controller.rollout.RolloutEvent.Tick;
import vzguard.controller.rollout.RolloutEvent.VeHealthy;
import vzguard.controller.rollout.RolloutEvent.VeStarted;

/** What each event means. What follows from the new state (thresholds, waves, starts) is {@link Settling}'s. */
final class Transition implements RolloutEvent.Handler {
    private final Draft draft;
    private final Settling settling;
    private final Instant now;
    private String refusal = "";

    private Transition(Rollout before, Instant now, Surroundings surroundings) {
        this.draft = new Draft(before, surroundings);
        this.settling = new Settling(draft, now);
        this.now = now;
    }

    static Step of(Rollout before, RolloutEvent event, Surroundings surroundings) {
        Transition transition = new Transition(before, event.at(), surroundings);
        event.handle(transition);
        if (!transition.refusal.isEmpty()) {
            return new Step(before, List.of(), List.of(), transition.refusal);
        }
        transition.settling.settle();
        return transition.draft.step();
    }

    @Override
    public void on(HostConnected event) {
        int host = draft.before().hostNumber(event.hostId());
        if (host < 0) {
            return;
        }
        boolean braked = draft.isBraked();
        draft.put(host, draft.host(host).with(true, now));
        if (braked && !draft.isBraked()) {
            settling.mayStartEverywhere();
        }
        HostSlots.TaskIndexes indexes = draft.host(host).tasks();
        for (int position = 0; position < indexes.size(); position++) {
            reconcile(draft.task(indexes.get(position)), event.heldJobs());
        }
        settling.mayStartOn(host);
    }

    /** Compares what is out for one target with what its agent says it holds. */
    private void reconcile(TaskRow row, Set<String> held) {
        JobId outstanding = row.outstanding();
        if (outstanding != null) {
            if (held.contains(outstanding.toString())) {
                draft.effect(new RolloutEffect.CancelJob(outstanding, row.target()));
            } else {
                put(row.withoutOutstanding());
            }
        }
        if (row.state() != TaskState.RUNNING) {
            return;
        }
        if (held.contains(row.job(draft.terms().id()).toString())) {
            if (!row.accepted()) {
                draft.put(row.withAccepted());
            }
        } else if (row.accepted()) {
            // It was on the agent's disk and is not any more. To send it again could restart a VE twice.
            put(row.ended(
                    TaskState.FAILED,
                    null,
                    now,
                    row.restarts(),
                    "the agent of " + row.target().hostName() + " lost this job with its journal; look at "
                            + row.target() + ", then retry",
                    List.of("JOB_LOST")));
        } else {
            draft.effect(Starting.send(draft.terms(), row));
        }
    }

    @Override
    public void on(HostDisconnected event) {
        int host = draft.before().hostNumber(event.hostId());
        if (host >= 0 && draft.host(host).connected()) {
            draft.put(host, draft.host(host).with(false, now));
        }
    }

    @Override
    public void on(TaskAccepted event) {
        TaskRow row = row(event.job());
        if (row != null && runs(row, event.job()) && !row.accepted()) {
            draft.put(row.withAccepted());
        }
    }

    @Override
    public void on(TaskFinished event) {
        TaskRow row = row(event.job());
        if (row == null) {
            return;
        }
        if (runs(row, event.job())) {
            put(healthOf(answered(row, event), event));
        } else if (event.job().equals(row.outstanding())) {
            draft.note(event.job() + " of " + row.target() + " answered late: " + event.summary());
            TaskRow next = row.state() == TaskState.PENDING ? answeredBeforeRetry(row, event) : answered(row, event);
            put(healthOf(next, event));
        }
        // Anything else was answered before: a duplicate.
    }

    /** A VE that may have been restarted, and does not run, is one that restarts as far as budgets go. */
    private static TaskRow healthOf(TaskRow row, TaskFinished event) {
        boolean down = event.job().restart() && !event.outcome().isSuccess() && !event.healthy();
        return down == row.unhealthy() ? row : row.withUnhealthy(down);
    }

    private TaskRow answered(TaskRow row, TaskFinished event) {
        int restarts = row.restarts() + (event.restarted() ? 1 : 0);
        if (!wantsSlot(event)) {
            return row.ended(event.outcome().state(), null, now, restarts, event.summary(), event.causes());
        }
        if (!draft.terms().settings().restarts().allow()) {
            return row.ended(
                    TaskState.REFUSED,
                    null,
                    now,
                    restarts,
                    "needs a restart, and the policy does not allow restarts: " + event.summary(),
                    event.causes());
        }
        if (!draft.progress().state().isActive()) {
            return row.ended(
                    draft.progress().state() == RolloutState.ABORTED ? TaskState.SKIPPED : TaskState.REFUSED,
                    null,
                    now,
                    restarts,
                    "needs a restart, and the rollout had ended: " + event.summary(),
                    event.causes());
        }
        return row.waiting(row.attempt(), true, null, restarts, "needs a restart: waits for a slot");
    }

    /** The answer to a job given up on, while the next attempt has not been sent. */
    private TaskRow answeredBeforeRetry(TaskRow row, TaskFinished event) {
        int restarts = row.restarts() + (event.restarted() ? 1 : 0);
        return event.outcome().isSuccess()
                ? row.ended(event.outcome().state(), null, now, restarts, event.summary(), event.causes())
                : row.waiting(row.attempt(), row.withRestart(), null, restarts, event.summary());
    }

    private static boolean wantsSlot(TaskFinished event) {
        return event.restartNeeded()
                && event.outcome() == Outcome.REFUSED
                && !event.job().restart();
    }

    /** Puts a task that let go of what it held. */
    private void put(TaskRow row) {
        boolean full = draft.slots() + draft.surroundings().restarting()
                >= draft.terms().settings().restarts().total();
        boolean held = draft.task(row.index()).holdsSlot();
        draft.put(row);
        settling.mayStartOn(draft.before().hostOf(row));
        if (held && !row.holdsSlot()) {
            settling.slotFreedOn(row.target().hostId());
        }
        if (full) {
            settling.slotFreed();
        }
    }

    private @Nullable TaskRow row(JobId job) {
        boolean ours = job.rolloutId().equals(draft.terms().id()) && job.task() < draft.size();
        return ours ? draft.task(job.task()) : null;
    }

    private boolean runs(TaskRow row, JobId job) {
        return row.state() == TaskState.RUNNING
                && job.equals(row.job(draft.terms().id()));
    }

    @Override
    public void on(RoomElsewhere event) {
        if (event.everywhere()) {
            settling.mayStartEverywhere();
        } else {
            settling.slotFreed();
        }
    }

    @Override
    public void on(Tick event) {
        new Silence(draft, now).conclude();
        settling.mayStartEverywhere();
    }

    @Override
    public void on(Pause event) {
        if (permitted("paused", RolloutState.RUNNING)) {
            draft.progress(draft.progress().withState(RolloutState.PAUSED, ""));
        }
    }

    @Override
    public void on(Resume event) {
        if (permitted("resumed", RolloutState.PAUSED, RolloutState.STOPPED)) {
            goOn(RolloutState.RUNNING);
        }
    }

    @Override
    public void on(Abort event) {
        boolean letGo = letGoOfSlots();
        if (letGo && draft.tally().open() == 0) {
            return;
        }
        if (permitted("aborted", RolloutState.RUNNING, RolloutState.PAUSED, RolloutState.STOPPED)) {
            draft.progress(draft.progress().withState(RolloutState.ABORTED, ""));
            for (int index = draft.skipEnded(0); index < draft.size(); index = draft.skipEnded(index + 1)) {
                TaskRow row = draft.task(index);
                if (row.state() == TaskState.PENDING) {
                    draft.put(row.ended(
                            TaskState.SKIPPED,
                            row.outstanding(),
                            now,
                            row.restarts(),
                            "not started: the rollout was aborted",
                            List.of()));
                }
            }
        }
    }

    /** The word of an operator that a VE which does not run is not waited for any more. */
    private boolean letGoOfSlots() {
        boolean any = false;
        for (int index = 0; index < draft.size() && draft.slots() > 0; index++) {
            TaskRow row = draft.task(index);
            if (row.unhealthy()) {
                draft.put(row.withUnhealthy(false));
                any = true;
            }
        }
        return any;
    }

    @Override
    public void on(Approve event) {
        RolloutState state = draft.progress().state();
        if (state == RolloutState.ABORTED) {
            refuse("approved", state, "start a new rollout");
            return;
        }
        int approved = 0;
        for (int index = 0; index < draft.size(); index++) {
            TaskRow row = draft.task(index);
            if (row.isChangedSinceApproval()) {
                draft.put(row.waiting(
                        row.attempt() + 1, false, row.outstanding(), row.restarts(), "waits by its new plan"));
                approved++;
            }
        }
        if (approved == 0) {
            refuse("approved", state, "no target changed since its plan was approved");
            return;
        }
        RolloutState next = state == RolloutState.COMPLETED ? RolloutState.RUNNING : state;
        draft.progress(draft.progress()
                .withState(next, draft.progress().stopReason())
                .withEndedAt(null)
                .withWordAt(now));
        settling.mayStartEverywhere();
    }

    @Override
    public void on(VeStarted event) {
        TaskRow row = row(event.hostId(), event.ctid());
        if (row == null || row.state() != TaskState.PENDING || !row.withRestart() || row.outstanding() != null) {
            return;
        }
        if (draft.terms().kind() == RolloutKind.RESTART) {
            put(row.ended(
                            TaskState.NO_OP,
                            null,
                            now,
                            row.restarts(),
                            "not restarted: it has started anew since it was to be",
                            List.of())
                    .withUnhealthy(false));
        } else {
            put(row.waiting(
                            row.attempt() + 1,
                            false,
                            null,
                            row.restarts(),
                            "it has started anew, and is looked at again without a restart")
                    .withUnhealthy(false));
        }
    }

    @Override
    public void on(VeHealthy event) {
        TaskRow row = row(event.hostId(), event.ctid());
        if (row != null && row.unhealthy()) {
            put(row.withUnhealthy(false));
        }
    }

    private @Nullable TaskRow row(String hostId, String ctid) {
        return draft.before()
                .task(new TargetRef(hostId, "", ctid))
                .map(row -> draft.task(row.index()))
                .orElse(null);
    }

    @Override
    public void on(Retry event) {
        RolloutState state = draft.progress().state();
        if (state == RolloutState.ABORTED) {
            refuse("retried", state, "start a new rollout");
            return;
        }
        int retried = 0;
        for (int index = 0; index < draft.size(); index++) {
            TaskRow row = draft.task(index);
            if (row.state().isRetriable()) {
                int attempt = row.attempt() + 1;
                draft.put(row.waiting(
                        attempt, row.withRestart(), row.outstanding(), row.restarts(), "waits for attempt " + attempt));
                retried++;
            }
        }
        if (retried == 0) {
            refuse("retried", state, "no target failed, was refused or was unreachable");
            return;
        }
        goOn(state == RolloutState.PAUSED ? RolloutState.PAUSED : RolloutState.RUNNING);
    }

    private void goOn(RolloutState next) {
        draft.progress(draft.progress().taken(next, now, Endings.of(draft.tally())));
        draft.forgiveSilence();
        settling.mayStartEverywhere();
    }

    @Override
    public void on(Promote event) {
        if (permitted("promoted", RolloutState.RUNNING)) {
            if (draft.progress().soakUntil() == null) {
                refuse("promoted", RolloutState.RUNNING, "no wave soaks at present");
            } else {
                draft.progress(draft.progress().withSoakUntil(now).withWordAt(now));
            }
        }
    }

    private boolean permitted(String verb, RolloutState... from) {
        RolloutState state = draft.progress().state();
        if (List.of(from).contains(state)) {
            return true;
        }
        refuse(verb, state, "only one that is " + Words.alternatives(from) + " can be");
        return false;
    }

    private void refuse(String verb, RolloutState state, String why) {
        refusal = "rollout " + draft.terms().id() + " is " + Words.of(state) + " and cannot be " + verb + ": " + why;
    }
}
