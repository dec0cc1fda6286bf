package vzguard.agent.enrol;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.enrolment.EnrolmentToken;
import vzguard.v1.EnrolReply;
import vzguard.v1.EnrolRequest;
import vzguard.v1.EnrolmentGrpc;

class EnrolmentTest {
    private static final String UUID = "6f1f6c0e-0000-4000-8000-000000000001";
    private static final String SECRET = "s3cr3t-s3cr3t_s3cr3t";

    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final TestAuthority OTHER = new TestAuthority();

    @TempDir
    private Path state;

    private final List<EnrolRequest> received = new CopyOnWriteArrayList<>();
    private Optional<Server> server = Optional.empty();

    @AfterEach
    void stop() {
        server.ifPresent(Server::shutdownNow);
    }

    @Test
    void anEnrolledHostHasItsIdentityOnTheDisk() throws IOException {
        serve("dns:localhost,ip:127.0.0.1", AUTHORITY);

        Enrolment.Outcome outcome =
                Enrolment.enrol(List.of(address()), token(AUTHORITY.pin()), "hn1", Map.of("dc", "tokyo"), state);

        assertThat(outcome).isInstanceOf(Enrolment.Enrolled.class);
        assertThat(received).singleElement().satisfies(request -> {
            assertThat(request.getToken()).isEqualTo(token(AUTHORITY.pin()).text());
            assertThat(request.getName()).isEqualTo("hn1");
            assertThat(request.getLabelsMap()).containsEntry("dc", "tokyo");
        });
        Identity identity = new IdentityFolder(state).load().orElseThrow();
        assertThat(identity.hostId()).isEqualTo(UUID);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("identity/key.pem"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aServerOfAnotherAuthorityNeverSeesTheToken() throws IOException {
        serve("dns:localhost,ip:127.0.0.1", AUTHORITY);

        Enrolment.Outcome outcome = Enrolment.enrol(List.of(address()), token(OTHER.pin()), "hn1", Map.of(), state);

        assertNotEnrolled(outcome, "pinned key");
    }

    @Test
    void aServerWithAnotherNameNeverSeesTheToken() throws IOException {
        serve("dns:elsewhere.example,ip:192.0.2.1", AUTHORITY);

        Enrolment.Outcome outcome = Enrolment.enrol(List.of(address()), token(AUTHORITY.pin()), "hn1", Map.of(), state);

        assertNotEnrolled(outcome, "127.0.0.1");
    }

    @Test
    void aCertificateSignedByAnotherAuthorityIsNotKept() throws IOException {
        serve("ip:127.0.0.1", OTHER);

        Enrolment.Outcome outcome = Enrolment.enrol(List.of(address()), token(AUTHORITY.pin()), "hn1", Map.of(), state);

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Enrolment.NotEnrolled.class,
                        not -> assertThat(not.reason()).contains("signed"));
        assertThat(new IdentityFolder(state).load()).isEmpty();
    }

    @Test
    void aUsedTokenIsReportedWithWhatToDo() throws IOException {
        serve("ip:127.0.0.1", AUTHORITY);
        received.add(EnrolRequest.getDefaultInstance());

        Enrolment.Outcome outcome = Enrolment.enrol(List.of(address()), token(AUTHORITY.pin()), "hn1", Map.of(), state);

        assertThat(outcome).isInstanceOfSatisfying(Enrolment.NotEnrolled.class, not -> {
            assertThat(not.reason()).contains("t7").contains("used up").doesNotContain(SECRET);
            assertThat(not.next()).contains("vzguard controller token");
            assertThat(not.worthRetrying()).isFalse();
        });
    }

    @Test
    void aKeyThatOthersCanReadIsRefusedWithTheCure() throws IOException {
        serve("ip:127.0.0.1", AUTHORITY);
        Enrolment.enrol(List.of(address()), token(AUTHORITY.pin()), "hn1", Map.of(), state);
        Path key = state.resolve("identity/key.pem");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

        org.assertj.core.api.Assertions.assertThatThrownBy(() -> new IdentityFolder(state).load())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("chmod 600 " + key);
    }

    private void assertNotEnrolled(Enrolment.Outcome outcome, String reason) throws IOException {
        assertThat(outcome).isInstanceOfSatisfying(Enrolment.NotEnrolled.class, not -> {
            assertThat(not.reason()).contains(reason).doesNotContain(SECRET);
            assertThat(not.worthRetrying()).isTrue();
        });
        assertThat(received).isEmpty();
        assertThat(new IdentityFolder(state).load()).isEmpty();
    }

    private static EnrolmentToken token(String pin) {
        return new EnrolmentToken("t7", SECRET, pin);
    }

    private String address() {
        return "127.0.0.1:" + server.orElseThrow().getPort();
    }

    /** A controller whose own certificate is the right AUTHORITY's, and which signs requests with {@code signer}. */
    private void serve(String names, TestAuthority signer) throws IOException {
        Identity own = AUTHORITY.identity(names);
        server = Optional.of(NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        TlsServerCredentials.newBuilder()
                                .keyManager(bytes(own.certificatePem() + own.caPem()), bytes(own.keyPem()))
                                .build())
                .addService(new EnrolmentGrpc.EnrolmentImplBase() {
                    @Override
                    public void enrol(EnrolRequest request, StreamObserver<EnrolReply> out) {
                        if (!received.isEmpty()) {
                            out.onError(Status.PERMISSION_DENIED
                                    .withDescription("token is used up")
                                    .asRuntimeException());
                            return;
                        }
                        received.add(request);
                        out.onNext(EnrolReply.newBuilder()
                                .setCertificateChain(
                                        signer.sign(request.getCertificateRequest(), "uri:vzguard://agent/" + UUID))
                                .setTrustBundle(AUTHORITY.caPem())
                                .setIdentity(UUID)
                                .build());
                        out.onCompleted();
                    }
                })
                .build()
                .start());
    }

    private static ByteArrayInputStream bytes(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }
}
