package vzguard.controller.dispatch;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import vzguard.controller.rollout.Rollout;
import vzguard.v1.JobProgress;
import vzguard.v1.JobResult;
import vzguard.v1.PolicySpec;

/** One rollout in memory: the machine, and what it does not need to know. Belongs to the event loop's thread. */
public final class ActiveRollout {
    private final long number;
    private final PolicySpec spec;
    private final String startedBy;
    private final Map<Integer, JobResult> results = new HashMap<>();
    private final Map<Integer, JobProgress> progress = new HashMap<>();
    private Rollout machine;

    ActiveRollout(long number, PolicySpec spec, String startedBy, Rollout machine) {
        this.number = number;
        this.spec = spec;
        this.startedBy = startedBy;
        this.machine = machine;
    }

    /** Grows by one with each rollout. */
    public long number() {
        return number;
    }

    public String id() {
        return machine.terms().id();
    }

    /** What it carries out. */
    public PolicySpec spec() {
        return spec;
    }

    public String startedBy() {
        return startedBy;
    }

    public Rollout machine() {
        return machine;
    }

    /** The result that last ended the task, without facts and plans. */
    public Optional<JobResult> result(int task) {
        return Optional.ofNullable(results.get(task));
    }

    /** Where the task's job is, as last heard; nothing once it has ended. */
    public Optional<JobProgress> progress(int task) {
        return Optional.ofNullable(progress.get(task));
    }

    void setMachine(Rollout next) {
        machine = next;
    }

    void setResult(int task, JobResult result) {
        results.put(task, result);
    }

    void setProgress(int task, JobProgress now) {
        progress.put(task, now);
    }

    void forgetProgress(int task) {
        progress.remove(task);
    }
}
