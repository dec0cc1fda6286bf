package vzguard.agent.outside;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import vzguard.agent.enrol.Identity;
import vzguard.agent.enrol.IdentityFolder;
import vzguard.agent.link.ControllerChannel;
import vzguard.agent.outside.Look.Kind;
import vzguard.agent.outside.Look.View;
import vzguard.v1.LookReply;
import vzguard.v1.LookRequest;
import vzguard.v1.OutsideGrpc;

/**
 * Asks the controller to look at this host. Each time on new connections, one for each family that the controller has an address
 * of: the host's stream stands whatever a guard does, and proves nothing. Safe for use by many threads; they wait in it.
 */
public final class OutsideEye implements AutoCloseable {
    /** The controller itself takes up to 7.5 s where nobody answers it. */
    private static final Duration ONE_CALL = Duration.ofSeconds(12);

    private static final Duration SHORTEST_CALL = Duration.ofSeconds(9);

    private static final Duration BETWEEN = Duration.ofMillis(500);

    private final List<String> controllers;
    private final Path stateDirectory;
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * @param controllers HOST:PORT of each; one of them acts
     * @param stateDirectory where the identity is
     */
    public OutsideEye(List<String> controllers, Path stateDirectory) {
        this.controllers = List.copyOf(controllers);
        this.stateDirectory = stateDirectory;
    }

    /**
     * Asks until a controller answers.
     *
     * @param ports 1 to 15 TCP ports of this host
     * @param within after this no further call is begun, and one that nobody answered ends; one is made in any case
     */
    public Look ask(List<Integer> ports, Duration within) {
        long end = System.nanoTime() + within.toNanos();
        Look look = round(ports, end);
        while (look.kind() == Kind.NOT_REACHED && System.nanoTime() - end < 0 && pause(BETWEEN)) {
            look = round(ports, end);
        }
        return look;
    }

    /** Lets time pass; false when the agent ends. */
    public boolean pause(Duration time) {
        try {
            return !closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Asks each controller once, until one has something to say. */
    private Look round(List<Integer> ports, long end) {
        Look best = Look.without(Kind.NOT_REACHED, "no controller is known");
        for (String controller : controllers) {
            Look look;
            try {
                look = ask(controller, ports, oneCall(end));
            } catch (IOException e) {
                look = Look.without(Kind.NOT_REACHED, controller + ": " + e.getMessage());
            }
            if (best.views().isEmpty() && look.kind().compareTo(best.kind()) <= 0) {
                best = look;
            }
            if (best.kind() == Kind.SEEN || best.kind() == Kind.NOT_TRIED) {
                return best;
            }
        }
        return best;
    }

    /** Long enough for a look where nobody answers, unless the time is over before. */
    private static long oneCall(long end) {
        return Math.max(SHORTEST_CALL.toNanos(), Math.min(ONE_CALL.toNanos(), end - System.nanoTime()));
    }

    private Look ask(String controller, List<Integer> ports, long nanos) throws IOException {
        Identity identity = new IdentityFolder(stateDirectory)
                .load()
                .orElseThrow(() -> new IOException("this host has no identity"));
        LookRequest request = LookRequest.newBuilder().addAllPorts(ports).build();
        List<ManagedChannel> channels = new ArrayList<>();
        List<ListenableFuture<LookReply>> calls = new ArrayList<>();
        try {
            for (InetAddress address : addresses(controller)) {
                ManagedChannel channel = ControllerChannel.open(controller, address, identity);
                channels.add(channel);
                calls.add(OutsideGrpc.newFutureStub(channel)
                        .withDeadlineAfter(nanos, TimeUnit.NANOSECONDS)
                        .look(request));
            }
            return joined(controller, calls);
        } finally {
            channels.forEach(ManagedChannel::shutdownNow);
        }
    }

    /** One of each family. */
    private static List<InetAddress> addresses(String controller) throws UnknownHostException {
        Map<Integer, InetAddress> found = new TreeMap<>();
        for (InetAddress address : InetAddress.getAllByName(ControllerChannel.host(controller))) {
            found.putIfAbsent(address instanceof Inet4Address ? 4 : 6, address);
        }
        return List.copyOf(found.values());
    }

    private static Look joined(String controller, List<ListenableFuture<LookReply>> calls) {
        Look best = Look.without(Kind.NOT_REACHED, controller + " has no address");
        List<View> views = new ArrayList<>();
        for (ListenableFuture<LookReply> call : calls) {
            Look look = look(controller, call);
            views.addAll(look.views());
            best = look.kind().compareTo(best.kind()) <= 0 ? look : best;
        }
        return new Look(best.kind(), views, best.detail());
    }

    private static Look look(String controller, ListenableFuture<LookReply> call) {
        try {
            LookReply reply = call.get();
            return reply.getNotTried().isEmpty()
                    ? new Look(Kind.SEEN, views(reply), "")
                    : Look.without(Kind.NOT_TRIED, reply.getNotTried());
        } catch (ExecutionException e) {
            Status status = Status.fromThrowable(e);
            return status.getCode() == Status.Code.UNIMPLEMENTED
                    ? Look.without(Kind.NOT_KNOWN, controller + " is of an earlier version")
                    : Look.without(
                            Kind.NOT_REACHED,
                            controller + ": " + status.getCode()
                                    + (status.getDescription() == null ? "" : " " + status.getDescription()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Look.without(Kind.NOT_REACHED, "the agent ends");
        }
    }

    private static List<View> views(LookReply reply) {
        return reply.getViewsList().stream()
                .map(view -> new View(
                        reply.getAddress(),
                        view.getPort(),
                        view.getAnswered(),
                        view.getFromAddress().isEmpty() ? "" : view.getFromAddress() + " " + view.getFromPort(),
                        view.getDetail()))
                .toList();
    }

    /** Whoever waits in it gets an answer at once, and asks no more. */
    @Override
    public void close() {
        closed.countDown();
    }
}
