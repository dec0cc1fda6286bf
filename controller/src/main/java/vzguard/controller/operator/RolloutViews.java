package vzguard.controller.operator;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import vzguard.controller.core.WireTime;
import vzguard.controller.dispatch.ActiveRollout;
import vzguard.controller.rollout.Rollout;
import vzguard.controller.rollout.Tally;
import vzguard.controller.rollout.TargetRef;
import vzguard.controller.rollout.TaskRow;
import vzguard.controller.rollout.TaskState;
import vzguard.v1.Cause;
import vzguard.v1.RolloutKind;
import vzguard.v1.RolloutState;
import vzguard.v1.RolloutView;
import vzguard.v1.Target;
import vzguard.v1.TaskCluster;
import vzguard.v1.TaskView;

/** Rollouts as operators see them. Used on the event loop's thread. */
final class RolloutViews {
    private RolloutViews() {}

    /** With the tasks in these states (none: in any), from a position on, and what went wrong. */
    static RolloutView page(ActiveRollout rollout, int size, int from, Set<vzguard.v1.TaskState> states, Instant now) {
        List<TaskRow> rows = rollout.machine().tasks();
        RolloutView.Builder view = summary(rollout, now).clearClusters().addAllClusters(clusters(rollout));
        for (int index = from; index < rows.size(); index++) {
            if (states.isEmpty() || states.contains(state(rows.get(index)))) {
                if (view.getTasksCount() == size) {
                    return view.setNextPageToken(Integer.toString(index)).build();
                }
                view.addTasks(task(rollout, rows.get(index)));
            }
        }
        return view.build();
    }

    /** With these tasks only. */
    static RolloutView with(ActiveRollout rollout, List<Integer> tasks, Instant now) {
        List<TaskRow> rows = rollout.machine().tasks();
        return summary(rollout, now)
                .addAllTasks(tasks.stream()
                        .map(index -> task(rollout, rows.get(index)))
                        .toList())
                .build();
    }

    private static vzguard.v1.TaskState state(TaskRow row) {
        return vzguard.v1.TaskState.valueOf("TASK_STATE_" + row.state().name());
    }

    /** Without tasks. */
    static RolloutView.Builder summary(ActiveRollout rollout, Instant now) {
        Rollout machine = rollout.machine();
        Tally tally = machine.tally();
        RolloutView.Builder view = RolloutView.newBuilder()
                .setRolloutId(rollout.id())
                .setKind(RolloutKind.valueOf(
                        "ROLLOUT_KIND_" + machine.terms().kind().name()))
                .setState(
                        RolloutState.valueOf("ROLLOUT_STATE_" + machine.state().name()))
                .setPolicy(machine.terms().policy())
                .setRevision(machine.terms().revision())
                .setTargets(tally.targets())
                .setDone(tally.of(TaskState.DONE))
                .setNoOp(tally.of(TaskState.NO_OP))
                .setFailed(tally.of(TaskState.FAILED))
                .setRefused(tally.of(TaskState.REFUSED))
                .setUnreachable(tally.of(TaskState.UNREACHABLE))
                .setSkipped(tally.of(TaskState.SKIPPED))
                .setPending(tally.of(TaskState.PENDING))
                .setRunning(tally.of(TaskState.RUNNING))
                .setWave(machine.wave())
                .setWaves(machine.waves())
                .setRestarts(machine.restarts())
                .setWaitingFor(rollout.waitingFor(now))
                .setStartedAt(WireTime.of(machine.terms().startedAt()))
                .setStartedBy(rollout.startedBy())
                .setTakesBack(rollout.takesBack())
                .setTimedOut(tally.timedOut())
                .setPlan(rollout.planId());
        if (!rollout.planId().isEmpty()) {
            view.setChangedSinceApproval((int) machine.tasks().stream()
                    .filter(TaskRow::isChangedSinceApproval)
                    .count());
        }
        if (machine.state() != vzguard.controller.rollout.RolloutState.RUNNING) {
            view.addAllClusters(clusters(rollout));
        }
        Instant ended = machine.progress().endedAt();
        if (ended != null) {
            view.setEndedAt(WireTime.of(ended));
        }
        return view;
    }

    private static List<TaskCluster> clusters(ActiveRollout rollout) {
        return rollout.clusters().stream()
                .map(cluster -> TaskCluster.newBuilder()
                        .setState(vzguard.v1.TaskState.valueOf(
                                "TASK_STATE_" + cluster.state().name()))
                        .addAllCauses(cluster.causes())
                        .setSummary(cluster.summary())
                        .setCure(cure(rollout, cluster.first()))
                        .setTargets(cluster.count())
                        .addAllExamples(cluster.targets().stream()
                                .map(RolloutViews::target)
                                .toList())
                        .build())
                .toList();
    }

    /** That of the first cause that has one; empty when none has. */
    static String cure(ActiveRollout rollout, TaskRow row) {
        return causes(rollout, row).stream()
                .map(Cause::getCure)
                .filter(cure -> !cure.isEmpty())
                .findFirst()
                .orElse("");
    }

    static Target target(TargetRef target) {
        return Target.newBuilder()
                .setHostId(target.hostId())
                .setHostName(target.hostName())
                .setCtid(target.ctid())
                .build();
    }

    private static TaskView task(ActiveRollout rollout, TaskRow row) {
        TaskView.Builder view = TaskView.newBuilder()
                .setTarget(target(row.target()))
                .setState(state(row))
                .setWave(row.wave())
                .setAttempt(row.attempt())
                .setSummary(row.summary())
                .setRestarted(row.restarted())
                .setFromRevision(row.change().from())
                .setToRevision(row.change().to());
        if (row.state().isEnded()) {
            rollout.result(row.index()).ifPresent(result -> view.addAllProofs(result.getProofsList()));
            view.addAllCauses(causes(rollout, row));
        }
        if (row.state() == TaskState.RUNNING) {
            rollout.progress(row.index()).ifPresent(view::setProgress);
        }
        Instant started = row.startedAt();
        if (started != null) {
            view.setStartedAt(WireTime.of(started));
        }
        Instant ended = row.endedAt();
        if (ended != null) {
            view.setEndedAt(WireTime.of(ended));
        }
        return view.build();
    }

    /** With evidence where the agent sent it; what the controller itself concluded has a code only. */
    static List<Cause> causes(ActiveRollout rollout, TaskRow row) {
        List<Cause> sent = rollout.result(row.index())
                .map(result -> result.getCausesList().stream()
                        .filter(cause -> row.causes().contains(cause.getCode()))
                        .toList())
                .orElse(List.of());
        return sent.isEmpty()
                ? row.causes().stream()
                        .map(code -> Cause.newBuilder()
                                .setCode(code)
                                .setSummary(row.summary())
                                .build())
                        .toList()
                : sent;
    }
}
