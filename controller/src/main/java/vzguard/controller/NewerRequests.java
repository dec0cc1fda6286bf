package vzguard.controller;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.List;
import vzguard.v1.OperatorGrpc;
import vzguard.wire.UnknownParts;

/**
 * Refuses an operator's request in which a newer CLI asks for something that this version does not know, by its name: carried out
 * without it, it would be another request. What agents send is not held up: what this version does not know of it is kept as it
 * came, and decides nothing.
 */
final class NewerRequests implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (!OperatorGrpc.SERVICE_NAME.equals(call.getMethodDescriptor().getServiceName())) {
            return next.startCall(call, headers);
        }
        return new Reading<>(call, next.startCall(call, headers));
    }

    /** Passes everything on until something is refused. */
    private static final class Reading<Q> extends ServerCall.Listener<Q> {
        private final ServerCall<Q, ?> call;
        private final ServerCall.Listener<Q> next;
        private boolean refused;

        Reading(ServerCall<Q, ?> call, ServerCall.Listener<Q> next) {
            this.call = call;
            this.next = next;
        }

        @Override
        public void onMessage(Q message) {
            List<String> unknown = message instanceof Message whole ? UnknownParts.of(whole) : List.of();
            if (unknown.isEmpty()) {
                next.onMessage(message);
                return;
            }
            refused = true;
            call.close(
                    Status.INVALID_ARGUMENT.withDescription(
                            call.getMethodDescriptor().getBareMethodName() + ": " + String.join(", ", unknown)
                                    + ": not known to this controller, which is version " + Version.current()
                                    + "; update it, or use a CLI of its version"),
                    new Metadata());
        }

        @Override
        public void onHalfClose() {
            if (!refused) {
                next.onHalfClose();
            }
        }

        @Override
        public void onCancel() {
            next.onCancel();
        }

        @Override
        public void onComplete() {
            // A call that is closed here was never served, and must not be taken for one that was.
            if (refused) {
                next.onCancel();
            } else {
                next.onComplete();
            }
        }

        @Override
        public void onReady() {
            if (!refused) {
                next.onReady();
            }
        }
    }
}
