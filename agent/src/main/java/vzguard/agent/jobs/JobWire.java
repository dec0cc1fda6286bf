package vzguard.agent.jobs;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import vzguard.agent.apply.ApplyReport;
import vzguard.agent.diagnose.Diagnosis;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Evidence;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Place;
import vzguard.agent.outside.Judgement;
import vzguard.agent.prove.Answer;
import vzguard.agent.prove.ProofPlan;
import vzguard.agent.prove.ProofResult;
import vzguard.agent.wire.FactsWire;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;
import vzguard.v1.OutsideCheck;
import vzguard.v1.Proof;
import vzguard.v1.ProofAttempt;
import vzguard.v1.Target;
import vzguard.v1.Verdict;
import vzguard.values.Ctid;

/** Proofs, diagnoses and outcomes as the contract has them. Pure. */
public final class JobWire {
    private final Supplier<String> hostId;
    private final String hostName;

    /** @param hostId UUID of the identity; empty as long as the agent has none */
    public JobWire(Supplier<String> hostId, String hostName) {
        this.hostId = hostId;
        this.hostName = hostName;
    }

    public Target target(Place place) {
        return Target.newBuilder()
                .setHostId(hostId.get())
                .setHostName(hostName)
                .setCtid(place.ctid().map(Object::toString).orElse(""))
                .build();
    }

    public List<Proof> proofs(List<ProofResult> results) {
        return results.stream().map(this::proof).toList();
    }

    public Proof proof(ProofResult result) {
        Proof.Builder proof = Proof.newBuilder()
                .setTarget(target(result.place()))
                .setPlacement(FactsWire.placement(result.place().placement()))
                .setFamily(result.family().number())
                .setVerdict(verdict(result))
                .setSummary(result.summary())
                .setAt(timestamp(result.at()));
        result.attempts().forEach(tried -> proof.addAttempts(attempt(tried)));
        return proof.build();
    }

    public vzguard.v1.Diagnosis diagnosis(Diagnosis diagnosis) {
        return vzguard.v1.Diagnosis.newBuilder()
                .setTarget(target(diagnosis.place()))
                .addAllCauses(diagnosis.causes().stream().map(FactsWire::cause).toList())
                .addAllLookedAt(
                        diagnosis.lookedAt().stream().map(Evidence::clean).toList())
                .build();
    }

    static Outcome outcome(vzguard.agent.model.Outcome outcome) {
        return switch (outcome) {
            case DONE -> Outcome.OUTCOME_DONE;
            case NO_OP -> Outcome.OUTCOME_NO_OP;
            case FAILED -> Outcome.OUTCOME_FAILED;
            case REFUSED -> Outcome.OUTCOME_REFUSED;
            case SKIPPED -> Outcome.OUTCOME_SKIPPED;
        };
    }

    /** The one of several that says the most against the guard. */
    public static Optional<Proof> worst(List<Proof> proofs) {
        List<Verdict> order = List.of(Verdict.VERDICT_FAILED, Verdict.VERDICT_UNPROVEN, Verdict.VERDICT_PROVEN);
        return proofs.stream().min(Comparator.comparing(proof -> order.indexOf(proof.getVerdict())));
    }

    private static Verdict verdict(ProofResult result) {
        return switch (result.verdict()) {
            case PROVEN -> Verdict.VERDICT_PROVEN;
            case FAILED -> Verdict.VERDICT_FAILED;
            case UNPROVEN -> Verdict.VERDICT_UNPROVEN;
        };
    }

    private static ProofAttempt attempt(ProofResult.Tried tried) {
        ProofPlan.Attempt attempt = tried.attempt();
        String to = attempt.to().indexOf(':') < 0 ? attempt.to() : "[" + attempt.to() + "]";
        return ProofAttempt.newBuilder()
                .setNumber(attempt.number())
                .setFrom(attempt.from())
                .setTo(to + ":" + attempt.port())
                .setExpectedAnswer(attempt.answerExpected())
                .setAnswered(tried.answer().kind() == Answer.Kind.ANSWERED)
                .setDetail(Evidence.clean(tried.answer().detail()))
                .setPurpose(attempt.purpose().word())
                .build();
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    JobResult.Builder result(Place place, ApplyReport report) {
        JobResult.Builder result = JobResult.newBuilder()
                .setOutcome(outcome(report.outcome()))
                .setSummary(report.summary())
                .addAllCauses(report.causes().stream().map(FactsWire::cause).toList())
                .setRestarted(report.restarted());
        report.plan().ifPresent(plan -> result.addPlans(FactsWire.plan(plan, target(place))));
        report.after().ifPresent(host -> seen(result, host));
        return result;
    }

    /** Says in the result how it looked from outside; of what could not be told from there, in its sentence too. */
    static JobResult.Builder outside(JobResult.Builder result, Judgement judged) {
        Verdict verdict = switch (judged.verdict()) {
            case LET_IN -> Verdict.VERDICT_PROVEN;
            case SHUT_OUT -> Verdict.VERDICT_FAILED;
            case UNPROVEN -> Verdict.VERDICT_UNPROVEN;
        };
        if (verdict == Verdict.VERDICT_UNPROVEN) {
            result.setSummary(result.getSummary() + "; " + judged.sentence());
        }
        return result.setOutside(OutsideCheck.newBuilder().setVerdict(verdict).setSummary(judged.sentence()));
    }

    /** Adds what the host and those VEs of it that were looked at look like. */
    static JobResult.Builder seen(JobResult.Builder result, HostSnapshot host) {
        host.ves().values().forEach(ve -> result.addVes(FactsWire.ve(ve, host)));
        return result.setHost(FactsWire.host(host));
    }

    /** The result of a job that was not begun. */
    static JobResult.Builder refused(String why) {
        return JobResult.newBuilder()
                .setOutcome(Outcome.OUTCOME_REFUSED)
                .setSummary(why)
                .addCauses(FactsWire.cause(Cause.of(CauseCode.NOT_SUPPORTED, why, "")));
    }

    /** @throws IllegalArgumentException when it is no CTID */
    static Place place(String ctid) {
        return ctid.isEmpty() ? Place.HOST : Place.of(new Ctid(ctid));
    }
}
