package vzguard.agent.jobs;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import vzguard.agent.apply.Applier;
import vzguard.agent.apply.ApplyOptions;
import vzguard.agent.apply.ApplyReport;
import vzguard.agent.apply.Progress;
import vzguard.agent.diagnose.Diagnoser;
import vzguard.agent.journal.Journal;
import vzguard.agent.link.JobRunner;
import vzguard.agent.link.Verbs;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Place;
import vzguard.agent.observe.Observer;
import vzguard.agent.plan.Planner;
import vzguard.agent.wire.FactsWire;
import vzguard.policy.Policy;
import vzguard.policy.PolicyWire;
import vzguard.v1.ApplyJob;
import vzguard.v1.Job;
import vzguard.v1.JobProgress;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;
import vzguard.v1.PolicySpec;
import vzguard.v1.Proof;
import vzguard.v1.ProveJob;
import vzguard.v1.RevertJob;
import vzguard.v1.Verdict;
import vzguard.values.Ctid;

/** Carries out the verbs of jobs on this host. What comes from the controller is validated again. Thread safe. */
public final class HostJobs implements JobRunner {
    private static final Set<String> VERBS =
            Set.of("observe", "plan", "apply", "restart", "prove", "diagnose", "revert");

    private final Observer observer;
    private final Applier applier;
    private final Journal journal;
    private final Proving proving;
    private final Diagnoser diagnoser;
    private final Memory memory;
    private final JobWire wire;
    private final Runnable changed;

    /** @param changed told after each job that may have changed more than its result tells */
    public HostJobs(
            Observer observer,
            Applier applier,
            Journal journal,
            Proving proving,
            Diagnoser diagnoser,
            Memory memory,
            JobWire wire,
            Runnable changed) {
        this.observer = observer;
        this.applier = applier;
        this.journal = journal;
        this.proving = proving;
        this.diagnoser = diagnoser;
        this.memory = memory;
        this.wire = wire;
        this.changed = changed;
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
                case APPLY -> apply(job.getJobId(), job.getApply(), deadline, told(job, progress));
                case RESTART ->
                    restart(job.getJobId(), place(job.getRestart().getCtid()), deadline, told(job, progress));
                case PROVE -> prove(job.getProve());
                case DIAGNOSE -> diagnose(place(job.getDiagnose().getCtid()));
                case REVERT -> revert(job.getJobId(), job.getRevert(), deadline, told(job, progress));
                case BANS, CONFIRM, VERB_NOT_SET -> refused(Verbs.of(job) + " is not known to this agent");
            };
            result.getVesBuilderList()
                    .forEach(ve ->
                            JobWire.worst(memory.proofs(place(ve.getCtid()))).ifPresent(ve::setLastProof));
            return result.build();
        } catch (IllegalArgumentException e) {
            return refused(String.valueOf(e.getMessage())).build();
        }
    }

    @Override
    public void resultKept(String jobId) {
        journal.forget(jobId);
    }

    private JobResult.Builder observe() {
        HostSnapshot host = observer.observe();
        changed.run();
        return seen(
                JobResult.newBuilder()
                        .setOutcome(Outcome.OUTCOME_DONE)
                        .setSummary("observed, " + host.ves().size() + " VEs"),
                host);
    }

    private JobResult.Builder plan(Policy policy, List<String> ctids) {
        List<Place> places = ctids.stream().map(HostJobs::place).toList();
        HostSnapshot host = observer.observe();
        JobResult.Builder result = JobResult.newBuilder()
                .setOutcome(Outcome.OUTCOME_DONE)
                .setSummary("planned for " + places.size() + (places.size() == 1 ? " target" : " targets"));
        places.forEach(place -> result.addPlans(FactsWire.plan(
                Planner.plan(policy, host, place.ctid(), isOfAnother(place, policy)), wire.target(place))));
        return result;
    }

    /** Whether the guard of a place, if it has one, is that of another policy. */
    private boolean isOfAnother(Place place, Policy policy) {
        return memory.applied(place)
                .filter(applied -> !applied.name().equals(policy.name()))
                .isPresent();
    }

    private JobResult.Builder apply(String jobId, ApplyJob job, Instant deadline, Progress progress) {
        Policy policy = policy(job.getPolicy());
        Place place = place(job.getCtid());
        ApplyReport report = applier.apply(
                place,
                host -> Planner.plan(policy, host, place.ctid(), isOfAnother(place, policy)),
                new ApplyOptions(job.getPlanHash(), job.getRestartAllowed(), deadline),
                journal.of(jobId),
                progress);
        JobResult.Builder result = result(place, report);
        boolean applied = result.getOutcome() == Outcome.OUTCOME_DONE || result.getOutcome() == Outcome.OUTCOME_NO_OP;
        boolean guards = policy.sshGuard().placement().contains(place.placement());
        if (applied && guards) {
            memory.apply(place, policy);
            if (job.getProve()) {
                proveApplied(place, policy, report, result);
            }
        }
        return swept(place, report, result);
    }

    /**
     * The result carries what the place looks like now. A sweep, which looks at every VE of the host, is asked for when other
     * places may look different too: a step concerned the host itself, or something failed halfway.
     */
    private JobResult.Builder swept(Place place, ApplyReport report, JobResult.Builder result) {
        boolean changedHost = report.outcome() != vzguard.agent.model.Outcome.NO_OP
                && report.outcome() != vzguard.agent.model.Outcome.REFUSED
                && (place.ctid().isEmpty()
                        || report.plan().stream()
                                .flatMap(plan -> plan.steps().stream())
                                .anyMatch(step -> step.kind().isOfHost()));
        if (changedHost || result.getOutcome() == Outcome.OUTCOME_FAILED) {
            changed.run();
        }
        return result;
    }

    private void proveApplied(Place place, Policy policy, ApplyReport report, JobResult.Builder result) {
        HostSnapshot host = report.after().orElseGet(() -> observer.observe(place));
        Proving.Proved proved = proving.prove(place, host, Optional.of(policy.sshGuard()));
        List<Proof> proofs = wire.proofs(proved.results());
        memory.proved(place, proofs);
        result.addAllProofs(proofs);
        for (Proof proof : proofs) {
            if (proof.getVerdict() == Verdict.VERDICT_FAILED) {
                result.setOutcome(Outcome.OUTCOME_FAILED)
                        .setSummary("applied, but the proof failed: " + proof.getSummary())
                        .addCauses(vzguard.v1.Cause.newBuilder()
                                .setCode("PROOF_FAILED")
                                .setSummary(proof.getSummary())
                                .setCure("vzguard diagnose shows what the place looks like"));
            }
        }
    }

    private JobResult.Builder restart(String jobId, Place place, Instant deadline, Progress progress) {
        if (place.ctid().isEmpty()) {
            return refused("a restart needs a CTID: hosts are not restarted");
        }
        ApplyReport report = applier.restart(place, deadline, journal.of(jobId), progress);
        return swept(place, report, result(place, report));
    }

    private JobResult.Builder revert(String jobId, RevertJob job, Instant deadline, Progress progress) {
        Place place = place(job.getCtid());
        boolean another = !job.getPolicy().isEmpty()
                && memory.applied(place)
                        .filter(policy -> !policy.name().equals(job.getPolicy()))
                        .isPresent();
        if (another) {
            return JobResult.newBuilder()
                    .setOutcome(Outcome.OUTCOME_NO_OP)
                    .setSummary("the guard of " + place.describe() + " is not of policy " + job.getPolicy());
        }
        ApplyReport report = applier.apply(
                place,
                host -> Planner.revert(host, place.ctid()),
                new ApplyOptions("", false, deadline),
                journal.of(jobId),
                progress);
        JobResult.Builder result = result(place, report);
        if (result.getOutcome() == Outcome.OUTCOME_DONE || result.getOutcome() == Outcome.OUTCOME_NO_OP) {
            memory.forget(place);
        }
        return swept(place, report, result);
    }

    private JobResult.Builder prove(ProveJob job) {
        Place place = place(job.getCtid());
        Optional<Policy> given = job.hasPolicy() ? Optional.of(policy(job.getPolicy())) : Optional.empty();
        HostSnapshot host = observer.observe(place);
        Proving.Proved proved = proving.prove(place, host, given.map(Policy::sshGuard));
        List<Proof> proofs = wire.proofs(proved.results());
        memory.proved(place, proofs);
        Optional<Proof> worst = JobWire.worst(proofs);
        // A proof that failed is a result of the job, which itself succeeded.
        return worst.map(proof -> seen(
                        JobResult.newBuilder()
                                .setOutcome(Outcome.OUTCOME_DONE)
                                .setSummary(proof.getSummary())
                                .addAllProofs(proofs),
                        host))
                .orElseGet(() -> refused(proved.obstacle()));
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

    private JobResult.Builder result(Place place, ApplyReport report) {
        JobResult.Builder result = JobResult.newBuilder()
                .setOutcome(JobWire.outcome(report.outcome()))
                .setSummary(report.summary())
                .addAllCauses(report.causes().stream().map(FactsWire::cause).toList())
                .setRestarted(report.restarted());
        report.plan().ifPresent(plan -> result.addPlans(FactsWire.plan(plan, wire.target(place))));
        report.after().ifPresent(host -> seen(result, host));
        return result;
    }

    private static JobResult.Builder seen(JobResult.Builder result, HostSnapshot host) {
        host.ves().values().forEach(ve -> result.addVes(FactsWire.ve(ve, host.observedAt())));
        return result.setHost(FactsWire.host(host));
    }

    private static JobResult.Builder refused(String why) {
        return JobResult.newBuilder()
                .setOutcome(Outcome.OUTCOME_REFUSED)
                .setSummary(why)
                .addCauses(FactsWire.cause(Cause.of(CauseCode.NOT_SUPPORTED, why, "")));
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

    /** @throws IllegalArgumentException when it is no CTID */
    private static Place place(String ctid) {
        return ctid.isEmpty() ? Place.HOST : Place.of(new Ctid(ctid));
    }
}
