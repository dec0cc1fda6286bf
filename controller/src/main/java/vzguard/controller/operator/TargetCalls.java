package vzguard.controller.operator;

import java.util.concurrent.CompletableFuture;
import vzguard.controller.core.Transaction;
import vzguard.v1.DiagnoseJob;
import vzguard.v1.DiagnoseRequest;
import vzguard.v1.Diagnosis;
import vzguard.v1.Job;
import vzguard.v1.ProveJob;
import vzguard.v1.ProveReply;
import vzguard.v1.ProveRequest;
import vzguard.v1.Target;

/** Calls that look at one target, which its agent answers. Steps of the event loop. */
final class TargetCalls {
    private final TargetQuestions questions;

    TargetCalls(TargetQuestions questions) {
        this.questions = questions;
    }

    CompletableFuture<Diagnosis> diagnose(Transaction transaction, DiagnoseRequest request) {
        Target target = questions.target(request.getHost(), request.getCtid());
        Job.Builder job = Job.newBuilder().setDiagnose(DiagnoseJob.newBuilder().setCtid(target.getCtid()));
        return questions.ask(transaction, target, job).thenApply(result -> {
            if (!result.hasDiagnosis()) {
                throw Fault.precondition(TargetQuestions.words(target, "gave no diagnosis", result));
            }
            return result.getDiagnosis().toBuilder().setTarget(target).build();
        });
    }

    CompletableFuture<ProveReply> prove(Transaction transaction, ProveRequest request) {
        Target target = questions.target(request.getHost(), request.getCtid());
        Job.Builder job = Job.newBuilder().setProve(ProveJob.newBuilder().setCtid(target.getCtid()));
        return questions.ask(transaction, target, job).thenApply(result -> {
            if (result.getProofsCount() == 0) {
                throw Fault.precondition(TargetQuestions.words(target, "gave no proof", result));
            }
            return ProveReply.newBuilder()
                    .addAllProofs(result.getProofsList().stream()
                            .map(proof -> proof.toBuilder().setTarget(target).build())
                            .toList())
                    .build();
        });
    }
}
