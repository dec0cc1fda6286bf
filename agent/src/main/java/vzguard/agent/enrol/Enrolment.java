package vzguard.agent.enrol;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import vzguard.enrolment.CsrEncoder;
import vzguard.enrolment.EnrolmentExchange;
import vzguard.enrolment.EnrolmentToken;
import vzguard.enrolment.Pem;
import vzguard.enrolment.PinnedTrust;
import vzguard.v1.EnrolReply;

/** Gets this host its identity: a key made here, a certificate for it, kept in the state directory. */
public final class Enrolment {
    /** No token is longer; a file that is, is another file. */
    private static final int MAX_TOKEN_BYTES = 4096;

    private Enrolment() {}

    /** What became of it. */
    public sealed interface Outcome {}

    /** The identity is on the disk. */
    public record Enrolled(Identity identity) implements Outcome {}

    /**
     * @param reason what went wrong, where
     * @param next what to do
     * @param worthRetrying the controller could not be reached, or broke off
     */
    public record NotEnrolled(String reason, String next, boolean worthRetrying) implements Outcome {}

    /**
     * Asks the controller for a certificate and stores what comes back. Blocks for at most 30 s for each address. The token is sent
     * only after the controller showed the CA that the token pins.
     *
     * @param controllers HOST:PORT of each, at least one: the first that answers counts
     */
    public static Outcome enrol(
            List<String> controllers,
            EnrolmentToken token,
            String hostName,
            Map<String, String> labels,
            Path stateDirectory) {
        Outcome outcome = enrol(controllers.get(0), token, hostName, labels, stateDirectory);
        for (String next : controllers.subList(1, controllers.size())) {
            if (outcome instanceof NotEnrolled not && not.worthRetrying()) {
                outcome = enrol(next, token, hostName, labels, stateDirectory);
            }
        }
        return outcome;
    }

    private static Outcome enrol(
            String controller, EnrolmentToken token, String hostName, Map<String, String> labels, Path stateDirectory) {
        KeyPair key = CsrEncoder.newKey(new SecureRandom());
        ManagedChannel channel = NettyChannelBuilder.forTarget(
                        controller,
                        TlsChannelCredentials.newBuilder()
                                .trustManager(new PinnedTrust(token.caPin()))
                                .build())
                .build();
        try {
            EnrolReply reply = EnrolmentExchange.enrol(channel, token, key, hostName, labels);
            Identity identity =
                    new Identity(Pem.privateKey(key.getPrivate()), reply.getCertificateChain(), reply.getTrustBundle());
            new IdentityFolder(stateDirectory).store(identity);
            return new Enrolled(identity);
        } catch (StatusRuntimeException e) {
            return refused(controller, token, e);
        } catch (IllegalArgumentException e) {
            return new NotEnrolled(controller + ": " + e.getMessage(), "look at the controller's log", false);
        } catch (IOException e) {
            return new NotEnrolled(
                    "the certificate could not be stored in " + stateDirectory + ": " + e.getMessage(),
                    "mend that, then enrol with a new token: this one may be used up",
                    false);
        } finally {
            channel.shutdownNow();
        }
    }

    /** Reads a token file; {@code -} is standard input. @throws IOException when it holds no token */
    public static EnrolmentToken readToken(String file) throws IOException {
        byte[] content = file.equals("-") ? System.in.readNBytes(MAX_TOKEN_BYTES) : readAtMost(Path.of(file));
        try {
            return EnrolmentToken.parse(new String(content, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new IOException((file.equals("-") ? "standard input" : file) + ": " + e.getMessage(), e);
        }
    }

    private static byte[] readAtMost(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_TOKEN_BYTES);
        }
    }

    private static NotEnrolled refused(String controller, EnrolmentToken token, StatusRuntimeException e) {
        Status.Code code = e.getStatus().getCode();
        return switch (code) {
            case PERMISSION_DENIED, UNAUTHENTICATED ->
                new NotEnrolled(
                        controller + " refused token " + token.id() + ": "
                                + e.getStatus().getDescription(),
                        "ask for a new token on the controller's machine: vzguard controller token --role agent",
                        false);
            case UNAVAILABLE, DEADLINE_EXCEEDED ->
                new NotEnrolled(
                        controller + " cannot be reached, or is not the controller that made token " + token.id() + ": "
                                + rootMessage(e),
                        "check the address and the token; most likely the token is unused",
                        true);
            default ->
                new NotEnrolled(
                        controller + " answered " + code + ": " + e.getStatus().getDescription(),
                        "look at the controller's log",
                        false);
        };
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
