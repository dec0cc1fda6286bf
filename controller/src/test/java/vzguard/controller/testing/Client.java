package vzguard.controller.testing;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Map;
import vzguard.enrolment.CsrEncoder;
import vzguard.enrolment.EnrolmentExchange;
import vzguard.enrolment.EnrolmentToken;
import vzguard.enrolment.Pem;
import vzguard.enrolment.PinnedTrust;
import vzguard.v1.EnrolReply;
import vzguard.v1.OperatorGrpc;

/** An identity that a controller gave out, and channels that use it: real TLS on the loopback. */
public record Client(String identity, String chain, String key, String trustBundle) {

    /** Enrols as agents and operators do. */
    public static Client enrol(int port, String token, String name) {
        EnrolmentToken parsed = EnrolmentToken.parse(token);
        KeyPair pair = CsrEncoder.newKey(new SecureRandom());
        ManagedChannel channel = channel(
                port,
                TlsChannelCredentials.newBuilder()
                        .trustManager(new PinnedTrust(parsed.caPin()))
                        .build());
        try {
            EnrolReply reply = EnrolmentExchange.enrol(channel, parsed, pair, name, Map.of());
            return new Client(
                    reply.getIdentity(),
                    reply.getCertificateChain(),
                    Pem.privateKey(pair.getPrivate()),
                    reply.getTrustBundle());
        } finally {
            channel.shutdownNow();
        }
    }

    /** With this client's certificate. The caller shuts it down. */
    public ManagedChannel channel(int port) {
        try {
            return channel(
                    port,
                    TlsChannelCredentials.newBuilder()
                            .trustManager(stream(trustBundle))
                            .keyManager(stream(chain), stream(key))
                            .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Trusts the controller, shows no certificate. */
    public ManagedChannel anonymousChannel(int port) {
        try {
            return channel(
                    port,
                    TlsChannelCredentials.newBuilder()
                            .trustManager(stream(trustBundle))
                            .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static OperatorGrpc.OperatorBlockingStub operator(ManagedChannel channel) {
        return OperatorGrpc.newBlockingStub(channel);
    }

    private static ManagedChannel channel(int port, ChannelCredentials credentials) {
        return NettyChannelBuilder.forAddress("127.0.0.1", port, credentials).build();
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
