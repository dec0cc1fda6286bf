package vzguard.controller.fleet;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.Queue;
import vzguard.v1.ControllerMessage;

/**
 * One stream of one agent: the only owner of its observer, which is not safe for use by threads. Anybody may offer;
 * messages go out in that order while the transport is ready, so an agent that stops reading costs at most this queue.
 * When the queue is full the stream is ended: what was lost with it is sent again on the next one.
 */
final class AgentStream {
    static final int MAX_QUEUED = 1024;
    static final long MAX_QUEUED_BYTES = 4L * 1024 * 1024;

    private final String hostId;
    private final ServerCallStreamObserver<ControllerMessage> observer;
    private final Queue<ControllerMessage> queue = new ArrayDeque<>();
    private long queuedBytes;
    private boolean ended;

    // What follows belongs to the event loop's thread.
    private boolean greeted;
    private long epoch;
    private long lastSequence;

    AgentStream(String hostId, ServerCallStreamObserver<ControllerMessage> observer) {
        this.hostId = hostId;
        this.observer = observer;
    }

    String hostId() {
        return hostId;
    }

    /** Queues a message. False when the stream has ended, or ends because its queue is full. */
    synchronized boolean offer(ControllerMessage message) {
        if (ended) {
            return false;
        }
        int size = message.getSerializedSize();
        if (queue.size() >= MAX_QUEUED || queuedBytes + size > MAX_QUEUED_BYTES) {
            end(Status.RESOURCE_EXHAUSTED.withDescription("this agent reads too slowly; reconnect later"));
            return false;
        }
        queue.add(message);
        queuedBytes += size;
        drain();
        return true;
    }

    /** Sends what the transport takes now. Called whenever it is ready again. */
    synchronized void drain() {
        while (!ended && !queue.isEmpty() && observer.isReady()) {
            ControllerMessage message = queue.remove();
            queuedBytes -= message.getSerializedSize();
            observer.onNext(message);
        }
    }

    /** Ends the stream; the first end counts. */
    synchronized void end(Status status) {
        if (!ended) {
            ended = true;
            queue.clear();
            if (status.isOk()) {
                observer.onCompleted();
            } else {
                observer.onError(status.asRuntimeException());
            }
        }
    }

    /** The other side went away. */
    synchronized void gone() {
        ended = true;
        queue.clear();
    }

    /** The last message has been dealt with: lets the next one come. */
    synchronized void next() {
        if (!ended) {
            observer.request(1);
        }
    }

    boolean isGreeted() {
        return greeted;
    }

    long epoch() {
        return epoch;
    }

    void greet(long streamEpoch) {
        greeted = true;
        epoch = streamEpoch;
    }

    /** Notes a message's number. False when messages before it are missing. */
    boolean follows(long sequence) {
        boolean next = sequence == lastSequence + 1;
        lastSequence = sequence;
        return next;
    }
}
