package vzguard.controller.rollout;

import java.time.Instant;
import java.util.Optional;
import vzguard.policy.RolloutSettings.PerGroup;
import vzguard.policy.RolloutSettings.Restarts;

/**
 * Which pending tasks may start now. A task starts when its wave has come, its host's agent is there, no earlier job for it is
 * unanswered, the task of the host itself (when it is in the same or an earlier wave) has ended, and there is room:
 * {@link Limits#livePerHost} for jobs that may not restart; a restart slot of the host, of its group and of the rollout, at a
 * time at which restarts may start, for those that may. Nothing starts while a brake is on.
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
        GROUP_BUDGET,
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

    /** What waits for a restart slot on the hosts of the groups that this one is in. */
    void inGroupsOf(String hostId) {
        for (PerGroup limit : draft.groupLimits(hostId)) {
            Groups groups = draft.surroundings().groups();
            String value = groups.valueOf(limit.label(), hostId);
            draft.before().hostIds().stream()
                    .filter(other -> groups.valueOf(limit.label(), other).equals(value))
                    .forEach(other -> onHost(draft.before().hostNumber(other)));
        }
    }

    private boolean slotsTaken() {
        return slotsTaken(0);
    }

    private boolean slotsTaken(int own) {
        return draft.slots() + draft.surroundings().restarting() - own
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
        if (!draft.before().times().mayStart(now)) {
            return Blocker.WINDOW;
        }
        // One whose VE is down from an earlier attempt has its slot already.
        int own = row.holdsSlot() ? 1 : 0;
        String hostId = row.target().hostId();
        if (host.restarting() + draft.surroundings().restartingOn(hostId) - own >= restarts.perHost()) {
            return Blocker.HOST_BUDGET;
        }
        if (slotsTaken(own)) {
            return Blocker.TOTAL_BUDGET;
        }
        return fullGroup(hostId, own).isPresent() ? Blocker.GROUP_BUDGET : Blocker.NONE;
    }

    /** The limit that a group of the host has reached. */
    Optional<PerGroup> fullGroup(String hostId, int own) {
        for (PerGroup limit : draft.groupLimits(hostId)) {
            if (draft.slotsInGroupOf(limit.label(), hostId) - own >= limit.max()) {
                return Optional.of(limit);
            }
        }
        return Optional.empty();
    }

    private boolean waitsForHostItself(TaskRow row, HostSlots host) {
        if (host.hostTask() < 0 || row.target().isHost()) {
            return false;
        }
        TaskRow itself = draft.task(host.hostTask());
        return itself.wave() <= row.wave() && !itself.state().isEnded();
    }
}
