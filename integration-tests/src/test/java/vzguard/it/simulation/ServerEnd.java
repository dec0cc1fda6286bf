package vzguard.it.simulation;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import vzguard.controller.identity.SimulatedCaller;
import vzguard.v1.AgentMessage;
import vzguard.v1.ControllerMessage;

/** The controller's end of a stream, as gRPC's stubs see it: it delivers as many messages as were asked for. */
final class ServerEnd extends ServerCallStreamObserver<ControllerMessage> {
    private final Wire wire;
    private final SimulatedController controller;
    private final Deque<AgentMessage> waiting = new ArrayDeque<>();
    private @Nullable StreamObserver<AgentMessage> requests;
    private Runnable onCancel = () -> {};
    private Runnable onReady = () -> {};
    private int wanted;
    private boolean completes;
    private boolean over;
    private boolean slow;

    ServerEnd(Wire wire, SimulatedController controller) {
        this.wire = wire;
        this.controller = controller;
    }

    SimulatedController controller() {
        return controller;
    }

    /** Serves the call, or says that another controller acts. */
    void accept() {
        if (!controller.acts()) {
            over = true;
            wire.serverEnds(Status.UNAVAILABLE.withDescription("this controller stands by"));
            return;
        }
        requests = SimulatedCaller.agent(wire.hostId(), () -> controller.fleet().connect(this));
        deliver();
    }

    void received(AgentMessage message) {
        waiting.add(message);
        deliver();
    }

    void completed() {
        completes = true;
        deliver();
    }

    private void deliver() {
        StreamObserver<AgentMessage> to = requests;
        while (!over && to != null && wanted > 0 && !waiting.isEmpty()) {
            wanted--;
            to.onNext(waiting.removeFirst());
        }
        if (!over && to != null && completes && waiting.isEmpty()) {
            over = true;
            to.onCompleted();
        }
    }

    /** The stream is gone. */
    void cancelled() {
        if (!over) {
            over = true;
            onCancel.run();
        }
    }

    /** The transport takes nothing for a while. */
    void standStill(long millis) {
        slow = true;
        controller.machine().after(millis, "a slow reader", () -> {
            slow = false;
            if (!over) {
                onReady.run();
            }
        });
    }

    @Override
    public boolean isCancelled() {
        return over;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
        onCancel = handler;
    }

    @Override
    public boolean isReady() {
        return !slow;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
        onReady = handler;
    }

    @Override
    public void disableAutoInboundFlowControl() {
        // Nothing flows by itself here.
    }

    @Override
    public void disableAutoRequest() {
        // Nothing flows by itself here.
    }

    @Override
    public void request(int messages) {
        wanted += messages;
        // As gRPC does: on the call's executor, not within whoever asks.
        controller.machine().after(0, "a request for messages", this::deliver);
    }

    @Override
    public void setCompression(String compression) {
        // Nothing is compressed here.
    }

    @Override
    public void setMessageCompression(boolean enable) {
        // Nothing is compressed here.
    }

    @Override
    public void onNext(ControllerMessage message) {
        controller.sends(wire.hostId(), message);
        if (!over) {
            wire.toAgent(message);
        }
    }

    @Override
    public void onError(Throwable failure) {
        over = true;
        wire.serverEnds(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
        over = true;
        wire.serverEnds(Status.OK);
    }
}
