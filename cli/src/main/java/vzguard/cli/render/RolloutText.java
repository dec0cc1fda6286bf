package vzguard.cli.render;

import java.util.Comparator;
import java.util.List;
import vzguard.v1.RolloutState;
import vzguard.v1.RolloutView;
import vzguard.v1.TaskCluster;
import vzguard.v1.TaskState;
import vzguard.v1.TaskView;

/** Rollouts as a table, one in full, and the line that accounts for every target. */
public final class RolloutText {
    private static final int MANY = 10;

    private RolloutText() {}

    /** In the controller's order, newest first. */
    public static String table(List<RolloutView> rollouts, Screen screen) {
        Table table = new Table("ROLLOUT", "KIND", "POLICY", "STATE", "WAVE", "OK", "BAD", "LEFT", "AGE", "WAITS FOR");
        for (RolloutView rollout : rollouts) {
            table.add(
                    rollout.getRolloutId(),
                    Words.lower(rollout.getKind(), "ROLLOUT_KIND_"),
                    what(rollout),
                    state(rollout),
                    wave(rollout) + "/" + rollout.getWaves(),
                    rollout.getDone() + rollout.getNoOp(),
                    rollout.getFailed() + rollout.getRefused() + rollout.getUnreachable(),
                    rollout.getPending() + rollout.getRunning(),
                    Ages.since(rollout.hasStartedAt(), rollout.getStartedAt(), screen.now()),
                    rollout.getWaitingFor());
        }
        return screen.render(table);
    }

    /** All tasks, by wave; causes and proofs of those that are not well. */
    public static String show(RolloutView rollout, Screen screen) {
        Details details = new Details(screen);
        details.title("rollout " + rollout.getRolloutId());
        details.value("kind", Words.lower(rollout.getKind(), "ROLLOUT_KIND_"));
        details.value("policy", what(rollout));
        details.value("state", state(rollout).text(), state(rollout).tone());
        details.value("wave", wave(rollout) + " of " + rollout.getWaves());
        details.value("restarts", "" + rollout.getRestarts());
        if (!rollout.getPlan().isEmpty()) {
            details.value("held to plan", rollout.getPlan());
        }
        if (rollout.getTimedOut() > 0) {
            details.value("timed out", rollout.getTimedOut() + " of the failed");
        }
        if (rollout.getChangedSinceApproval() > 0) {
            details.value(
                    "changed since",
                    Text.count(rollout.getChangedSinceApproval(), "target")
                            + " left alone; by what was planned anew: vzguard rollout approve "
                            + rollout.getRolloutId(),
                    Tone.WARN);
        }
        details.value("started", rollout.hasStartedAt() ? Ages.time(rollout.getStartedAt()) : "");
        details.value("ended", rollout.hasEndedAt() ? Ages.time(rollout.getEndedAt()) : "");
        details.value("by", rollout.getStartedBy());
        if (!rollout.getWaitingFor().isEmpty()) {
            details.value("waits for", rollout.getWaitingFor(), Tone.WARN);
        }
        clusters(details, rollout, screen);
        details.heading("targets");
        Table table = new Table("TARGET", "WAVE", "STATE", "TRY", "RESTARTED", "PROOF", "SUMMARY");
        List<TaskView> tasks = sorted(rollout.getTasksList());
        for (TaskView task : tasks) {
            table.add(
                    Words.target(task.getTarget()),
                    task.getWave() + 1,
                    new Table.Cell(Words.lower(task.getState(), "TASK_STATE_"), tone(task.getState())),
                    task.getAttempt(),
                    task.getRestarted() ? "yes" : "-",
                    proofs(task),
                    summary(task));
        }
        details.table(table);
        if (tasks.size() < rollout.getTargets()) {
            details.line(tasks.size() + " of " + rollout.getTargets()
                    + " targets are listed; all of them: vzguard rollout show " + rollout.getRolloutId()
                    + " --all, or only those --state failed");
        }
        if (!isMany(rollout)) {
            tasks.stream().filter(task -> task.getCausesCount() > 0).forEach(task -> trouble(details, task, screen));
        }
        return details + accounting(rollout) + "\n";
    }

    /** {@code 12 targets = 10 done + 0 no-op + ...}: every target is in exactly one place. */
    public static String accounting(RolloutView rollout) {
        return Text.count(rollout.getTargets(), "target") + " = " + rollout.getDone() + " done + " + rollout.getNoOp()
                + " no-op + " + rollout.getFailed() + " failed + " + rollout.getRefused() + " refused + "
                + rollout.getUnreachable() + " unreachable + " + rollout.getSkipped() + " skipped + "
                + rollout.getPending() + " pending + " + rollout.getRunning() + " running";
    }

    /** {@code 4 VEs restarted}, or that none was. */
    static String restarted(RolloutView rollout) {
        return rollout.getRestarts() == 0 ? "no VE restarted" : Text.count(rollout.getRestarts(), "VE") + " restarted";
    }

    /** {@code rollout r3: ssh-guard r2, running, wave 1 of 3}, and what it waits for. */
    public static String headline(RolloutView rollout) {
        String waits = rollout.getWaitingFor().isEmpty() ? "" : ": " + Text.line(rollout.getWaitingFor());
        return "rollout " + Text.line(rollout.getRolloutId()) + ": " + Text.line(what(rollout)) + ", "
                + Words.lower(rollout.getState(), "ROLLOUT_STATE_") + ", wave " + wave(rollout) + " of "
                + rollout.getWaves() + waits;
    }

    /** By wave, then as people count. */
    static List<TaskView> sorted(List<TaskView> tasks) {
        return tasks.stream()
                .sorted(Comparator.comparing(TaskView::getWave)
                        .thenComparing(task -> Words.target(task.getTarget()), NaturalOrder.NATURAL))
                .toList();
    }

    /** More troubled targets than a person reads one by one: then what they have in common is told instead. */
    static boolean isMany(RolloutView rollout) {
        return rollout.getFailed() + rollout.getRefused() + rollout.getUnreachable() + rollout.getSkipped() > MANY;
    }

    /** What has gone wrong, by what the targets have in common; nothing for a few, which are told one by one. */
    static void clusters(Details details, RolloutView rollout, Screen screen) {
        if (!isMany(rollout)) {
            return;
        }
        for (TaskCluster cluster : rollout.getClustersList()) {
            details.heading(Text.count(cluster.getTargets(), "target") + " "
                    + Words.lower(cluster.getState(), "TASK_STATE_")
                    + (cluster.getSummary().isEmpty() ? "" : ": " + Text.line(cluster.getSummary())));
            String some = String.join(
                    ", ", cluster.getExamplesList().stream().map(Words::target).toList());
            int more = cluster.getTargets() - cluster.getExamplesCount();
            details.line(some + (more > 0 ? " and " + more + " more" : ""));
            if (cluster.getCausesCount() > 0) {
                details.line(screen.paint(Tone.WARN, "cause " + Text.line(String.join(", ", cluster.getCausesList())))
                        + (cluster.getCure().isEmpty() ? "" : "; cure: " + Text.line(cluster.getCure())));
            }
        }
    }

    static void trouble(Details details, TaskView task, Screen screen) {
        details.heading(Words.target(task.getTarget()));
        CauseText.brief(details, task.getCausesList(), screen);
    }

    static Tone tone(TaskState state) {
        return switch (state) {
            case TASK_STATE_DONE, TASK_STATE_NO_OP -> Tone.GOOD;
            case TASK_STATE_FAILED, TASK_STATE_REFUSED, TASK_STATE_UNREACHABLE -> Tone.BAD;
            case TASK_STATE_SKIPPED -> Tone.WARN;
            default -> Tone.PLAIN;
        };
    }

    /** What a task did, or the step it is at. */
    static String summary(TaskView task) {
        if (task.getState() == TaskState.TASK_STATE_RUNNING && task.hasProgress()) {
            return "step " + task.getProgress().getStep() + "/"
                    + task.getProgress().getSteps() + ": " + task.getProgress().getText();
        }
        return task.getSummary();
    }

    /** People count from one; a rollout that has ended is past its last wave or in it. */
    private static int wave(RolloutView rollout) {
        return Math.min(rollout.getWave() + 1, rollout.getWaves());
    }

    /** It succeeded, and whether the guard acts is not known. */
    static boolean isUnproven(TaskView task) {
        return tone(task.getState()) == Tone.GOOD
                && task.getProofsCount() > 0
                && !ProofText.holds(task.getProofsList());
    }

    private static Table.Cell proofs(TaskView task) {
        if (task.getProofsCount() == 0) {
            return new Table.Cell("-", Tone.PLAIN);
        }
        if (ProofText.holds(task.getProofsList())) {
            return new Table.Cell("proven", Tone.PLAIN);
        }
        return isUnproven(task) ? new Table.Cell("unproven", Tone.WARN) : new Table.Cell("not proven", Tone.BAD);
    }

    private static String what(RolloutView rollout) {
        return switch (rollout.getKind()) {
            case ROLLOUT_KIND_RESTART -> "restart of VEs";
            case ROLLOUT_KIND_REMOVE -> rollout.getPolicy() + " away";
            case ROLLOUT_KIND_ROLLBACK -> rollout.getPolicy() + " as before " + rollout.getTakesBack();
            default ->
                rollout.getPolicy() + " r" + rollout.getRevision() + (isEnforcement(rollout) ? ", enforced" : "");
        };
    }

    /** Nobody typed it. */
    private static boolean isEnforcement(RolloutView rollout) {
        return rollout.getStartedBy().equals("enforcement");
    }

    private static Table.Cell state(RolloutView rollout) {
        RolloutState state = rollout.getState();
        Tone tone = switch (state) {
            case ROLLOUT_STATE_COMPLETED -> Tone.GOOD;
            case ROLLOUT_STATE_STOPPED, ROLLOUT_STATE_ABORTED -> Tone.BAD;
            case ROLLOUT_STATE_PAUSED -> Tone.WARN;
            default -> Tone.PLAIN;
        };
        return new Table.Cell(Words.lower(state, "ROLLOUT_STATE_"), tone);
    }
}
