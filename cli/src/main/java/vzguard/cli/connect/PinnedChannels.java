package vzguard.cli.connect;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import javax.net.ssl.SSLException;
import vzguard.enrolment.EnrolmentToken;
import vzguard.enrolment.PinnedTrust;

/** Channels to a controller that is known only by the pin in a token. */
public final class PinnedChannels {
    private PinnedChannels() {}

    /** A channel that no other controller than the token's can answer. The caller shuts it down. */
    public static ManagedChannel open(Address address, EnrolmentToken token) {
        try {
            return NettyChannelBuilder.forAddress(address.host(), address.port())
                    .sslContext(GrpcSslContexts.forClient()
                            .trustManager(new PinnedTrust(token.caPin()))
                            .build())
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("this Java has no TLS: " + e.getMessage(), e);
        }
    }
}
