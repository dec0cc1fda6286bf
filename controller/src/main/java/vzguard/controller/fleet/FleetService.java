package vzguard.controller.fleet;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import vzguard.controller.identity.Caller;
import vzguard.v1.AgentMessage;
import vzguard.v1.ControllerMessage;
import vzguard.v1.FleetGrpc;
import vzguard.v1.UploadChunk;
import vzguard.v1.UploadReceipt;

/** The agents' side of the API. Decodes and posts to the event loop; never blocks. */
public final class FleetService extends FleetGrpc.FleetImplBase {
    private final AgentSessions sessions;

    public FleetService(AgentSessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public StreamObserver<AgentMessage> connect(StreamObserver<ControllerMessage> responses) {
        ServerCallStreamObserver<ControllerMessage> call = (ServerCallStreamObserver<ControllerMessage>) responses;
        AgentStream stream = new AgentStream(Caller.current().name(), call);
        // One message at a time: the next is asked for when the last is durable, so nothing piles up before the loop.
        call.disableAutoRequest();
        call.setOnReadyHandler(stream::drain);
        call.setOnCancelHandler(() -> sessions.ended(stream));
        call.request(1);
        return new StreamObserver<>() {
            @Override
            public void onNext(AgentMessage message) {
                sessions.receive(stream, message);
            }

            @Override
            public void onError(Throwable failure) {
                sessions.ended(stream);
            }

            @Override
            public void onCompleted() {
                stream.end(Status.OK);
                sessions.ended(stream);
            }
        };
    }

    @Override
    public StreamObserver<UploadChunk> upload(StreamObserver<UploadReceipt> responses) {
        responses.onError(Status.UNIMPLEMENTED
                .withDescription("Upload is not implemented in this version")
                .asRuntimeException());
        return new StreamObserver<>() {
            @Override
            public void onNext(UploadChunk chunk) {
                // The call has been answered.
            }

            @Override
            public void onError(Throwable failure) {
                // As above.
            }

            @Override
            public void onCompleted() {
                // As above.
            }
        };
    }
}
