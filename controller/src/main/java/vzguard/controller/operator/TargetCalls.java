package vzguard.controller.operator;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import vzguard.controller.core.Transaction;
import vzguard.controller.dispatch.Questions;
import vzguard.controller.fleet.Host;
import vzguard.controller.fleet.Streams;
import vzguard.v1.DiagnoseJob;
import vzguard.v1.DiagnoseRequest;
import vzguard.v1.Diagnosis;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.v1.ProveJob;
import vzguard.v1.ProveReply;
import vzguard.v1.ProveRequest;
import vzguard.v1.Target;

/** Calls that one agent answers. */
final class TargetCalls {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Streams streams;
    private final Questions questions;
    private final Lookup lookup;
    private final Clock clock;

    TargetCalls(Streams streams, Questions questions, Lookup lookup, Clock clock) {
        this.streams = streams;
        this.questions = questions;
        this.lookup = lookup;
        this.clock = clock;
    }

    CompletableFuture<Diagnosis> diagnose(Transaction transaction, DiagnoseRequest request) {
        Target target = target(request.getHost(), request.getCtid());
        Job.Builder job = Job.newBuilder().setDiagnose(DiagnoseJob.newBuilder().setCtid(target.getCtid()));
        return ask(transaction, target, job).thenApply(result -> {
            if (!result.hasDiagnosis()) {
                throw unanswered(target, "gave no diagnosis", result);
            }
            return result.getDiagnosis().toBuilder().setTarget(target).build();
        });
    }

    CompletableFuture<ProveReply> prove(Transaction transaction, ProveRequest request) {
        Target target = target(request.getHost(), request.getCtid());
        Job.Builder job = Job.newBuilder().setProve(ProveJob.newBuilder().setCtid(target.getCtid()));
        return ask(transaction, target, job).thenApply(result -> {
            if (result.getProofsCount() == 0) {
                throw unanswered(target, "gave no proof", result);
            }
            return ProveReply.newBuilder()
                    .addAllProofs(result.getProofsList().stream()
                            .map(proof -> proof.toBuilder().setTarget(target).build())
                            .toList())
                    .build();
        });
    }

    private Target target(String hostName, String ctid) {
        Host host = lookup.host(hostName);
        Target.Builder target = Target.newBuilder().setHostId(host.id()).setHostName(host.name());
        if (!ctid.isEmpty()) {
            target.setCtid(lookup.ctid(host, ctid).text());
        }
        return target.build();
    }

    private CompletableFuture<JobResult> ask(Transaction transaction, Target target, Job.Builder job) {
        Host host = lookup.host(target.getHostId());
        if (!streams.isConnected(host.id())) {
            throw Fault.unavailable("host " + host.name() + " is not connected; last seen " + host.lastSeen()
                    + "; look at its agent (vzguard-agent run)");
        }
        return questions.ask(transaction, host, job, clock.instant(), PATIENCE);
    }

    private static Fault unanswered(Target target, String what, JobResult result) {
        String name = target.getCtid().isEmpty() ? target.getHostName() : target.getHostName() + "/" + target.getCtid();
        StringBuilder why = new StringBuilder("the agent " + what + " for " + name + ": " + result.getSummary());
        result.getCausesList()
                .forEach(cause -> why.append('\n')
                        .append(cause.getCode())
                        .append(": ")
                        .append(cause.getSummary())
                        .append(cause.getCure().isEmpty() ? "" : "; cure: " + cause.getCure()));
        return Fault.precondition(why.toString());
    }
}
