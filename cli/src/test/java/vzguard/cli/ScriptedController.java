package vzguard.cli;

import com.google.protobuf.Message;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import vzguard.v1.OperatorGrpc;

/**
 * A controller that answers each method as told, and keeps what it was asked. A method without a script answers UNIMPLEMENTED
 * and names itself, as the real one does. Only for direct executors: one thread.
 */
public final class ScriptedController implements BindableService {
    private final Map<String, Queue<Script>> scripts = new HashMap<>();
    private final List<Message> requests = new ArrayList<>();

    private record Script(List<? extends Message> replies, Status end) {}

    /** The method answers with these and ends well; a second script is for the second call. */
    public ScriptedController answers(String method, Message... replies) {
        return plays(method, Status.OK, replies);
    }

    public ScriptedController refuses(String method, Status status) {
        return plays(method, status);
    }

    /** The method sends these and then ends with the status. */
    public ScriptedController plays(String method, Status end, Message... replies) {
        scripts.computeIfAbsent(method, name -> new ArrayDeque<>()).add(new Script(List.of(replies), end));
        return this;
    }

    /** All requests, in their order. */
    public List<Message> requests() {
        return List.copyOf(requests);
    }

    /** The only request there was. */
    public Message request() {
        if (requests.size() != 1) {
            throw new AssertionError("expected one request, there were " + requests);
        }
        return requests.get(0);
    }

    @Override
    public ServerServiceDefinition bindService() {
        ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(OperatorGrpc.getServiceDescriptor());
        OperatorGrpc.getServiceDescriptor().getMethods().forEach(method -> add(service, method));
        return service.build();
    }

    @SuppressWarnings("unchecked")
    private void add(ServerServiceDefinition.Builder service, MethodDescriptor<?, ?> method) {
        MethodDescriptor<Message, Message> known = (MethodDescriptor<Message, Message>) method;
        String name = String.valueOf(method.getBareMethodName());
        service.addMethod(
                known,
                known.getType() == MethodDescriptor.MethodType.UNARY
                        ? ServerCalls.asyncUnaryCall((request, replies) -> answer(name, request, replies))
                        : ServerCalls.asyncServerStreamingCall((request, replies) -> answer(name, request, replies)));
    }

    private void answer(String method, Message request, StreamObserver<Message> replies) {
        requests.add(request);
        Queue<Script> waiting = scripts.getOrDefault(method, new ArrayDeque<>());
        Script script = waiting.size() > 1 ? waiting.remove() : waiting.peek();
        if (script == null) {
            replies.onError(Status.UNIMPLEMENTED
                    .withDescription(method + " is not implemented")
                    .asRuntimeException());
            return;
        }
        script.replies().forEach(replies::onNext);
        if (script.end().isOk()) {
            replies.onCompleted();
        } else {
            replies.onError(script.end().asRuntimeException());
        }
    }
}
