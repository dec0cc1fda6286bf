package vzguard.enrolment;

import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import vzguard.v1.EnrolReply;
import vzguard.v1.EnrolRequest;
import vzguard.v1.EnrolmentGrpc;

/** One enrolment: a token and a request go out, a certificate comes back and is checked before anybody keeps it. */
public final class EnrolmentExchange {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private EnrolmentExchange() {}

    /**
     * Asks for a certificate. Blocks for at most 30 s.
     *
     * @param channel TLS with a {@link PinnedTrust} of this token; nothing is sent before that accepted the server
     * @throws StatusRuntimeException as the controller or the connection answered
     * @throws IllegalArgumentException when the answer does not belong to the request or to the pinned CA
     */
    public static EnrolReply enrol(
            Channel channel, EnrolmentToken token, KeyPair key, String name, Map<String, String> labels) {
        EnrolReply reply = EnrolmentGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .enrol(EnrolRequest.newBuilder()
                        .setToken(token.text())
                        .setCertificateRequest(CsrEncoder.request(key, name))
                        .setName(name)
                        .putAllLabels(labels)
                        .build());
        check(reply, key.getPublic(), token.caPin());
        return reply;
    }

    private static void check(EnrolReply reply, PublicKey own, String pin) {
        X509Certificate leaf =
                Pem.parseCertificates(reply.getCertificateChain()).get(0);
        if (!Arrays.equals(leaf.getPublicKey().getEncoded(), own.getEncoded())) {
            throw new IllegalArgumentException("the controller answered with a certificate for another key");
        }
        List<X509Certificate> bundle = Pem.parseCertificates(reply.getTrustBundle());
        if (bundle.stream().noneMatch(ca -> CaPin.isPinned(ca, pin))) {
            throw new IllegalArgumentException("the controller answered with a trust bundle without the pinned CA");
        }
        if (bundle.stream().noneMatch(ca -> isSignedBy(leaf, ca))) {
            throw new IllegalArgumentException("no CA of the controller's trust bundle signed the certificate it sent");
        }
    }

    private static boolean isSignedBy(X509Certificate leaf, X509Certificate ca) {
        try {
            leaf.verify(ca.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
