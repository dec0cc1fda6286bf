package vzguard.controller.rollout;

import java.time.Instant;
import java.util.List;

/** What became of targets that nobody has heard of for long enough. */
final class Silence {
    private final Draft draft;
    private final Instant now;

    Silence(Draft draft, Instant now) {
        this.draft = draft;
        this.now = now;
    }

    void conclude() {
        boolean starting = draft.progress().state() == RolloutState.RUNNING;
        for (int index = draft.skipEnded(0); index < draft.size(); index = draft.skipEnded(index + 1)) {
            TaskRow row = draft.task(index);
            if (row.state() == TaskState.RUNNING) {
                running(row);
            } else if (starting
                    && row.state() == TaskState.PENDING
                    && row.wave() <= draft.progress().wave()) {
                pending(row);
            }
        }
    }

    private void running(TaskRow row) {
        Instant deadline = row.deadline();
        if (deadline == null || now.isBefore(deadline)) {
            return;
        }
        JobId job = row.job(draft.terms().id());
        boolean connected = draft.hostOf(row).connected();
        boolean failed = row.accepted() && connected;
        String why = failed
                ? "the agent accepted the job and gave no result until " + Words.of(deadline)
                : "no word until " + Words.of(deadline) + " from host "
                        + row.target().hostName()
                        + (connected ? ", which never accepted the job" : ", whose agent is not connected");
        draft.put(row.ended(
                failed ? TaskState.FAILED : TaskState.UNREACHABLE,
                job,
                now,
                row.restarts(),
                why,
                List.of(failed ? "NO_RESULT" : "HOST_AWAY")));
        draft.effect(new RolloutEffect.CancelJob(job, row.target()));
    }

    private void pending(TaskRow row) {
        HostSlots host = draft.hostOf(row);
        Instant patienceEnds =
                patienceEnds(host, draft.progress(), draft.terms().limits());
        if (now.isBefore(patienceEnds)) {
            return;
        }
        if (!host.connected()) {
            unreachable(
                    row, "not started: the agent of host " + host.name() + " was away until " + Words.of(patienceEnds));
        } else if (row.outstanding() != null) {
            unreachable(row, "not started: the agent has not answered for " + row.outstanding() + ", sent before");
        }
    }

    /** Until when a pending task waits for a host that is away, or for an earlier job's answer. */
    static Instant patienceEnds(HostSlots host, RolloutProgress progress, Limits limits) {
        Instant from = progress.waitFrom();
        Instant since = host.since().isAfter(from) ? host.since() : from;
        return since.plus(limits.patience());
    }

    private void unreachable(TaskRow row, String why) {
        draft.put(row.ended(TaskState.UNREACHABLE, row.outstanding(), now, row.restarts(), why, List.of("HOST_AWAY")));
    }
}
