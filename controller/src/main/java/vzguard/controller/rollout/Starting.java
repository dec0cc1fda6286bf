package vzguard.controller.rollout;

import java.time.Instant;
import vzguard.policy.RolloutSettings.Restarts;

/**
 * Which pending tasks may start now. A task starts when its wave has come, its host's agent is there, no earlier job for it is
 * unanswered, the task of the host itself (when it is in the same or an earlier wave) has ended, and there is room:
 * {@link Limits#livePerHost} for jobs that may not restart; a restart slot of the host and of the rollout, within the window,
 * for those that may. Nothing starts while a brake is on.
 */
final class Starting {
    /** What keeps a pending task from starting. */
    enum Blocker {
        NONE,
        LATER_WAVE,
        BRAKE,
        HOST_AWAY,
        OLDER_JOB,
        HOST_ITSELF_FIRST,
        HOST_BUSY,
        WINDOW,
        HOST_BUDGET,
        TOTAL_BUDGET
    }

    private final Draft draft;
    private final Instant now;

    Starting(Draft draft, Instant now) {
        this.draft = draft;
        this.now = now;
    }

    /** What is pending on one host. */
    void onHost(int host) {
        HostSlots.TaskIndexes indexes = draft.host(host).tasks();
        for (int position = 0; position < indexes.size(); position++) {
            startIfFree(draft.task(indexes.get(position)));
        }
    }

    /** What is pending anywhere, in the order of the list. */
    void everywhere() {
        int index = draft.skipEnded(0);
        while (index < draft.size()
                && draft.task(index).wave() <= draft.progress().wave()) {
            startIfFree(draft.task(index));
            index = draft.skipEnded(index + 1);
        }
    }

    /** What waits for a restart slot, in the order of the list, until all slots are taken again. */
    void withSlots() {
        int index = draft.skipEnded(0);
        while (!slotsTaken()
                && index < draft.size()
                && draft.task(index).wave() <= draft.progress().wave()) {
            TaskRow row = draft.task(index);
            if (row.withRestart()) {
                startIfFree(row);
            }
            index = draft.skipEnded(index + 1);
        }
    }

    private boolean slotsTaken() {
        return draft.slots() + draft.surroundings().restarting()
                >= draft.terms().settings().restarts().total();
    }

    private void startIfFree(TaskRow row) {
        if (row.state() == TaskState.PENDING && blocker(row) == Blocker.NONE) {
            Limits limits = draft.terms().limits();
            TaskRow started = row.started(now, now.plus(limits.jobDeadline()).plus(limits.grace()));
            draft.put(started);
            draft.effect(send(draft.terms(), started));
        }
    }

    static RolloutEffect.SendJob send(RolloutTerms terms, TaskRow running) {
        return new RolloutEffect.SendJob(
                running.job(terms.id()),
                running.change(),
                running.withRestart(),
                terms.limits().jobDeadline());
    }

    Blocker blocker(TaskRow row) {
        HostSlots host = draft.hostOf(row);
        if (row.wave() > draft.progress().wave()) {
            return Blocker.LATER_WAVE;
        }
        if (draft.isBraked()) {
            return Blocker.BRAKE;
        }
        if (!host.connected()) {
            return Blocker.HOST_AWAY;
        }
        if (row.outstanding() != null) {
            return Blocker.OLDER_JOB;
        }
        if (waitsForHostItself(row, host)) {
            return Blocker.HOST_ITSELF_FIRST;
        }
        if (!row.withRestart()) {
            return host.live() < draft.terms().limits().livePerHost() ? Blocker.NONE : Blocker.HOST_BUSY;
        }
        Restarts restarts = draft.terms().settings().restarts();
        if (!draft.before().window().isOpen(now)) {
            return Blocker.WINDOW;
        }
        int elsewhere = draft.surroundings().restartingOn(row.target().hostId());
        if (host.restarting() + elsewhere >= restarts.perHost()) {
            return Blocker.HOST_BUDGET;
        }
        return slotsTaken() ? Blocker.TOTAL_BUDGET : Blocker.NONE;
    }

    private boolean waitsForHostItself(TaskRow row, HostSlots host) {
        if (host.hostTask() < 0 || row.target().isHost()) {
            return false;
        }
        TaskRow itself = draft.task(host.hostTask());
        return itself.wave() <= row.wave() && !itself.state().isEnded();
    }
}
