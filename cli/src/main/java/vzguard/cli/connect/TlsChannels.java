package vzguard.cli.connect;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import vzguard.cli.outcome.CommandFailed;

/**
 * Channels over mutual TLS. The controller's certificate must come from the context's CA and carry the host of its address;
 * ours is the operator's. For one thread, and closed before the process ends: a JVM that exits waits 0.3 s for a thread that
 * sits in a selector (HotSpot, {@code VM_Exit::wait_for_threads_in_native_to_block}), which is a third of a short command.
 */
public final class TlsChannels implements ChannelOpener, AutoCloseable {
    /** A reply carries at most a page of VEs; the wire's own limit of 4 MiB is too small for 5000 of them. */
    private static final int LARGEST_REPLY = 64 * 1024 * 1024;

    /** Netty holds the key in a key store in memory. This one protects it without 20,000 rounds of hashing. */
    private static final String PLAIN_KEY_STORE = "JKS";

    private static final long END_SECONDS = 2;

    private @Nullable EventLoopGroup loop;

    @Override
    public ManagedChannel open(Context context) {
        Address address = Address.parse(context.address());
        try {
            if (loop == null) {
                loop = new NioEventLoopGroup(1, new DefaultThreadFactory("vzguard-loop", true));
            }
            return NettyChannelBuilder.forAddress(address.host(), address.port())
                    .eventLoopGroup(loop)
                    .channelType(NioSocketChannel.class)
                    .sslContext(trustAndKey(context))
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

    private static SslContext trustAndKey(Context context) throws IOException {
        return GrpcSslContexts.forClient()
                .keyStoreType(PLAIN_KEY_STORE)
                .trustManager(context.authorities().toFile())
                .keyManager(context.certificate().toFile(), context.key().toFile())
                .build();
    }

    @Override
    public void close() {
        if (loop != null) {
            loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(END_SECONDS, TimeUnit.SECONDS);
            loop = null;
        }
    }
}
