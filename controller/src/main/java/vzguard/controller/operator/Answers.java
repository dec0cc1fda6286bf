package vzguard.controller.operator;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vzguard.controller.dispatch.Questions;

/** How calls end: with their answer, or with a status that says what, where and why; never with a stack trace. */
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private Answers() {}

    /** Sends the answer once it is there. */
    static <T> void send(CompletableFuture<T> answer, StreamObserver<T> responses) {
        answer.whenComplete((value, failure) -> {
            if (failure == null) {
                responses.onNext(value);
                responses.onCompleted();
            } else {
                responses.onError(status(failure).asRuntimeException());
            }
        });
    }

    static Status status(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Fault fault) {
            return fault.status();
        }
        if (cause instanceof Questions.Refused) {
            return Status.FAILED_PRECONDITION.withDescription(cause.getMessage());
        }
        if (cause instanceof Questions.Unanswered) {
            return Status.UNAVAILABLE.withDescription(cause.getMessage());
        }
        if (cause instanceof RejectedExecutionException) {
            return Status.UNAVAILABLE.withDescription("the controller is shutting down; try again");
        }
        LOG.error("a call failed", cause);
        return Status.INTERNAL.withDescription("the controller failed in this call; its log says more");
    }
}
