package vzguard.controller.identity;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Stands before every method: what is not expressly allowed is refused. TLS has verified the certificate against the
 * CA; here it is only asked whom it speaks for.
 */
public final class CallGate implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        Optional<Role> needed = Permissions.roleFor(method);
        if (needed.isEmpty()) {
            return refuse(call, Status.PERMISSION_DENIED, "nobody may call " + method);
        }
        if (needed.get() == Role.NONE) {
            return next.startCall(call, headers);
        }
        Optional<Identity> identity = identity(call);
        if (identity.isEmpty()) {
            return refuse(
                    call,
                    Status.UNAUTHENTICATED,
                    method + " asks for a client certificate of this controller (role "
                            + needed.get().word() + "); enrol with a token first");
        }
        if (identity.get().role() != needed.get()) {
            return refuse(
                    call,
                    Status.PERMISSION_DENIED,
                    identity.get() + " may not call " + method + " (permitted: role "
                            + needed.get().word() + ")");
        }
        Context context = Context.current().withValue(Caller.KEY, identity.get());
        return Contexts.interceptCall(context, call, headers, next);
    }

    private static Optional<Identity> identity(ServerCall<?, ?> call) {
        SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return Optional.empty();
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate leaf ? Identity.of(leaf) : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            // The peer showed no certificate, which the port permits for enrolment.
            return Optional.empty();
        }
    }

    private static <Q, A> ServerCall.Listener<Q> refuse(ServerCall<Q, A> call, Status status, String why) {
        call.close(status.withDescription(why), new Metadata());
        return new ServerCall.Listener<>() {};
    }
}
