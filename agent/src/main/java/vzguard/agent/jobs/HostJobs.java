package vzguard.agent.jobs;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import vzguard.agent.apply.Applier;
import vzguard.agent.apply.Progress;
import vzguard.agent.diagnose.Diagnoser;
import vzguard.agent.journal.Journal;
import vzguard.agent.link.JobRunner;
import vzguard.agent.link.Verbs;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Place;
import vzguard.agent.observe.Observer;
import vzguard.agent.plan.Planner;
import vzguard.agent.prove.AnnouncedProof;
import vzguard.agent.wire.FactsWire;
import vzguard.policy.Policy;
import vzguard.policy.PolicyWire;
import vzguard.v1.Job;
import vzguard.v1.JobProgress;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;
import vzguard.v1.PolicySpec;
import vzguard.v1.Proof;
import vzguard.v1.ProveJob;

/** Carries out the verbs of jobs on this host. What comes from the controller is validated again. Thread safe. */
public final class HostJobs implements JobRunner {
    private static final Set<String> VERBS =
            Set.of("observe", "plan", "apply", "restart", "prove", "diagnose", "revert", "bans");

    private final Observer observer;
    private final ChangingJobs changing;
    private final Journal journal;
    private final Proving proving;
    private final Diagnoser diagnoser;
    private final Memory memory;
    private final JobWire wire;
    private final Runnable changed;
    private final BanJobs bans;

    /** As the other one, where no controller looks from outside. */
    public HostJobs(
            Observer observer,
            Applier applier,
            Journal journal,
            Proving proving,
            Diagnoser diagnoser,
            Memory memory,
            JobWire wire,
            Runnable changed) {
        this(observer, applier, journal, proving, diagnoser, memory, wire, changed, Optional.empty(), () -> {});
    }

    /**
     * @param changed told after each job that may have changed more than its result tells
     * @param outside looks at the host's own guard from outside
     * @param written told after each job that wrote something, or took something away
     */
    public HostJobs(
            Observer observer,
            Applier applier,
            Journal journal,
            Proving proving,
            Diagnoser diagnoser,
            Memory memory,
            JobWire wire,
            Runnable changed,
            Optional<OutsideLooks> outside,
            Runnable written) {
        this.observer = observer;
        this.changing = new ChangingJobs(observer, applier, journal, proving, memory, wire, changed, outside, written);
        this.journal = journal;
        this.proving = proving;
        this.diagnoser = diagnoser;
        this.memory = memory;
        this.wire = wire;
        this.changed = changed;
        this.bans = new BanJobs(applier.bans());
    }

    @Override
    public Set<String> verbs() {
        return VERBS;
    }

    @Override
    public JobResult run(Job job, Consumer<JobProgress> progress) {
        return run(job, Instant.MAX, progress);
    }

    @Override
    public JobResult run(Job job, Instant deadline, Consumer<JobProgress> progress) {
        try {
            JobResult.Builder result = switch (job.getVerbCase()) {
                case OBSERVE -> observe();
                case PLAN ->
                    plan(policy(job.getPlan().getPolicy()), job.getPlan().getCtidsList());
                case APPLY -> changing.apply(job.getJobId(), job.getApply(), deadline, told(job, progress));
                case RESTART ->
                    changing.restart(
                            job.getJobId(), JobWire.place(job.getRestart().getCtid()), deadline, told(job, progress));
                case PROVE -> prove(job.getProve());
                case DIAGNOSE -> diagnose(JobWire.place(job.getDiagnose().getCtid()));
                case REVERT -> changing.revert(job.getJobId(), job.getRevert(), deadline, told(job, progress));
                case BANS -> bans.run(job.getBans());
                case CONFIRM, VERB_NOT_SET -> JobWire.refused(Verbs.of(job) + " is not known to this agent");
            };
            result.getVesBuilderList()
                    .forEach(ve -> JobWire.worst(memory.proofs(JobWire.place(ve.getCtid())))
                            .ifPresent(ve::setLastProof));
            return result.build();
        } catch (IllegalArgumentException e) {
            return JobWire.refused(String.valueOf(e.getMessage())).build();
        }
    }

    @Override
    public void resultKept(String jobId) {
        journal.forget(jobId);
    }

    private JobResult.Builder observe() {
        HostSnapshot host = observer.observe();
        changed.run();
        return JobWire.seen(
                JobResult.newBuilder()
                        .setOutcome(Outcome.OUTCOME_DONE)
                        .setSummary("observed, " + host.ves().size() + " VEs"),
                host);
    }

    private JobResult.Builder plan(Policy policy, List<String> ctids) {
        List<Place> places = ctids.stream().map(JobWire::place).toList();
        HostSnapshot host = observer.observe();
        JobResult.Builder result = JobResult.newBuilder()
                .setOutcome(Outcome.OUTCOME_DONE)
                .setSummary("planned for " + places.size() + (places.size() == 1 ? " target" : " targets"));
        places.forEach(place -> result.addPlans(FactsWire.plan(
                Planner.plan(policy, host, place.ctid(), memory.isOfAnother(place, policy)), wire.target(place))));
        return result;
    }

    private JobResult.Builder prove(ProveJob job) {
        Place place = JobWire.place(job.getCtid());
        Optional<Policy> given = job.hasPolicy() ? Optional.of(policy(job.getPolicy())) : Optional.empty();
        HostSnapshot host;
        Proving.Proved proved;
        try (AnnouncedProof announced = proving.announce()) {
            host = observer.observe(place);
            proved = proving.prove(place, host, given.map(Policy::sshGuard), announced);
        }
        List<Proof> proofs = wire.proofs(proved.results());
        memory.proved(place, proofs);
        Optional<Proof> worst = JobWire.worst(proofs);
        // A proof that failed is a result of the job, which itself succeeded.
        return worst.map(proof -> JobWire.seen(
                        JobResult.newBuilder()
                                .setOutcome(Outcome.OUTCOME_DONE)
                                .setSummary(proof.getSummary())
                                .addAllProofs(proofs),
                        host))
                .orElseGet(() -> JobWire.refused(proved.obstacle()));
    }

    private JobResult.Builder diagnose(Place place) {
        var diagnosis = diagnoser.diagnose(place, memory.applied(place).map(Policy::sshGuard));
        int causes = diagnosis.causes().size();
        return JobResult.newBuilder()
                .setOutcome(Outcome.OUTCOME_DONE)
                .setSummary(
                        causes == 0
                                ? "nothing is wrong"
                                : diagnosis.causes().get(0).summary())
                .setDiagnosis(wire.diagnosis(diagnosis));
    }

    private static Progress told(Job job, Consumer<JobProgress> progress) {
        return (step, steps, text) -> progress.accept(JobProgress.newBuilder()
                .setJobId(job.getJobId())
                .setStep(step)
                .setSteps(steps)
                .setText(text)
                .build());
    }

    private static Policy policy(PolicySpec spec) {
        return PolicyWire.fromProto(spec);
    }
}
