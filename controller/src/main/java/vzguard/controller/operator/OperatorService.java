package vzguard.controller.operator;

import io.grpc.stub.StreamObserver;
import java.time.Clock;
import vzguard.controller.core.EventLoop;
import vzguard.controller.dispatch.Questions;
import vzguard.controller.fleet.Hosts;
import vzguard.controller.fleet.Streams;
import vzguard.controller.identity.Caller;
import vzguard.controller.identity.Tokens;
import vzguard.controller.policy.Policies;
import vzguard.v1.*;

/** The operator's API: every call is one step of the event loop, or several with the agents' answers between them. */
public final class OperatorService extends OperatorGrpc.OperatorImplBase {
    private final EventLoop loop;
    private final HostCalls hostCalls;

    public OperatorService(
            EventLoop loop, Hosts hosts, Streams streams, Questions questions, Tokens tokens, Policies policies, Clock clock) {
        this.loop = loop;
        Lookup lookup = new Lookup(hosts, policies);
        FleetViews views = new FleetViews(streams, policies, clock);
        this.hostCalls = new HostCalls(hosts, streams, lookup, views, clock);
    }

    @Override
    public void listHosts(ListHostsRequest request, StreamObserver<ListHostsReply> responses) {
        Answers.send(loop.submit(transaction -> hostCalls.list(request)), responses);
    }

    @Override
    public void getHost(GetHostRequest request, StreamObserver<HostView> responses) {
        Answers.send(loop.submit(transaction -> hostCalls.get(request)), responses);
    }

    @Override
    public void labelHost(LabelHostRequest request, StreamObserver<HostView> responses) {
        String actor = Caller.current().toString();
        Answers.send(loop.submit(transaction -> hostCalls.label(transaction, actor, request)), responses);
    }

    @Override
    public void forgetHost(ForgetHostRequest request, StreamObserver<ForgetHostReply> responses) {
        String actor = Caller.current().toString();
        Answers.send(loop.submit(transaction -> hostCalls.forget(transaction, actor, request)), responses);
    }

    @Override
    public void listVes(ListVesRequest request, StreamObserver<ListVesReply> responses) {
        Answers.send(loop.submit(transaction -> hostCalls.listVes(request)), responses);
    }

    @Override
    public void getVe(GetVeRequest request, StreamObserver<VeView> responses) {
        Answers.send(loop.submit(transaction -> hostCalls.getVe(request)), responses);
    }
}
