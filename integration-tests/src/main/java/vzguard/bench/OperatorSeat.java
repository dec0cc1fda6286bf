package vzguard.bench;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import vzguard.enrolment.CsrEncoder;
import vzguard.enrolment.EnrolmentExchange;
import vzguard.enrolment.EnrolmentToken;
import vzguard.enrolment.Pem;
import vzguard.enrolment.PinnedTrust;
import vzguard.lab.real.LabException;
import vzguard.v1.ApplyPolicyRequest;
import vzguard.v1.CreateTokenRequest;
import vzguard.v1.EnrolReply;
import vzguard.v1.FleetStatus;
import vzguard.v1.GetRolloutRequest;
import vzguard.v1.GetStatusRequest;
import vzguard.v1.OperatorGrpc;
import vzguard.v1.OperatorGrpc.OperatorBlockingStub;
import vzguard.v1.RolloutState;
import vzguard.v1.RolloutView;
import vzguard.v1.StartRolloutRequest;
import vzguard.v1.TokenRole;

/** The operator's API over one channel that comes back by itself. */
final class OperatorSeat implements AutoCloseable {
    private static final int TOKEN_USES = 10_000;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final ManagedChannel channel;

    private OperatorSeat(ManagedChannel channel) {
        this.channel = channel;
    }

    /** Logs in with the token that a new controller leaves for its first operator. */
    static OperatorSeat logIn(String controller, String tokenText) {
        EnrolmentToken token = EnrolmentToken.parse(tokenText);
        KeyPair key = CsrEncoder.newKey(new SecureRandom());
        ManagedChannel enrolling = NettyChannelBuilder.forTarget(
                        controller,
                        TlsChannelCredentials.newBuilder()
                                .trustManager(new PinnedTrust(token.caPin()))
                                .build())
                .build();
        try {
            EnrolReply reply = EnrolmentExchange.enrol(enrolling, token, key, "bench", Map.of());
            return new OperatorSeat(NettyChannelBuilder.forTarget(
                            controller,
                            TlsChannelCredentials.newBuilder()
                                    .keyManager(
                                            stream(reply.getCertificateChain()),
                                            stream(Pem.privateKey(key.getPrivate())))
                                    .trustManager(stream(reply.getTrustBundle()))
                                    .build())
                    .build());
        } catch (IOException e) {
            throw new LabException("the operator's channel could not be made: " + e.getMessage(), e);
        } finally {
            enrolling.shutdownNow();
        }
    }

    private static InputStream stream(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }

    OperatorBlockingStub api() {
        return OperatorGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
    }

    String agentToken() {
        return api().createToken(CreateTokenRequest.newBuilder()
                        .setRole(TokenRole.TOKEN_ROLE_AGENT)
                        .setUses(TOKEN_USES)
                        .build())
                .getToken();
    }

    FleetStatus status() {
        return api().getStatus(GetStatusRequest.getDefaultInstance());
    }

    /** Asks for the status until it is as wanted; while the controller is away it is asked again. */
    void await(String what, Duration patience, Predicate<FleetStatus> wanted) {
        long begin = System.nanoTime();
        while (!isSo(wanted)) {
            if (System.nanoTime() - begin > patience.toNanos()) {
                throw new LabException(what + " within " + patience.toSeconds() + " s");
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }

    private boolean isSo(Predicate<FleetStatus> wanted) {
        try {
            return wanted.test(status());
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
                throw e;
            }
            channel.resetConnectBackoff();
            return false;
        }
    }

    void apply(String policy) {
        var unused = api().applyPolicy(
                        ApplyPolicyRequest.newBuilder().setText(policy).build());
    }

    /** Rolls a policy out, and returns its end. @throws LabException when not every target is well */
    RolloutView rollOut(String policy) {
        RolloutView started = api().startRollout(
                        StartRolloutRequest.newBuilder().setPolicy(policy).build());
        Iterator<RolloutView> messages = OperatorGrpc.newBlockingStub(channel)
                .withDeadlineAfter(30, TimeUnit.MINUTES)
                .watchRollout(GetRolloutRequest.newBuilder()
                        .setRolloutId(started.getRolloutId())
                        .build());
        RolloutView last = started;
        while (messages.hasNext()) {
            last = messages.next();
        }
        if (last.getState() != RolloutState.ROLLOUT_STATE_COMPLETED
                || last.getDone() + last.getNoOp() != last.getTargets()) {
            throw new LabException("rollout " + last.getRolloutId() + " of " + policy + " did not end well: "
                    + last.toBuilder().clearTasks().build());
        }
        return last;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
