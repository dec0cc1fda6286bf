package vzguard.cli;

import static vzguard.cli.Fixtures.ago;
import static vzguard.cli.Fixtures.target;

import vzguard.v1.JobProgress;
import vzguard.v1.RolloutKind;
import vzguard.v1.RolloutState;
import vzguard.v1.RolloutView;
import vzguard.v1.TaskState;
import vzguard.v1.TaskView;

/** A rollout over four targets, from its start to an end in which not all is well. */
public final class Rollouts {
    private Rollouts() {}

    public static TaskView task(String host, String ctid, int wave, TaskState state, String summary) {
        return TaskView.newBuilder()
                .setTarget(target(host, ctid))
                .setWave(wave)
                .setState(state)
                .setAttempt(state == TaskState.TASK_STATE_PENDING ? 0 : 1)
                .setSummary(summary)
                .build();
    }

    /** The first message of a watch: everything pending but the canary. */
    public static RolloutView first() {
        return RolloutView.newBuilder()
                .setRolloutId("r3")
                .setKind(RolloutKind.ROLLOUT_KIND_APPLY)
                .setState(RolloutState.ROLLOUT_STATE_RUNNING)
                .setPolicy("ssh-guard")
                .setRevision(2)
                .setTargets(4)
                .setPending(3)
                .setRunning(1)
                .setWaves(2)
                .setStartedAt(ago(60))
                .setStartedBy("akiko")
                .addTasks(running(1, "share ipt_recent with VE 101"))
                .addTasks(task("hn1", "102", 1, TaskState.TASK_STATE_PENDING, ""))
                .addTasks(task("hn2", "101", 1, TaskState.TASK_STATE_PENDING, ""))
                .addTasks(task("hn2", "102", 1, TaskState.TASK_STATE_PENDING, ""))
                .build();
    }

    /** The canary is at its next step. */
    public static RolloutView second() {
        return first().toBuilder()
                .clearTasks()
                .addTasks(running(2, "restart VE 101"))
                .build();
    }

    /** The canary is done, the wave waits. */
    public static RolloutView third() {
        return first().toBuilder()
                .setDone(1)
                .setRunning(0)
                .setWaitingFor("soak of the canary, 2 s")
                .setRestarts(1)
                .clearTasks()
                .addTasks(task("hn1", "101", 0, TaskState.TASK_STATE_DONE, "guarded, restarted, proven").toBuilder()
                        .setRestarted(true)
                        .addProofs(Fixtures.proof(target("hn1", "101"), true)))
                .build();
    }

    public static RolloutView last() {
        return third().toBuilder()
                .setState(RolloutState.ROLLOUT_STATE_COMPLETED)
                .setWaitingFor("")
                .setPending(0)
                .setWave(1)
                .setNoOp(1)
                .setFailed(1)
                .setSkipped(1)
                .setEndedAt(ago(5))
                .clearTasks()
                .addTasks(task("hn1", "102", 1, TaskState.TASK_STATE_NO_OP, "it was so already"))
                .addTasks(
                        task("hn2", "101", 1, TaskState.TASK_STATE_FAILED, "VE 101 stayed locked for 60 s").toBuilder()
                                .addCauses(Fixtures.notShared()))
                .addTasks(task("hn2", "102", 1, TaskState.TASK_STATE_SKIPPED, "stopped: pending until started"))
                .build();
    }

    private static TaskView running(int step, String text) {
        return task("hn1", "101", 0, TaskState.TASK_STATE_RUNNING, "").toBuilder()
                .setProgress(JobProgress.newBuilder().setStep(step).setSteps(4).setText(text))
                .build();
    }
}
