package vzguard.cli.connect;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import vzguard.v1.OperatorGrpc;
import vzguard.v1.OperatorGrpc.OperatorBlockingStub;
import vzguard.v1.OperatorGrpc.OperatorFutureStub;

/** The operator's API of one controller, for one command. Every call but a watch has a deadline. */
public final class OperatorClient implements AutoCloseable {
    /** What the controller answers from its own store. */
    private static final long QUICK_SECONDS = 20;
    /** What agents must do or find out first: a proof waits for connections that time out, a plan for every host. */
    private static final long AGENT_SECONDS = 300;

    /** A controller that restarts, or is replaced. */
    private static final long BACK_SECONDS = 600;

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(200);

    private final ManagedChannel channel;
    private final OperatorBlockingStub stub;
    private final OperatorFutureStub futures;

    public OperatorClient(ManagedChannel channel) {
        this.channel = channel;
        this.stub = OperatorGrpc.newBlockingStub(channel);
        this.futures = OperatorGrpc.newFutureStub(channel);
    }

    /** For a call that the controller answers by itself. */
    public OperatorBlockingStub quick() {
        return stub.withDeadlineAfter(QUICK_SECONDS, TimeUnit.SECONDS);
    }

    /** For a call that waits for agents. */
    public OperatorBlockingStub slow() {
        return stub.withDeadlineAfter(AGENT_SECONDS, TimeUnit.SECONDS);
    }

    /** As {@link #slow}, for calls that wait side by side. */
    public OperatorFutureStub slowSideBySide() {
        return futures.withDeadlineAfter(AGENT_SECONDS, TimeUnit.SECONDS);
    }

    /** For a stream that lasts as long as what it watches. Keepalive finds a dead controller. */
    public OperatorBlockingStub endless() {
        return stub;
    }

    /**
     * Waits until the controller answers again after the connection broke, ten minutes at most. It is tried every second:
     * gRPC's own pause between attempts grows to two minutes, and whoever watches should not wait for that.
     *
     * @param question what is asked to find out; its answer does not matter
     * @throws StatusRuntimeException when it stays away, or answers with a refusal
     */
    public void awaitBack(Consumer<OperatorBlockingStub> question) {
        OperatorBlockingStub patient = stub.withWaitForReady().withDeadlineAfter(BACK_SECONDS, TimeUnit.SECONDS);
        ScheduledExecutorService again = Executors.newSingleThreadScheduledExecutor();
        again.scheduleWithFixedDelay(channel::resetConnectBackoff, 1, 1, TimeUnit.SECONDS);
        try {
            // It may go away once more while it answers; the deadline covers all attempts together.
            while (!answered(question, patient)) {
                LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
            }
        } finally {
            again.shutdownNow();
        }
    }

    private static boolean answered(Consumer<OperatorBlockingStub> question, OperatorBlockingStub patient) {
        try {
            question.accept(patient);
            return true;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
