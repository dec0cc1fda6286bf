package vzguard.controller.enrolment;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vzguard.controller.audit.Audit;
import vzguard.controller.core.EventLoop;
import vzguard.controller.core.Transaction;
import vzguard.controller.core.WireTime;
import vzguard.controller.fleet.Hosts;
import vzguard.controller.identity.CertificateAuthority;
import vzguard.controller.identity.CertificateRequest;
import vzguard.controller.identity.Identity;
import vzguard.controller.identity.Role;
import vzguard.controller.identity.Tokens;
import vzguard.enrolment.EnrolmentToken;
import vzguard.v1.EnrolReply;
import vzguard.v1.EnrolRequest;
import vzguard.v1.EnrolmentGrpc;
import vzguard.v1.RenewRequest;

/**
 * Token and certificate request in, certificate out. The request is judged before the token is touched; the use of the
 * token, the new host and the audit entry are one transaction, and the certificate is answered after it.
 */
public final class EnrolmentService extends EnrolmentGrpc.EnrolmentImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(EnrolmentService.class);
    private static final int MAX_LABELS = 64;
    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,252}");
    private static final Pattern LABEL_NAME = Pattern.compile("[a-z][a-z0-9_.-]{0,62}");
    private static final Pattern LABEL_VALUE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:-]{0,252}");

    private final EventLoop loop;
    private final Hosts hosts;
    private final CertificateAuthority authority;
    private final Tokens tokens;
    private final Clock clock;

    public EnrolmentService(EventLoop loop, Hosts hosts, CertificateAuthority authority, Tokens tokens, Clock clock) {
        this.loop = loop;
        this.hosts = hosts;
        this.authority = authority;
        this.tokens = tokens;
        this.clock = clock;
    }

    @Override
    public void enrol(EnrolRequest request, StreamObserver<EnrolReply> responses) {
        EnrolmentToken token;
        PublicKey key;
        try {
            token = EnrolmentToken.parse(request.getToken());
            key = CertificateRequest.key(request.getCertificateRequest());
            checkLabels(request.getLabelsMap());
        } catch (IllegalArgumentException e) {
            refuse(responses, Status.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
            return;
        }
        loop.submit(transaction -> enrol(transaction, token, key, request)).whenComplete((result, failure) -> {
            if (failure != null) {
                LOG.error("an enrolment failed", failure);
                refuse(responses, Status.INTERNAL, "the enrolment could not be stored; see the controller's log");
            } else {
                result.send(responses);
            }
        });
    }

    @Override
    public void renew(RenewRequest request, StreamObserver<EnrolReply> responses) {
        refuse(responses, Status.UNIMPLEMENTED, "Renew is not implemented in this version");
    }

    /** Either a reply or why not. */
    private record Result(Optional<EnrolReply> reply, Status.Code code, String why) {
        static Result refused(Status.Code code, String why) {
            return new Result(Optional.empty(), code, why);
        }

        void send(StreamObserver<EnrolReply> responses) {
            if (reply.isPresent()) {
                responses.onNext(reply.get());
                responses.onCompleted();
            } else {
                refuse(responses, code.toStatus(), why);
            }
        }
    }

    private Result enrol(Transaction transaction, EnrolmentToken token, PublicKey key, EnrolRequest request) {
        Instant now = clock.instant();
        String name = request.getName();
        Optional<Role> bearer = tokens.roleOf(transaction.sql(), token, now);
        if (bearer.isEmpty()) {
            return Result.refused(
                    Status.Code.PERMISSION_DENIED,
                    "the token " + token.id() + " is unknown, used up or expired; make another one with"
                            + " `vzguard token create`");
        }
        boolean agent = bearer.get() == Role.AGENT;
        if (agent ? !HOST_NAME.matcher(name).matches() : !Identity.isValidName(name)) {
            return Result.refused(
                    Status.Code.INVALID_ARGUMENT,
                    "\"" + name + "\" is no name for an " + bearer.get().word()
                            + " (permitted: letters, digits, . _ -, " + (agent ? "1-253" : "1-63") + " characters)");
        }
        tokens.take(transaction.sql(), token, now);
        Identity identity = agent ? Identity.agent(UUID.randomUUID().toString()) : Identity.operator(name);
        CertificateAuthority.Issued issued = authority.issue(key, identity);
        Audit.record(transaction.sql(), now, identity.toString(), "Enrol", "name " + name + ", token " + token.id());
        if (agent) {
            hosts.enrol(transaction.sql(), identity.name(), name, request.getLabelsMap(), now);
        }
        transaction.afterCommit(() -> LOG.info("enrolled {} ({})", identity, name));
        return new Result(
                Optional.of(EnrolReply.newBuilder()
                        .setCertificateChain(issued.chain())
                        .setTrustBundle(authority.trustBundle())
                        .setIdentity(identity.name())
                        .setExpiresAt(WireTime.of(issued.expiresAt()))
                        .build()),
                Status.Code.OK,
                "");
    }

    private static void checkLabels(Map<String, String> labels) {
        if (labels.size() > MAX_LABELS) {
            throw new IllegalArgumentException(labels.size() + " labels (permitted: at most " + MAX_LABELS + ")");
        }
        labels.forEach((name, value) -> {
            if (!LABEL_NAME.matcher(name).matches()
                    || !LABEL_VALUE.matcher(value).matches()) {
                throw new IllegalArgumentException("\"" + name + "=" + value
                        + "\" is no label (permitted: a key of a-z 0-9 _ . -, a value of letters, digits, _ . : -)");
            }
        });
    }

    private static void refuse(StreamObserver<EnrolReply> responses, Status status, String why) {
        responses.onError(status.withDescription(why).asRuntimeException());
    }
}
