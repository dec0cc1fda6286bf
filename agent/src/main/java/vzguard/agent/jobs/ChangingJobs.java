package vzguard.agent.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import vzguard.agent.apply.Applier;
import vzguard.agent.apply.ApplyOptions;
import vzguard.agent.apply.ApplyReport;
import vzguard.agent.apply.FormerFiles;
import vzguard.agent.apply.Progress;
import vzguard.agent.journal.Journal;
import vzguard.agent.model.Cause;
import vzguard.agent.model.Family;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Place;
import vzguard.agent.observe.Observer;
import vzguard.agent.outside.Judgement;
import vzguard.agent.plan.Planner;
import vzguard.agent.prove.AnnouncedProof;
import vzguard.agent.prove.ProofResult;
import vzguard.policy.Policy;
import vzguard.policy.PolicyWire;
import vzguard.v1.ApplyJob;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;
import vzguard.v1.Proof;
import vzguard.v1.RevertJob;
import vzguard.v1.Verdict;
import vzguard.values.Cidr;

/** The verbs that change something: apply, restart, revert. Thread safe. */
final class ChangingJobs {
    private static final long SHORTEST_CONFIRM = 5;
    private static final long LONGEST_CONFIRM = 600;

    private final Observer observer;
    private final Applier applier;
    private final Journal journal;
    private final Proving proving;
    private final Memory memory;
    private final JobWire wire;
    private final Runnable changed;
    private final Confirming confirming;
    private final Optional<OutsideLooks> outside;
    private final Runnable written;

    /**
     * @param changed told after each job that may have changed more than its result tells
     * @param outside looks at the host's own guard from outside; empty where there is no controller
     * @param written told after each job that wrote something, or took something away
     */
    ChangingJobs(
            Observer observer,
            Applier applier,
            Journal journal,
            Proving proving,
            Memory memory,
            JobWire wire,
            Runnable changed,
            Optional<OutsideLooks> outside,
            Runnable written) {
        this.outside = outside;
        this.written = written;
        this.observer = observer;
        this.applier = applier;
        this.journal = journal;
        this.proving = proving;
        this.memory = memory;
        this.wire = wire;
        this.changed = changed;
        this.confirming = new Confirming(applier.reverter(), applier.peers());
    }

    JobResult.Builder apply(String jobId, ApplyJob job, Instant deadline, Progress progress) {
        Policy policy = PolicyWire.fromProto(job.getPolicy());
        Place place = JobWire.place(job.getCtid());
        boolean guards = place.sites().stream()
                .anyMatch(site -> policy.sshGuard().placement().contains(site.placement()));
        boolean byHand = job.hasConfirmWithin();
        long seconds = job.getConfirmWithin().getSeconds();
        if (byHand && (seconds < SHORTEST_CONFIRM || seconds > LONGEST_CONFIRM)) {
            return JobWire.refused("confirm_within: permitted: 5 s to 10 min");
        }
        Optional<OutsideLooks.OfJob> looks = guards && job.getProve() && !byHand && place.equals(Place.HOST)
                ? outside.map(eye -> eye.ofJob(policy.sshGuard().ports()))
                : Optional.empty();
        ApplyOptions options = new ApplyOptions(
                job.getPlanHash(),
                job.getRestartAllowed(),
                deadline,
                byHand
                        ? Duration.ofSeconds(seconds)
                        : outside.map(OutsideLooks::confirmWithin).orElse(ApplyOptions.CONFIRM_WITHIN),
                byHand,
                probe(job, policy.sshGuard().ports()),
                seen -> looks.ifPresent(each -> each.before(seen)));
        // Whoever looks at the place meanwhile would take a guard that is not yet confirmed for drift.
        return applier.alone(place, () -> {
            // An agent that died had written it, and nobody will confirm it any more.
            applier.reverter().takeBack(place);
            Optional<AnnouncedProof> announced =
                    job.getProve() && guards ? Optional.of(proving.announce()) : Optional.empty();
            try {
                ApplyReport report = applier.apply(
                        place,
                        host -> Planner.plan(policy, host, place.ctid(), memory.isOfAnother(place, policy)),
                        options,
                        journal.of(jobId),
                        progress);
                JobResult.Builder result = wire.result(place, report);
                List<ProofResult> proofs = guards && isAsWanted(result)
                        ? announced
                                .map(proof -> proveApplied(place, policy, report, result, proof))
                                .orElse(List.of())
                        : List.of();
                Optional<Cause> refused = isAsWanted(wire.result(place, report))
                        ? confirming.confirm(
                                place, options, proofs, looks.flatMap(each -> looking(each, report)), progress)
                        : confirming.takeBack(place);
                Optional<Judgement> judged = looks.flatMap(OutsideLooks.OfJob::judged);
                if (refused.isPresent()) {
                    JobResult.Builder gone = takenBack(place, report, refused.get(), proofs);
                    return judged.map(each -> JobWire.outside(gone, each)).orElse(gone);
                }
                judged.ifPresent(each -> JobWire.outside(result, each));
                if (isAsWanted(wire.result(place, report))) {
                    memory.inEffect(place, policy.name());
                    if (guards) {
                        memory.apply(place, policy);
                    } else if (!memory.isOfAnother(place, policy)) {
                        // It guarded this place, and no longer does.
                        memory.forget(place);
                    }
                }
                return swept(place, report, result);
            } finally {
                announced.ifPresent(AnnouncedProof::close);
            }
        });
    }

    private static Optional<Function<Instant, Judgement>> looking(OutsideLooks.OfJob looks, ApplyReport report) {
        return report.after().map(seen -> until -> looks.after(seen, until));
    }

    /** @throws IllegalArgumentException when it is no single address */
    private static Optional<ApplyOptions.Probe> probe(ApplyJob job, List<Integer> ports) {
        if (job.getProbeFrom().isEmpty()) {
            return Optional.empty();
        }
        Cidr from = Cidr.parse(job.getProbeFrom());
        if (!from.isSingle() || !job.hasConfirmWithin()) {
            throw new IllegalArgumentException("probe_from: permitted: a single address, with confirm_within");
        }
        return Optional.of(new ApplyOptions.Probe(from, ports));
    }

    /** What was written is gone again: the result says so, and shows what is there now. */
    private JobResult.Builder takenBack(Place place, ApplyReport report, Cause cause, List<ProofResult> proofs) {
        List<Cause> causes = new ArrayList<>(report.causes());
        causes.add(cause);
        ApplyReport now = new ApplyReport(
                vzguard.agent.model.Outcome.FAILED,
                causes.get(0).summary(),
                causes,
                report.restarted(),
                report.plan(),
                Optional.of(observer.observe(place)));
        return swept(place, now, wire.result(place, now).addAllProofs(wire.proofs(proofs)));
    }

    private static boolean isAsWanted(JobResult.Builder result) {
        return result.getOutcome() == Outcome.OUTCOME_DONE || result.getOutcome() == Outcome.OUTCOME_NO_OP;
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
        if (report.outcome() == vzguard.agent.model.Outcome.DONE) {
            written.run();
        }
        if (changedHost || result.getOutcome() == Outcome.OUTCOME_FAILED) {
            changed.run();
        }
        return result;
    }

    private List<ProofResult> proveApplied(
            Place place, Policy policy, ApplyReport report, JobResult.Builder result, AnnouncedProof announced) {
        HostSnapshot host = report.after().orElseGet(() -> observer.observe(place));
        Proving.Proved proved = proving.prove(place, host, Optional.of(policy.sshGuard()), announced);
        // What could not even be tried is told too: a success without a word of proof would look proven.
        List<ProofResult> results = proved.results().isEmpty()
                ? List.of(ProofResult.unproven(place, Family.V4, proved.obstacle(), host.observedAt()))
                : proved.results();
        List<Proof> proofs = wire.proofs(results);
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
        return results;
    }

    JobResult.Builder restart(String jobId, Place place, Instant deadline, Progress progress) {
        if (place.ctid().isEmpty()) {
            return JobWire.refused("a restart needs a CTID: hosts are not restarted");
        }
        ApplyReport report = applier.restart(place, deadline, journal.of(jobId), progress);
        return swept(place, report, wire.result(place, report));
    }

    JobResult.Builder revert(String jobId, RevertJob job, Instant deadline, Progress progress) {
        Place place = JobWire.place(job.getCtid());
        boolean another = !job.getPolicy().isEmpty()
                && memory.applied(place)
                        .filter(policy -> !policy.name().equals(job.getPolicy()))
                        .isPresent();
        return applier.alone(place, () -> {
            if (another) {
                memory.ended(place, job.getPolicy());
                return JobResult.newBuilder()
                        .setOutcome(Outcome.OUTCOME_NO_OP)
                        .setSummary("the guard of " + place.describe() + " is not of policy " + job.getPolicy());
            }
            // What an agent that died had written would come back after this.
            applier.reverter().takeBack(place);
            ApplyReport report = applier.apply(
                    place,
                    host -> Planner.revert(host, place.ctid()),
                    new ApplyOptions("", false, deadline),
                    journal.of(jobId),
                    progress);
            if (isAsWanted(wire.result(place, report))) {
                memory.forget(place);
                memory.ended(place, job.getPolicy());
                if (job.getConfigs()) {
                    report = putBack(place, report, progress);
                }
            }
            return swept(place, report, wire.result(place, report));
        });
    }

    /** The place's own configs when no policy is in effect there, those of the host when none is on all of it. */
    private ApplyReport putBack(Place place, ApplyReport report, Progress progress) {
        List<String> files = new ArrayList<>();
        List<Cause> causes = new ArrayList<>(report.causes());
        List<Place> idle = new ArrayList<>();
        if (place.ctid().isPresent() && memory.inEffect(place).isEmpty()) {
            idle.add(place);
        }
        memory.forgetAllBut(applier::isThere);
        if (memory.isIdle()) {
            idle.add(Place.HOST);
        }
        for (Place each : idle) {
            FormerFiles.PutBack done = applier.putBack(each);
            files.addAll(done.files());
            causes.addAll(done.causes());
        }
        files.forEach(file -> progress.step(1, 1, file + " is as it was before vzguard"));
        boolean left = !causes.isEmpty();
        return new ApplyReport(
                left
                        ? vzguard.agent.model.Outcome.FAILED
                        : files.isEmpty() ? report.outcome() : vzguard.agent.model.Outcome.DONE,
                left ? causes.get(0).summary() : report.summary(),
                causes,
                report.restarted(),
                report.plan(),
                report.after());
    }
}
