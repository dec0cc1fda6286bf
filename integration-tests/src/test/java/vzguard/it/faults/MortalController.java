package vzguard.it.faults;

import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jdbi.v3.core.JdbiException;
import vzguard.controller.Controller;
import vzguard.controller.ControllerSettings;
import vzguard.controller.rollout.Limits;
import vzguard.controller.store.Database;
import vzguard.enrolment.CsrEncoder;
import vzguard.enrolment.EnrolmentExchange;
import vzguard.enrolment.EnrolmentToken;
import vzguard.enrolment.Pem;
import vzguard.enrolment.PinnedTrust;
import vzguard.v1.EnrolReply;
import vzguard.v1.OperatorGrpc;

/**
 * A controller that can be killed without an end of its process: what is on its disk at that moment is copied, and the next
 * one starts from the copy, on another port. What the dead one still does nobody hears.
 */
final class MortalController implements AutoCloseable {
    private final Path folder;
    private final ExecutorService undertaker = Executors.newCachedThreadPool();
    private final KeyPair key = CsrEncoder.newKey(new SecureRandom());
    private final EnrolReply identity;
    private final Function<Path, Database> opener;
    private Path state;
    private Controller controller;
    private ManagedChannel channel;
    private int lives = 1;

    MortalController(Path folder) throws IOException {
        this(folder, Database::open);
    }

    /** @param opener opens the database of each life */
    MortalController(Path folder, Function<Path, Database> opener) throws IOException {
        this.folder = folder;
        this.opener = opener;
        this.state = folder.resolve("life1");
        this.controller = start(state);
        EnrolmentToken token = EnrolmentToken.parse(
                Files.readString(state.resolve("operator.token")).strip());
        ManagedChannel first = channel(TlsChannelCredentials.newBuilder().trustManager(new PinnedTrust(token.caPin())));
        this.identity = EnrolmentExchange.enrol(first, token, key, "tester", Map.of());
        first.shutdownNow();
        this.channel = operatorChannel();
    }

    private Controller start(Path state) throws IOException {
        Limits limits = new Limits(4, Duration.ofMinutes(2), Duration.ofSeconds(30), Duration.ofMinutes(2));
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return Controller.start(
                new ControllerSettings(state, anyPort, List.of(), Duration.ofMillis(50), Duration.ofSeconds(5), limits),
                Clock.systemUTC(),
                opener);
    }

    private ManagedChannel operatorChannel() throws IOException {
        return channel(TlsChannelCredentials.newBuilder()
                .trustManager(stream(identity.getTrustBundle()))
                .keyManager(stream(identity.getCertificateChain()), stream(Pem.privateKey(key.getPrivate()))));
    }

    private ManagedChannel channel(TlsChannelCredentials.Builder credentials) {
        return NettyChannelBuilder.forAddress("127.0.0.1", controller.port(), credentials.build())
                .build();
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    synchronized int port() {
        return controller.port();
    }

    synchronized OperatorGrpc.OperatorBlockingStub operator() {
        return OperatorGrpc.newBlockingStub(channel);
    }

    synchronized OperatorGrpc.OperatorFutureStub operatorFuture() {
        return OperatorGrpc.newFutureStub(channel);
    }

    /** What the disk holds now is all that is left. Returns when the next controller serves. */
    synchronized void dieAndComeBack() {
        Controller dead = controller;
        ManagedChannel old = channel;
        try {
            lives++;
            Path next = Files.createDirectories(folder.resolve("life" + lives));
            copy(state, next);
            state = next;
            controller = start(state);
            channel = operatorChannel();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        undertaker.execute(() -> {
            old.shutdownNow();
            close(dead);
        });
    }

    private static void close(Controller dead) {
        try {
            dead.close();
        } catch (JdbiException e) {
            // It died in the middle of a transaction, which nobody ends any more.
            return;
        }
    }

    /** A database before its log: a log that is longer than what the copied database knows is only later. */
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.sorted().toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                String name = path.getFileName().toString();
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else if (!name.equals("lock") && !name.endsWith("-shm")) {
                    Files.copy(path, target, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(from));
    }

    @Override
    public synchronized void close() {
        channel.shutdownNow();
        controller.close();
        undertaker.shutdown();
    }
}
