package vzguard.controller.rollout;

import java.time.Instant;
import vzguard.policy.RolloutSettings.PerGroup;

/** Why nothing more starts, in one sentence for an operator. */
final class Waiting {
    private final Rollout rollout;
    private final Draft draft;
    private final Instant now;

    Waiting(Rollout rollout, Instant now, Surroundings surroundings) {
        this.rollout = rollout;
        this.draft = new Draft(rollout, surroundings);
        this.now = now;
    }

    String sentence() {
        if (rollout.hasEnded()) {
            return "";
        }
        return switch (rollout.state()) {
            case PAUSED -> "paused" + ending();
            case STOPPED -> rollout.progress().stopReason() + ending();
            case ABORTED -> "aborted" + ending();
            case COMPLETED -> "";
            case RUNNING -> running();
        };
    }

    private String ending() {
        int running = rollout.tally().of(TaskState.RUNNING);
        return running == 0 ? "" : "; " + Words.count(running, "target") + " still running";
    }

    private String running() {
        Instant soak = rollout.progress().soakUntil();
        if (soak != null) {
            return soak.equals(RolloutProgress.UNTIL_PROMOTED)
                    ? "wave " + (rollout.wave() + 1) + " has ended; the next begins by `vzguard rollout promote "
                            + rollout.terms().id() + "`"
                    : "soak of wave " + (rollout.wave() + 1) + " until " + Words.of(soak);
        }
        int index = draft.skipEnded(0);
        while (index < draft.size() && draft.task(index).wave() <= rollout.wave()) {
            TaskRow row = draft.task(index);
            if (row.state() == TaskState.PENDING) {
                return reason(row);
            }
            index = draft.skipEnded(index + 1);
        }
        return "";
    }

    private String reason(TaskRow row) {
        HostSlots host = draft.hostOf(row);
        int perHost = rollout.settings().restarts().perHost();
        int total = rollout.settings().restarts().total();
        return switch (new Starting(draft, now).blocker(row)) {
            case NONE, LATER_WAVE, HOST_ITSELF_FIRST, HOST_BUSY -> "";
            case BRAKE -> brake();
            case HOST_AWAY ->
                "host " + host.name() + " is not connected; its targets become unreachable at "
                        + Words.of(Silence.patienceEnds(
                                host, rollout.progress(), rollout.terms().limits()));
            case OLDER_JOB ->
                "the agent of host " + host.name() + " has not answered for " + row.outstanding() + " yet";
            case WINDOW -> times();
            case GROUP_BUDGET -> group(row);
            case HOST_BUDGET ->
                "restart budget of host " + host.name() + ": "
                        + (host.restarting()
                                + draft.surroundings().restartingOn(row.target().hostId())) + " of "
                        + perHost + " in use" + elsewhere(row.target().hostId()) + unanswered();
            case TOTAL_BUDGET ->
                "restart budget: " + (draft.slots() + draft.surroundings().restarting()) + " of " + total + " in use"
                        + elsewhere("") + unanswered();
        };
    }

    private String times() {
        String obstacle = rollout.times().obstacle(now);
        Instant next = rollout.times().next(now);
        return obstacle
                + (obstacle.startsWith("restart window") ? " opens at " : "; the next may start at ")
                + Words.of(next);
    }

    private String group(TaskRow row) {
        String hostId = row.target().hostId();
        PerGroup limit = new Starting(draft, now)
                .fullGroup(hostId, row.holdsSlot() ? 1 : 0)
                .orElseThrow();
        String value = draft.surroundings().groups().valueOf(limit.label(), hostId);
        return "restart budget of hosts "
                + (value.isEmpty() ? "without label " + limit.label() : "with " + limit.label() + "=" + value) + ": "
                + draft.slotsInGroupOf(limit.label(), hostId) + " of " + limit.max() + " in use" + elsewhere("")
                + unanswered();
    }

    private String brake() {
        String fleet = draft.surroundings().brake();
        return fleet.isEmpty()
                ? "brake: " + draft.silentHosts() + " of the "
                        + rollout.hostsUpTo(draft.progress().wave())
                        + " hosts begun with went silent; nothing starts until they are back. To go on without them: pause,"
                        + " then resume"
                : fleet;
    }

    private String elsewhere(String hostId) {
        return draft.surroundings()
                .holder(hostId)
                .map(holder -> ", some by rollout " + holder)
                .orElse("");
    }

    /** Slots held by VEs whose agents were given up on look like a rollout that hangs, so they are named. */
    private String unanswered() {
        long down = rollout.tasks().stream().filter(TaskRow::unhealthy).count();
        long silent = rollout.tasks().stream()
                .filter(row -> row.state() != TaskState.RUNNING && row.holdsSlot() && !row.unhealthy())
                .count();
        return (silent == 0
                        ? ""
                        : ", " + silent
                                + " of them by targets whose agent has not answered; they are freed by its answer")
                + (down == 0
                        ? ""
                        : ", " + down
                                + " of them by VEs that have not been seen running since their restart failed; they"
                                + " are freed once they run");
    }
}
