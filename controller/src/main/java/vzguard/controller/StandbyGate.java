package vzguard.controller;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Optional;

/** Answers every call with UNAVAILABLE, and where to go instead, until this controller acts. */
final class StandbyGate implements ServerInterceptor {
    private volatile Optional<String> refusal = Optional.of("this controller starts; try again");

    void standBy(String active) {
        refusal = Optional.of(
                active.isEmpty()
                        ? "this controller stands by; another one is about to act"
                        : "this controller stands by; the active one is " + active);
    }

    void open() {
        refusal = Optional.empty();
    }

    void shut() {
        refusal = Optional.of("this controller has stopped acting; another one, or this one started again, takes over");
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Optional<String> why = refusal;
        if (why.isEmpty()) {
            return next.startCall(call, headers);
        }
        call.close(Status.UNAVAILABLE.withDescription(why.get()), new Metadata());
        return new ServerCall.Listener<>() {};
    }
}
