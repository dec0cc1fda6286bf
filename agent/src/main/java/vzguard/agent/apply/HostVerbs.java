package vzguard.agent.apply;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.journal.Journal;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Place;
import vzguard.agent.model.Plan;
import vzguard.agent.observe.Observer;
import vzguard.agent.observe.StartMemory;
import vzguard.agent.plan.Planner;
import vzguard.policy.Policy;
import vzguard.values.Ctid;

/**
 * The verbs of one host, as the agent's stream and the local commands call them. Changing verbs carry a job id: the same id
 * given again, after a crash, goes on from where it was and does nothing twice. Thread safe.
 */
public final class HostVerbs implements AutoCloseable {
    private final Observer observer;
    private final Applier applier;
    private final Journal journal;

    private HostVerbs(Observer observer, Applier applier, Journal journal) {
        this.observer = observer;
        this.applier = applier;
        this.journal = journal;
    }

    /**
     * Opens the state directory and makes the verbs ready.
     *
     * @param hostName the host's name; a label
     * @throws IOException when the state directory cannot be used
     */
    public static HostVerbs open(
            CommandRunner runner,
            HostFiles files,
            Path stateDirectory,
            String hostName,
            ApplySettings settings,
            Pause pause,
            Clock clock)
            throws IOException {
        Observer observer = new Observer(runner, files, clock, StartMemory.open(stateDirectory), hostName);
        Applier applier = new Applier(runner, files, observer, new HostGate(), settings, pause, clock);
        return new HostVerbs(observer, applier, Journal.open(stateDirectory));
    }

    /** The host and all of its VEs. */
    public HostSnapshot observe() {
        return observer.observe();
    }

    /** The host, and of its VEs at most this one. */
    public HostSnapshot observe(Optional<Ctid> ctid) {
        return observer.observe(new Place(ctid));
    }

    /** Plans, in the order asked for; one observation for all. */
    public List<Plan> plan(Policy policy, List<Optional<Ctid>> places) {
        HostSnapshot seen = places.size() == 1 ? observe(places.get(0)) : observe();
        return places.stream()
                .map(place -> Planner.plan(policy, seen, place))
                .toList();
    }

    /** Brings a place to a policy. */
    public ApplyReport apply(
            String jobId, Policy policy, Optional<Ctid> ctid, ApplyOptions options, Progress progress) {
        return applier.apply(
                new Place(ctid), seen -> Planner.plan(policy, seen, ctid), options, journal.of(jobId), progress);
    }

    /** Takes away what vzguard applied to a place; a second time there is nothing to do. */
    public ApplyReport revert(String jobId, Optional<Ctid> ctid, Progress progress) {
        return applier.apply(
                new Place(ctid),
                seen -> Planner.revert(seen, ctid),
                new ApplyOptions("", false),
                journal.of(jobId),
                progress);
    }

    /** Restarts a running VE and watches it until healthy; never starts a stopped one. */
    public ApplyReport restart(String jobId, Ctid ctid, Progress progress) {
        return applier.restart(Place.of(ctid), journal.of(jobId), progress);
    }

    /** The job's result is safe elsewhere: what the journal holds of it goes. */
    public void conclude(String jobId) {
        journal.forget(jobId);
    }

    /** What was found damaged in the state directory, one sentence each. */
    public List<String> problems() {
        return journal.problems();
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
