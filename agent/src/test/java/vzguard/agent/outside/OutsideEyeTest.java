package vzguard.agent.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.BindableService;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.enrol.Identity;
import vzguard.agent.enrol.IdentityFolder;
import vzguard.agent.enrol.TestAuthority;
import vzguard.agent.outside.Look.Kind;
import vzguard.v1.LookReply;
import vzguard.v1.LookRequest;
import vzguard.v1.OutsideGrpc;
import vzguard.v1.PortView;

/** Against real gRPC servers, over real mutual TLS on the loopback. */
class OutsideEyeTest {
    private static final Duration SHORT = Duration.ZERO;

    private static Identity controllerIdentity;
    private static Identity agentIdentity;

    @TempDir
    private Path state;

    private final Deque<Server> servers = new ArrayDeque<>();

    /** Gives what was prepared, then says that a port answered; knows the connections that calls came on. */
    private static final class Looking extends OutsideGrpc.OutsideImplBase implements ServerInterceptor {
        private final Set<String> connections = ConcurrentHashMap.newKeySet();
        private final Deque<Status> refusals = new ConcurrentLinkedDeque<>();
        private volatile String notTried = "";

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            connections.add(String.valueOf(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)));
            return next.startCall(call, headers);
        }

        @Override
        public void look(LookRequest request, StreamObserver<LookReply> reply) {
            Optional<Status> refusal = Optional.ofNullable(refusals.poll());
            if (refusal.isPresent()) {
                reply.onError(refusal.get().asRuntimeException());
                return;
            }
            LookReply.Builder look =
                    LookReply.newBuilder().setAddress("10.0.0.1").setNotTried(notTried);
            if (notTried.isEmpty()) {
                request.getPortsList()
                        .forEach(port -> look.addViews(PortView.newBuilder()
                                .setPort(port)
                                .setAnswered(port == 22)
                                .setDetail(port == 22 ? "SSH-2.0-x" : "Connection refused")
                                .setFromAddress("192.0.2.1")
                                .setFromPort(40000)));
            }
            reply.onNext(look.build());
            reply.onCompleted();
        }
    }

    @BeforeAll
    static void identities() throws IOException {
        TestAuthority authority = new TestAuthority();
        controllerIdentity = authority.identity("ip:127.0.0.1");
        agentIdentity = authority.identity("uri:vzguard://agent/6f1f6c0e-0000-4000-8000-000000000001");
    }

    @BeforeEach
    void enrolled() throws IOException {
        new IdentityFolder(state).store(agentIdentity);
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Server server : servers) {
            assertThat(server.shutdownNow().awaitTermination(60, TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    private Server listen(int port, BindableService... services) throws IOException {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                TlsServerCredentials.newBuilder()
                        .keyManager(bytes(controllerIdentity.certificatePem()), bytes(controllerIdentity.keyPem()))
                        .trustManager(bytes(controllerIdentity.caPem()))
                        .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                        .build());
        for (BindableService service : services) {
            builder.addService(service);
            builder.intercept((ServerInterceptor) service);
        }
        Server server = builder.build().start();
        servers.add(server);
        return server;
    }

    private static ByteArrayInputStream bytes(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }

    private OutsideEye eye(Integer... ports) {
        return new OutsideEye(
                List.of(ports).stream().map(port -> "127.0.0.1:" + port).toList(), state);
    }

    /** A port at which a controller listened until now. */
    private int dead() throws IOException {
        Server server = listen(0);
        int port = server.getPort();
        server.shutdownNow();
        return port;
    }

    @Test
    void eachLookComesOnAConnectionOfItsOwn() throws IOException {
        Looking looking = new Looking();
        try (OutsideEye eye = eye(listen(0, looking).getPort())) {
            Look look = eye.ask(List.of(22, 2222), SHORT);
            assertThat(look.kind()).isEqualTo(Kind.SEEN);
            assertThat(look.views())
                    .extracting(Look.View::place, Look.View::answered, Look.View::from)
                    .containsExactly(
                            org.assertj.core.api.Assertions.tuple("10.0.0.1:22", true, "192.0.2.1 40000"),
                            org.assertj.core.api.Assertions.tuple("10.0.0.1:2222", false, "192.0.2.1 40000"));
            assertThat(eye.ask(List.of(22), SHORT).kind()).isEqualTo(Kind.SEEN);
        }
        assertThat(looking.connections).hasSize(2);
    }

    @Test
    void aControllerOfAnEarlierVersionIsToldFromOneThatIsGone() throws IOException {
        Server old = listen(0);
        int port = old.getPort();
        try (OutsideEye eye = eye(port)) {
            assertThat(eye.ask(List.of(22), SHORT).kind()).isEqualTo(Kind.NOT_KNOWN);
            old.shutdownNow();
            Look gone = eye.ask(List.of(22), SHORT);
            assertThat(gone.kind()).isEqualTo(Kind.NOT_REACHED);
            assertThat(gone.detail()).contains("127.0.0.1:" + port, "UNAVAILABLE");
        }
    }

    @Test
    void theOneThatActsIsFoundAmongSeveral() throws IOException {
        Looking standsBy = new Looking();
        Looking acts = new Looking();
        acts.notTried = "over the loopback";
        standsBy.refusals.add(Status.UNAVAILABLE.withDescription("this controller stands by"));
        try (OutsideEye eye =
                eye(dead(), listen(0, standsBy).getPort(), listen(0, acts).getPort())) {
            Look look = eye.ask(List.of(22), SHORT);
            assertThat(look.kind()).isEqualTo(Kind.NOT_TRIED);
            assertThat(look.detail()).isEqualTo("over the loopback");
        }
    }

    @Test
    void oneThatIsBusyOrStartsAgainIsWaitedFor() throws IOException {
        Looking looking = new Looking();
        looking.refusals.add(Status.RESOURCE_EXHAUSTED.withDescription("again later"));
        looking.refusals.add(Status.UNAVAILABLE.withDescription("this controller starts"));
        try (OutsideEye eye = eye(listen(0, looking).getPort())) {
            assertThat(eye.ask(List.of(22), Duration.ofMinutes(1)).kind()).isEqualTo(Kind.SEEN);
        }
        assertThat(looking.connections).hasSize(3);
    }

    @Test
    void anAgentThatEndsWaitsForNobody() throws IOException {
        OutsideEye eye = eye(dead());
        eye.close();
        assertThat(eye.ask(List.of(22), Duration.ofDays(1)).kind()).isEqualTo(Kind.NOT_REACHED);
    }
}
