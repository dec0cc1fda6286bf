package vzguard.bench;

import io.grpc.ServerServiceDefinition;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import vzguard.controller.identity.CertificateAuthority;
import vzguard.controller.identity.ServerNames;
import vzguard.enrolment.Pem;

/** The least that holds as many streams as the controller: mutual TLS, a set of streams, and nothing else. */
final class RawServer {
    private final Set<StreamObserver<byte[]>> streams = ConcurrentHashMap.newKeySet();
    private volatile CountDownLatch awaited = new CountDownLatch(0);

    private RawServer() {}

    /** @param arguments port, and the CA's folder of a controller that does not run */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        new RawServer().serve(Integer.parseInt(arguments[0]), Path.of(arguments[1]));
    }

    private void serve(int port, Path authority) throws IOException, InterruptedException {
        InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        CertificateAuthority ca = CertificateAuthority.open(authority, Clock.systemUTC());
        CertificateAuthority.ServerIdentity identity = ca.serverIdentity(ServerNames.of(listen, List.of()));
        StringBuilder chain = new StringBuilder();
        for (X509Certificate certificate : identity.chain()) {
            chain.append(Pem.encode("CERTIFICATE", encoded(certificate)));
        }
        NettyServerBuilder.forAddress(
                        listen,
                        TlsServerCredentials.newBuilder()
                                .keyManager(stream(chain.toString()), stream(Pem.privateKey(identity.key())))
                                .trustManager(stream(ca.trustBundle()))
                                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                                .build())
                .executor(Executors.newFixedThreadPool(2 * Runtime.getRuntime().availableProcessors()))
                .permitKeepAliveTime(15, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(20, TimeUnit.SECONDS)
                .keepAliveTimeout(8, TimeUnit.SECONDS)
                .flowControlWindow(64 * 1024)
                .addService(ServerServiceDefinition.builder("vzguard.bench.Raw")
                        .addMethod(RawWire.STREAM, ServerCalls.asyncBidiStreamingCall(this::connect))
                        .addMethod(RawWire.PUSH, ServerCalls.asyncUnaryCall(this::push))
                        .build())
                .build()
                .start()
                .awaitTermination();
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
    }

    private static InputStream stream(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }

    private StreamObserver<byte[]> connect(StreamObserver<byte[]> agent) {
        streams.add(agent);
        // The answer to the connection, as Welcome is.
        agent.onNext(new byte[0]);
        return new StreamObserver<>() {
            @Override
            public void onNext(byte[] acknowledgement) {
                awaited.countDown();
            }

            @Override
            public void onError(Throwable failure) {
                streams.remove(agent);
            }

            @Override
            public void onCompleted() {
                streams.remove(agent);
                agent.onCompleted();
            }
        };
    }

    private synchronized void push(byte[] request, StreamObserver<byte[]> caller) {
        CountDownLatch all = new CountDownLatch(streams.size());
        awaited = all;
        byte[] message = new byte[Integer.parseInt(new String(request, StandardCharsets.US_ASCII))];
        long begin = System.nanoTime();
        int count = 0;
        for (StreamObserver<byte[]> stream : streams) {
            stream.onNext(message);
            count++;
        }
        try {
            boolean complete = all.await(1, TimeUnit.MINUTES);
            long nanos = System.nanoTime() - begin;
            String answer = (complete ? nanos : -1) + " " + count;
            caller.onNext(answer.getBytes(StandardCharsets.US_ASCII));
            caller.onCompleted();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            caller.onError(e);
        }
    }
}
