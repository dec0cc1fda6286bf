package vzguard.agent.link;

import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import vzguard.agent.enrol.Identity;

/** Connections to a controller over mutual TLS, each with a channel of its own. Whoever opens one ends it. */
public final class ControllerChannel {
    private static final int MAX_MESSAGE = 1 << 20;
    private static final int WINDOW = 64 * 1024;

    private ControllerChannel() {}

    /**
     * @param controller HOST:PORT
     * @throws IOException when the identity cannot be used
     */
    static ManagedChannel open(String controller, Identity identity) throws IOException {
        return with(NettyChannelBuilder.forTarget(controller, credentials(identity)));
    }

    /**
     * To one of the controller's addresses.
     *
     * @param controller HOST:PORT; its certificate must be good for this name
     * @throws IOException when the identity cannot be used
     */
    public static ManagedChannel open(String controller, InetAddress address, Identity identity) throws IOException {
        InetSocketAddress target = new InetSocketAddress(address, port(controller));
        return with(
                NettyChannelBuilder.forAddress(target, credentials(identity)).overrideAuthority(controller));
    }

    /** @param controller HOST:PORT, an IPv6 address in brackets */
    public static String host(String controller) {
        String host = controller.substring(0, controller.lastIndexOf(':'));
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static int port(String controller) {
        return Integer.parseInt(controller.substring(controller.lastIndexOf(':') + 1));
    }

    private static ManagedChannel with(NettyChannelBuilder builder) {
        // A dead controller is noticed within 30 s, as an agent is there.
        return builder.keepAliveTime(20, TimeUnit.SECONDS)
                .keepAliveTimeout(8, TimeUnit.SECONDS)
                .maxInboundMessageSize(MAX_MESSAGE)
                .flowControlWindow(WINDOW)
                .build();
    }

    private static io.grpc.ChannelCredentials credentials(Identity identity) throws IOException {
        return TlsChannelCredentials.newBuilder()
                .keyManager(stream(identity.certificatePem()), stream(identity.keyPem()))
                .trustManager(stream(identity.caPem()))
                .build();
    }

    private static InputStream stream(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }
}
