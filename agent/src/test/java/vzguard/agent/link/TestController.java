package vzguard.agent.link;

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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import vzguard.agent.enrol.Identity;
import vzguard.v1.AgentMessage;
import vzguard.v1.ControllerMessage;
import vzguard.v1.FleetGrpc;
import vzguard.v1.JobOffer;
import vzguard.v1.ResultAck;
import vzguard.v1.Welcome;

/** A small Fleet service on loopback, over mutual TLS: it welcomes agents and says only what a test tells it to. */
public final class TestController extends FleetGrpc.FleetImplBase implements AutoCloseable {
    private final List<Stream> streams = new CopyOnWriteArrayList<>();
    private final Identity identity;
    private Optional<Server> server = Optional.empty();
    private volatile Optional<Status> refusal = Optional.empty();

    /** One stream of an agent, and all it said. */
    public record Stream(StreamObserver<ControllerMessage> out, List<AgentMessage> received) {
        public void send(ControllerMessage.Builder message) {
            synchronized (this) {
                out.onNext(message.build());
            }
        }

        public void offer(JobOffer offer) {
            send(ControllerMessage.newBuilder().setJobOffer(offer));
        }

        public void acknowledge(String jobId) {
            send(ControllerMessage.newBuilder()
                    .setResultAck(ResultAck.newBuilder().setJobId(jobId)));
        }

        public void end(Status status) {
            synchronized (this) {
                out.onError(status.asRuntimeException());
            }
        }

        public List<AgentMessage> of(AgentMessage.BodyCase kind) {
            return received.stream()
                    .filter(message -> message.getBodyCase() == kind)
                    .toList();
        }
    }

    public TestController(Identity identity) {
        this.identity = identity;
    }

    /** @param port 0 for any */
    public TestController listen(int port) throws IOException {
        server = Optional.of(NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        TlsServerCredentials.newBuilder()
                                .keyManager(bytes(identity.certificatePem()), bytes(identity.keyPem()))
                                .trustManager(bytes(identity.caPem()))
                                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                                .build())
                .addService(this)
                .permitKeepAliveTime(15, TimeUnit.SECONDS)
                .build()
                .start());
        return this;
    }

    public int port() {
        return server.orElseThrow().getPort();
    }

    /** From now on each stream is ended with this instead of being welcomed. */
    public void refuse(Status status) {
        refusal = Optional.of(status);
    }

    public List<Stream> streams() {
        return streams;
    }

    public Stream last() {
        return streams.get(streams.size() - 1);
    }

    @Override
    public StreamObserver<AgentMessage> connect(StreamObserver<ControllerMessage> out) {
        Stream stream = new Stream(out, new CopyOnWriteArrayList<>());
        return new StreamObserver<>() {
            @Override
            public void onNext(AgentMessage message) {
                stream.received().add(message);
                if (message.hasHello()) {
                    streams.add(stream);
                    if (refusal.isPresent()) {
                        stream.end(refusal.get());
                    } else {
                        stream.send(ControllerMessage.newBuilder()
                                .setWelcome(Welcome.newBuilder().setProtocol(1)));
                    }
                }
            }

            @Override
            public void onError(Throwable error) {
                // The agent broke off; the test sees it by the next stream.
            }

            @Override
            public void onCompleted() {
                synchronized (stream) {
                    out.onCompleted();
                }
            }
        };
    }

    @Override
    public void close() throws InterruptedException {
        Server open = server.orElseThrow().shutdownNow();
        open.awaitTermination(10, TimeUnit.SECONDS);
    }

    private static ByteArrayInputStream bytes(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }
}
