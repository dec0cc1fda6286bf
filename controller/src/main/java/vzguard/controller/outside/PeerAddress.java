package vzguard.controller.outside;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Where the call that is being served came from, by its connection and nothing that it says. */
final class PeerAddress implements ServerInterceptor {
    private static final Context.Key<InetAddress> KEY = Context.key("vzguard-peer-address");

    /** Empty where the transport has no addresses. */
    static Optional<InetAddress> current() {
        return Optional.ofNullable(KEY.get());
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress peer
                ? Contexts.interceptCall(
                        Context.current().withValue(KEY, plain(peer.getAddress())), call, headers, next)
                : next.startCall(call, headers);
    }

    /** An IPv4 address that came as one of IPv6, as a socket for both families shows it, is one of IPv4. */
    private static InetAddress plain(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }
}
