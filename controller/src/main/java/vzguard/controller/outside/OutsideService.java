package vzguard.controller.outside;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import vzguard.controller.identity.Caller;
import vzguard.v1.LookReply;
import vzguard.v1.LookRequest;
import vzguard.v1.OutsideGrpc;
import vzguard.v1.PortView;

/**
 * Looks at the host that asks for it, and at no other: an agent cannot make the controller connect to anybody else. Never blocks;
 * how many connections are open at once is bounded, whatever the number of agents.
 */
public final class OutsideService extends OutsideGrpc.OutsideImplBase implements AutoCloseable {
    private static final int MOST_PORTS = 15;
    private static final int MOST_PORT = 65535;
    /** A job looks twice, and up to three times more when it is not let in. */
    private static final int LOOKS_A_MINUTE = 30;

    private static final int MOST_OPEN = 2000;

    private final Clock clock;
    private final ScheduledExecutorService timers;
    private final Pace pace = new Pace(LOOKS_A_MINUTE);
    private final Semaphore free = new Semaphore(MOST_OPEN);
    private final Set<Knock> open = ConcurrentHashMap.newKeySet();

    /** @param timers for deadlines alone */
    public OutsideService(Clock clock, ScheduledExecutorService timers) {
        this.clock = clock;
        this.timers = timers;
    }

    /** As the server takes it: the addresses of calls are known to it. */
    public BindableService bindable() {
        return () -> ServerInterceptors.intercept(this, new PeerAddress());
    }

    @Override
    public void look(LookRequest request, StreamObserver<LookReply> reply) {
        List<Integer> ports = request.getPortsList();
        boolean valid = !ports.isEmpty()
                && ports.size() <= MOST_PORTS
                && ports.stream().distinct().count() == ports.size()
                && ports.stream().allMatch(port -> port >= 1 && port <= MOST_PORT);
        if (!valid) {
            refuse(reply, Status.INVALID_ARGUMENT, "ports: permitted: 1 to " + MOST_PORTS + " different TCP ports");
            return;
        }
        Optional<InetAddress> host = PeerAddress.current();
        Optional<String> obstacle = host.isEmpty() ? Optional.of("its address is not known") : obstacle(host.get());
        if (obstacle.isPresent()) {
            reply.onNext(LookReply.newBuilder()
                    .setAddress(host.map(InetAddress::getHostAddress).orElse(""))
                    .setNotTried(obstacle.get())
                    .build());
            reply.onCompleted();
        } else if (!pace.permits(Caller.current().name(), clock.instant())) {
            refuse(reply, Status.RESOURCE_EXHAUSTED, "at most " + LOOKS_A_MINUTE + " looks a minute; again later");
        } else if (free.tryAcquire(ports.size())) {
            look(host.get(), ports, reply);
        } else {
            refuse(reply, Status.RESOURCE_EXHAUSTED, "too many looks at once; again in a moment");
        }
    }

    private static Optional<String> obstacle(InetAddress host) {
        if (host.isLoopbackAddress()) {
            return Optional.of("the agent connects over the loopback: from there nothing is outside");
        }
        return host.isLinkLocalAddress()
                ? Optional.of("the agent connects from a link-local address")
                : Optional.empty();
    }

    private void look(InetAddress host, List<Integer> ports, StreamObserver<LookReply> reply) {
        List<CompletableFuture<PortView>> views = ports.stream()
                .map(port -> knock(new InetSocketAddress(host, port)))
                .toList();
        var unused = CompletableFuture.allOf(views.toArray(CompletableFuture[]::new))
                .thenRun(() -> {
                    LookReply.Builder seen = LookReply.newBuilder().setAddress(host.getHostAddress());
                    views.forEach(view -> seen.addViews(view.join()));
                    reply.onNext(seen.build());
                    reply.onCompleted();
                });
    }

    private CompletableFuture<PortView> knock(InetSocketAddress target) {
        try {
            Knock knock = Knock.to(target, timers, this::closed);
            open.add(knock);
            knock.connect();
            return knock.seen();
        } catch (IOException e) {
            free.release();
            return CompletableFuture.completedFuture(PortView.newBuilder()
                    .setPort(target.getPort())
                    .setDetail("the controller has no socket left: " + e.getMessage())
                    .build());
        }
    }

    private void closed(Knock knock) {
        open.remove(knock);
        free.release();
    }

    private static void refuse(StreamObserver<LookReply> reply, Status status, String why) {
        reply.onError(status.withDescription(why).asRuntimeException());
    }

    /** Ends the connections that stand. */
    @Override
    public void close() {
        open.forEach(Knock::close);
    }
}
