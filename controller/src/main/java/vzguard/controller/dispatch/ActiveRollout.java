package vzguard.controller.dispatch;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import vzguard.controller.rollout.Cluster;
import vzguard.controller.rollout.Deadlines;
import vzguard.controller.rollout.Rollout;
import vzguard.controller.rollout.RolloutEvent;
import vzguard.controller.rollout.Step;
import vzguard.controller.rollout.Surroundings;
import vzguard.v1.JobProgress;
import vzguard.v1.JobResult;
import vzguard.v1.PolicySpec;

/** One rollout in memory: the machine, and what it does not need to know. Belongs to the event loop's thread. */
public final class ActiveRollout {
    private final long number;
    private final PolicySpec spec;
    private final boolean whole;
    private final String takesBack;
    private final String planId;
    private final String startedBy;
    private final Map<Integer, JobProgress> progress = new HashMap<>();
    private final Results results;
    private final Function<ActiveRollout, Surroundings> surroundings;
    private Rollout machine;
    private Optional<Instant> due;
    private @Nullable Rollout clustered;
    private List<Cluster> clusters = List.of();

    /**
     * @param now when it started or was read
     * @param surroundings what else goes on in the fleet at the moment of asking
     */
    ActiveRollout(
            long number,
            RolloutOrder order,
            Rollout machine,
            Instant now,
            Results results,
            Function<ActiveRollout, Surroundings> surroundings) {
        this.number = number;
        this.results = results;
        this.surroundings = surroundings;
        this.spec = order.spec();
        this.whole = order.whole();
        this.takesBack = order.takesBack();
        this.planId = order.planId();
        this.startedBy = order.startedBy();
        this.machine = machine;
        this.due = Deadlines.of(machine, now);
    }

    /** Grows by one with each rollout. */
    public long number() {
        return number;
    }

    public String id() {
        return machine.terms().id();
    }

    /** By whose settings it goes; a rollback carries out others. */
    public PolicySpec spec() {
        return spec;
    }

    /** It took every target of its policy, not some of them. */
    public boolean isWhole() {
        return whole;
    }

    /** Id of the rollout that it takes back; empty when it takes none back. */
    public String takesBack() {
        return takesBack;
    }

    /** Id of the plan that it is held to; empty when it does whatever each target needs. */
    public String planId() {
        return planId;
    }

    public String startedBy() {
        return startedBy;
    }

    public Rollout machine() {
        return machine;
    }

    /** Why nothing more of it starts at present, one sentence; empty when nothing holds it up or it has ended. */
    public String waitingFor(Instant now) {
        return machine.waitingFor(now, surroundings.apply(this));
    }

    /** What failed, was refused, unreachable or skipped, the largest first. Worked out anew only after a change. */
    public List<Cluster> clusters() {
        if (clustered != machine) {
            clusters = Cluster.of(machine.tasks());
            clustered = machine;
        }
        return clusters;
    }

    Step apply(RolloutEvent event) {
        return machine.apply(event, surroundings.apply(this));
    }

    /** The result that last ended the task, without facts and plans. */
    public Optional<JobResult> result(int task) {
        return results.of(id(), task);
    }

    /** Where the task's job is, as last heard; nothing once it has ended. */
    public Optional<JobProgress> progress(int task) {
        return Optional.ofNullable(progress.get(task));
    }

    /** When time alone may next change it; nothing once it has ended. */
    Optional<Instant> due() {
        return due;
    }

    boolean isDue(Instant now) {
        return due.filter(at -> !at.isAfter(now)).isPresent();
    }

    void took(RolloutEvent event, Step step) {
        machine = step.next();
        due = Deadlines.after(due, event, step);
    }

    void setProgress(int task, JobProgress now) {
        progress.put(task, now);
    }

    void forgetProgress(int task) {
        progress.remove(task);
    }
}
