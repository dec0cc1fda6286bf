package vzguard.agent.link;

import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import vzguard.agent.enrol.Identity;
import vzguard.agent.enrol.IdentityFolder;

/**
 * Mutual TLS with the identity of the state directory, read anew each time: a mended one counts at once.
 *
 * @param stateDirectory of the agent
 */
record TlsDialer(Path stateDirectory) implements Dialer {
    private static final int MAX_MESSAGE = 1 << 20;
    private static final int WINDOW = 64 * 1024;

    @Override
    public ManagedChannel dial(String controller) throws IOException {
        Identity identity = new IdentityFolder(stateDirectory)
                .load()
                .orElseThrow(() -> new IOException("this host has no identity: run vzguard-agent enrol"));
        return NettyChannelBuilder.forTarget(
                        controller,
                        TlsChannelCredentials.newBuilder()
                                .keyManager(stream(identity.certificatePem()), stream(identity.keyPem()))
                                .trustManager(stream(identity.caPem()))
                                .build())
                // A dead controller is noticed within 30 s, as an agent is there.
                .keepAliveTime(20, TimeUnit.SECONDS)
                .keepAliveTimeout(8, TimeUnit.SECONDS)
                .maxInboundMessageSize(MAX_MESSAGE)
                .flowControlWindow(WINDOW)
                .build();
    }

    private static InputStream stream(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }
}
