package vzguard.it.simulation;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import vzguard.controller.rollout.JobId;
import vzguard.controller.rollout.Rollout;
import vzguard.controller.rollout.RolloutKind;
import vzguard.controller.rollout.RolloutState;
import vzguard.controller.rollout.TaskRow;
import vzguard.controller.rollout.TaskState;
import vzguard.policy.Thresholds;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;

/** What must hold of each task, from one commit to the next. */
final class TaskChecks {
    private final World world;
    private final Ledger ledger;
    private final Set<JobId> started = new HashSet<>();
    private final Map<String, Set<TaskState>> endings = new HashMap<>();

    TaskChecks(World world, Ledger ledger) {
        this.world = world;
        this.ledger = ledger;
    }

    static JobId job(Rollout rollout, TaskRow row) {
        return new JobId(rollout.terms().id(), row.index(), row.attempt(), row.withRestart());
    }

    /** After a reload a running job has more time; nothing else of a row is different. */
    static List<Object> withoutDeadline(TaskRow row) {
        return java.util.Arrays.asList(
                row.change(),
                row.wave(),
                row.state(),
                row.attempt(),
                row.withRestart(),
                row.accepted(),
                row.outstanding(),
                row.startedAt(),
                row.endedAt(),
                row.restarts(),
                row.summary(),
                row.causes());
    }

    void changed(SimulatedController controller, @Nullable Rollout before, Rollout now, boolean alone, boolean braked) {
        for (TaskRow row : now.tasks()) {
            TaskRow old = before == null ? null : before.tasks().get(row.index());
            if (old == row) {
                continue;
            }
            if (row.state() == TaskState.RUNNING && started.add(job(now, row))) {
                starts(now, row, alone, braked);
            }
            if (old != null && old.state() != row.state()) {
                world.say(() -> "  " + job(now, row) + " " + row.target() + ": " + old.state() + " to " + row.state()
                        + " " + row.summary());
                moved(controller, now, old, row);
            }
        }
        if (before != null && before.state() != now.state()) {
            world.say(() -> "  " + now.terms().id() + ": " + before.state() + " to " + now.state() + " "
                    + now.progress().stopReason());
            ledger.require(
                    before.state() != RolloutState.ABORTED,
                    () -> "it goes on after an abort: " + now.terms().id());
        }
    }

    private void starts(Rollout now, TaskRow row, boolean alone, boolean braked) {
        ledger.require(!braked, () -> "started under the fleet's brake: " + job(now, row));
        if (!alone) {
            return;
        }
        // A rollout that this very start completed is none: it runs.
        ledger.require(
                now.state() == RolloutState.RUNNING, () -> "started while " + now.state() + ": " + job(now, row));
        Thresholds.Counts limits = now.terms().settings().thresholds().overall();
        int late = now.tally().timedOut() - now.progress().forgiven().timedOut();
        int failures = now.tally().of(TaskState.FAILED)
                - now.tally().timedOut()
                - now.progress().forgiven().failures();
        int targets = now.tally().targets();
        ledger.require(
                !limits.failures().isReachedBy(failures, targets)
                        && !limits.timedOut().isReachedBy(late, targets),
                () -> "started after " + failures + " failures and " + late + " time-outs of " + limits + ": "
                        + job(now, row));
        for (TaskRow earlier : now.tasks()) {
            ledger.require(
                    earlier.wave() >= row.wave() || earlier.state().isEnded(),
                    () -> "started before an earlier wave ended: " + job(now, row));
        }
    }

    private void moved(SimulatedController controller, Rollout now, TaskRow old, TaskRow row) {
        String id = now.terms().id();
        ledger.require(
                old.state() != TaskState.DONE && old.state() != TaskState.NO_OP,
                () -> id + ": a success became " + row);
        if (!row.state().isEnded()) {
            return;
        }
        endings.computeIfAbsent(id, none -> new HashSet<>()).add(row.state());
        ledger.require(!row.causes().contains("JOB_LOST"), () -> "an agent lost what it had accepted: " + row);
        if (row.causes().contains("HOST_AWAY") || row.causes().contains("NO_RESULT")) {
            silence(controller, old, row);
            return;
        }
        if (row.state() == TaskState.SKIPPED && now.state() == RolloutState.ABORTED) {
            return;
        }
        if (row.state() == TaskState.NO_OP && row.summary().contains("started anew")) {
            ledger.require(
                    old.state() == TaskState.PENDING && now.terms().kind() == RolloutKind.RESTART,
                    () -> "its owner's restart counts for more than it is: " + row);
            return;
        }
        JobId of = old.state() == TaskState.RUNNING ? job(now, old) : old.outstanding();
        if (of != null) {
            ledger.answered(of.toString());
        }
        List<JobResult> said = of == null ? List.of() : ledger.results(of.toString());
        ledger.require(
                said.stream().anyMatch(result -> state(result.getOutcome()) == row.state() || isTooLate(result, row))
                        || isRefusalOfTheDesk(row),
                () -> "nobody said so of " + of + ", but " + said + ": " + row);
    }

    /** It needs a restart, and its rollout had been aborted. */
    private static boolean isTooLate(JobResult result, TaskRow row) {
        return result.getOutcome() == Outcome.OUTCOME_REFUSED && row.state() == TaskState.SKIPPED;
    }

    /** What the agent's desk answers itself, without carrying anything out. */
    private static boolean isRefusalOfTheDesk(TaskRow row) {
        return row.summary().contains("cancelled by the controller")
                || row.summary().contains("its time passed before")
                || row.summary().contains("does not take it")
                || row.summary().contains("an error in the agent");
    }

    private static TaskState state(Outcome outcome) {
        return switch (outcome) {
            case OUTCOME_DONE -> TaskState.DONE;
            case OUTCOME_NO_OP -> TaskState.NO_OP;
            case OUTCOME_REFUSED -> TaskState.REFUSED;
            case OUTCOME_SKIPPED -> TaskState.SKIPPED;
            case OUTCOME_FAILED, OUTCOME_UNSPECIFIED, UNRECOGNIZED -> TaskState.FAILED;
        };
    }

    private void silence(SimulatedController controller, TaskRow old, TaskRow row) {
        Instant now = controller.machine().clock().instant();
        Instant deadline = old.deadline();
        ledger.require(
                old.state() != TaskState.RUNNING || (deadline != null && !now.isBefore(deadline)),
                () -> "silence taken for a result before its time, " + deadline + ": " + row);
    }

    void offered(JobId job, String hostId, @Nullable Rollout rollout) {
        ledger.require(started.contains(job), () -> "offered before it was durable: " + job);
        ledger.require(
                rollout != null
                        && rollout.tasks().get(job.task()).target().hostId().equals(hostId),
                () -> "offered to another host: " + job + " to " + hostId);
    }

    /** The agent forgets it now: it must be counted. */
    void acknowledged(JobId job, @Nullable Rollout rollout) {
        if (rollout == null) {
            return;
        }
        TaskRow row = rollout.tasks().get(job.task());
        boolean waited =
                (row.state() == TaskState.RUNNING && job(rollout, row).equals(job)) || job.equals(row.outstanding());
        ledger.require(!waited, () -> "acknowledged and not counted: " + job + ", " + row);
    }

    Set<TaskState> endings() {
        Set<TaskState> all = new HashSet<>();
        endings.values().forEach(all::addAll);
        return all;
    }
}
