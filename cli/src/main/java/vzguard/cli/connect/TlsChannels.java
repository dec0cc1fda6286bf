package vzguard.cli.connect;

import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import vzguard.cli.outcome.CommandFailed;

/**
 * Channels over mutual TLS. The controller's certificate must come from the context's CA and carry the host of its address;
 * ours is the operator's.
 */
public final class TlsChannels implements ChannelOpener {
    /** A reply carries at most a page of VEs; the wire's own limit of 4 MiB is too small for 5000 of them. */
    private static final int LARGEST_REPLY = 64 * 1024 * 1024;

    @Override
    public ManagedChannel open(Context context) {
        Address address = Address.parse(context.address());
        try {
            return NettyChannelBuilder.forAddress(
                            address.host(),
                            address.port(),
                            TlsChannelCredentials.newBuilder()
                                    .trustManager(context.authorities().toFile())
                                    .keyManager(
                                            context.certificate().toFile(),
                                            context.key().toFile())
                                    .build())
                    .maxInboundMessageSize(LARGEST_REPLY)
                    // A watch may be silent for hours; 30 s is what the controller permits at most.
                    .keepAliveTime(30, TimeUnit.SECONDS)
                    .keepAliveTimeout(10, TimeUnit.SECONDS)
                    .build();
        } catch (IOException | IllegalArgumentException e) {
            throw CommandFailed.badInput("context \"" + context.name() + "\": its certificates cannot be used: "
                    + e.getMessage() + "\n  where: " + context.certificate().getParent()
                    + "\n  next: log in again: vzguard login " + context.address() + " --token-file FILE");
        }
    }
}
