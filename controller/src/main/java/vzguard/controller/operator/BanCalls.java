package vzguard.controller.operator;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import vzguard.controller.audit.Audit;
import vzguard.controller.core.Transaction;
import vzguard.controller.dispatch.Questions;
import vzguard.v1.BanAction;
import vzguard.v1.BansJob;
import vzguard.v1.ChangeBanReply;
import vzguard.v1.ChangeBanRequest;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.v1.ListBansReply;
import vzguard.v1.ListBansRequest;
import vzguard.v1.Target;
import vzguard.values.BanAddress;
import vzguard.values.Problem;

/** Calls about the bans of one guard, which its agent answers. Steps of the event loop. */
final class BanCalls {
    /** A status with its text must fit the 8 KiB that gRPC allows it; all faults of a long list would not. */
    private static final int SHOWN_PROBLEMS = 10;

    private final TargetQuestions questions;
    private final Clock clock;

    BanCalls(TargetQuestions questions, Clock clock) {
        this.questions = questions;
        this.clock = clock;
    }

    CompletableFuture<ListBansReply> list(Transaction transaction, ListBansRequest request) {
        Target target = questions.target(request.getHost(), request.getCtid());
        BansJob.Builder job = BansJob.newBuilder().setCtid(target.getCtid()).setAction(BanAction.BAN_ACTION_LIST);
        return questions.ask(transaction, target, Job.newBuilder().setBans(job)).thenApply(result -> {
            refuseUnlessDone(target, "list", result);
            if (!result.hasBans()) {
                throw Fault.failed(TargetQuestions.words(target, "gave no bans", result));
            }
            return ListBansReply.newBuilder().setState(result.getBans()).build();
        });
    }

    /** The audit's entry is durable before the agent is asked: no change is without one. */
    CompletableFuture<ChangeBanReply> change(Transaction transaction, String actor, ChangeBanRequest request) {
        List<Problem> problems = new ArrayList<>();
        boolean known =
                request.getAction() == BanAction.BAN_ACTION_ADD || request.getAction() == BanAction.BAN_ACTION_REMOVE;
        if (!known) {
            problems.add(new Problem(
                    0, 0, "action", request.getActionValue() + " is not permitted (permitted: ADD, REMOVE)"));
        }
        List<BanAddress> addresses = BanAddresses.read(request.getAddressesList(), problems);
        refuse(problems);
        Target target = questions.target(request.getHost(), request.getCtid());
        BansJob.Builder job = BansJob.newBuilder()
                .setCtid(target.getCtid())
                .setAction(request.getAction())
                .addAllAddresses(addresses.stream().map(BanAddress::first).toList());
        CompletableFuture<JobResult> answer =
                questions.ask(transaction, target, Job.newBuilder().setBans(job));
        Audit.record(
                transaction.sql(),
                clock.instant(),
                actor,
                "ChangeBan",
                TargetQuestions.name(target) + " "
                        + (request.getAction() == BanAction.BAN_ACTION_ADD ? "add " : "remove ")
                        + addresses.stream().map(BanAddress::toString).collect(Collectors.joining(", ")));
        return answer.exceptionally(failure -> {
                    throw uncertain(target, failure);
                })
                .thenApply(result -> {
                    refuseUnlessDone(target, "change", result);
                    ChangeBanReply.Builder reply = ChangeBanReply.newBuilder()
                            .setOutcome(result.getOutcome())
                            .setSummary(result.getSummary());
                    if (result.hasBans()) {
                        reply.setState(result.getBans());
                    }
                    return reply.build();
                });
    }

    private static void refuse(List<Problem> problems) {
        if (problems.isEmpty()) {
            return;
        }
        List<String> lines = new ArrayList<>(
                problems.stream().limit(SHOWN_PROBLEMS).map(Problem::toString).toList());
        if (problems.size() > SHOWN_PROBLEMS) {
            lines.add("and " + (problems.size() - SHOWN_PROBLEMS) + " more");
        }
        throw Fault.invalid(lines);
    }

    private static void refuseUnlessDone(Target target, String verb, JobResult result) {
        switch (result.getOutcome()) {
            case OUTCOME_DONE, OUTCOME_NO_OP -> {
                // As asked.
            }
            case OUTCOME_REFUSED, OUTCOME_SKIPPED ->
                throw Fault.precondition(TargetQuestions.words(target, "does not " + verb + " bans", result));
            // What this version does not know is no success.
            case OUTCOME_FAILED, OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
                throw Fault.failed(TargetQuestions.words(target, "could not " + verb + " bans", result));
        }
    }

    /** An agent that took the job and went silent may have carried it out. */
    private static RuntimeException uncertain(Target target, Throwable failure) {
        return failure instanceof Questions.Unanswered
                ? Fault.unavailable(failure.getMessage() + "; whether it was done, `vzguard bans list "
                        + TargetQuestions.name(target) + "` tells")
                : new CompletionException(failure);
    }
}
