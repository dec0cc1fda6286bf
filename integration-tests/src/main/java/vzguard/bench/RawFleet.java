package vzguard.bench;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import vzguard.agent.enrol.Identity;
import vzguard.lab.real.LabException;

/** The other end of {@link RawServer}: a channel and a stream for each identity, as an agent has, and nothing behind them. */
final class RawFleet implements AutoCloseable {
    private static final byte[] ACKNOWLEDGEMENT = new byte[100];

    private final String server;
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final List<StreamObserver<byte[]>> streams = new ArrayList<>();
    private final AtomicInteger welcomed = new AtomicInteger();

    /** @param server HOST:PORT */
    RawFleet(String server) {
        this.server = server;
    }

    /** Returns when every stream has been answered. */
    void connect(List<Identity> identities) {
        Semaphore connecting = new Semaphore(HollowFleet.CONNECTING);
        try {
            for (Identity identity : identities) {
                if (!connecting.tryAcquire(1, TimeUnit.MINUTES)) {
                    throw new LabException("for a minute no raw stream was answered");
                }
                connect(identity, connecting);
            }
            if (!connecting.tryAcquire(HollowFleet.CONNECTING, 1, TimeUnit.MINUTES)) {
                throw new LabException("only " + welcomed.get() + " raw streams were answered");
            }
        } catch (IOException e) {
            throw new LabException("a raw channel could not be made: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    private void connect(Identity identity, Semaphore connecting) throws IOException {
        ManagedChannel channel = channel(server, identity);
        channels.add(channel);
        AtomicReference<StreamObserver<byte[]>> out = new AtomicReference<>();
        StreamObserver<byte[]> in = new StreamObserver<>() {
            @Override
            public void onNext(byte[] message) {
                if (message.length == 0) {
                    welcomed.incrementAndGet();
                    connecting.release();
                } else {
                    Objects.requireNonNull(out.get()).onNext(ACKNOWLEDGEMENT);
                }
            }

            @Override
            public void onError(Throwable failure) {
                // Only at the end: its server was stopped.
            }

            @Override
            public void onCompleted() {}
        };
        out.set(ClientCalls.asyncBidiStreamingCall(channel.newCall(RawWire.STREAM, CallOptions.DEFAULT), in));
        streams.add(Objects.requireNonNull(out.get()));
    }

    /** How long a message of that size to all of them takes until the last acknowledgement is there. */
    Duration push(int bytes) {
        byte[] answer = ClientCalls.blockingUnaryCall(
                channels.get(0).newCall(RawWire.PUSH, CallOptions.DEFAULT),
                Integer.toString(bytes).getBytes(StandardCharsets.US_ASCII));
        String[] words = new String(answer, StandardCharsets.US_ASCII).split(" ");
        if (Long.parseLong(words[0]) < 0 || Integer.parseInt(words[1]) != channels.size()) {
            throw new LabException("the raw loop lost something: " + String.join(" ", words));
        }
        return Duration.ofNanos(Long.parseLong(words[0]));
    }

    /** As the agent makes it. */
    private static ManagedChannel channel(String server, Identity identity) throws IOException {
        return NettyChannelBuilder.forTarget(
                        server,
                        TlsChannelCredentials.newBuilder()
                                .keyManager(stream(identity.certificatePem()), stream(identity.keyPem()))
                                .trustManager(stream(identity.caPem()))
                                .build())
                .keepAliveTime(20, TimeUnit.SECONDS)
                .keepAliveTimeout(8, TimeUnit.SECONDS)
                .flowControlWindow(64 * 1024)
                .build();
    }

    private static InputStream stream(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
    }
}
