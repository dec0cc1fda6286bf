package vzguard.cli.connect;

import io.grpc.ManagedChannel;
import java.util.concurrent.TimeUnit;
import vzguard.v1.OperatorGrpc;
import vzguard.v1.OperatorGrpc.OperatorBlockingStub;

/** The operator's API of one controller, for one command. Every call but a watch has a deadline. */
public final class OperatorClient implements AutoCloseable {
    /** What the controller answers from its own store. */
    private static final long QUICK_SECONDS = 20;
    /** What agents must do or find out first: a proof waits for connections that time out, a plan for every host. */
    private static final long AGENT_SECONDS = 300;

    /** A controller that restarts. */
    private static final long BACK_SECONDS = 120;

    private final ManagedChannel channel;
    private final OperatorBlockingStub stub;

    public OperatorClient(ManagedChannel channel) {
        this.channel = channel;
        this.stub = OperatorGrpc.newBlockingStub(channel);
    }

    /** For a call that the controller answers by itself. */
    public OperatorBlockingStub quick() {
        return stub.withDeadlineAfter(QUICK_SECONDS, TimeUnit.SECONDS);
    }

    /** For a call that waits for agents. */
    public OperatorBlockingStub slow() {
        return stub.withDeadlineAfter(AGENT_SECONDS, TimeUnit.SECONDS);
    }

    /** For a stream that lasts as long as what it watches. Keepalive finds a dead controller. */
    public OperatorBlockingStub endless() {
        return stub;
    }

    /** For the first call after the connection broke: waits until the controller is back, for two minutes at most. */
    public OperatorBlockingStub patient() {
        return stub.withWaitForReady().withDeadlineAfter(BACK_SECONDS, TimeUnit.SECONDS);
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
