package vzguard.controller.operator;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import vzguard.controller.core.EventLoop;
import vzguard.controller.core.Transaction;
import vzguard.controller.dispatch.ActiveRollout;
import vzguard.controller.identity.Caller;
import vzguard.v1.ApplyPolicyReply;
import vzguard.v1.ApplyPolicyRequest;
import vzguard.v1.ChangeBanReply;
import vzguard.v1.ChangeBanRequest;
import vzguard.v1.ControlRolloutRequest;
import vzguard.v1.CreateTokenReply;
import vzguard.v1.CreateTokenRequest;
import vzguard.v1.DeletePolicyReply;
import vzguard.v1.DeletePolicyRequest;
import vzguard.v1.DiagnoseRequest;
import vzguard.v1.Diagnosis;
import vzguard.v1.DiffPolicyReply;
import vzguard.v1.DiffPolicyRequest;
import vzguard.v1.FleetStatus;
import vzguard.v1.ForgetHostReply;
import vzguard.v1.ForgetHostRequest;
import vzguard.v1.GetHostRequest;
import vzguard.v1.GetPolicyRequest;
import vzguard.v1.GetRolloutRequest;
import vzguard.v1.GetStatusRequest;
import vzguard.v1.GetVeRequest;
import vzguard.v1.HostView;
import vzguard.v1.LabelHostRequest;
import vzguard.v1.ListAuditReply;
import vzguard.v1.ListAuditRequest;
import vzguard.v1.ListBansReply;
import vzguard.v1.ListBansRequest;
import vzguard.v1.ListHostsReply;
import vzguard.v1.ListHostsRequest;
import vzguard.v1.ListPoliciesReply;
import vzguard.v1.ListPoliciesRequest;
import vzguard.v1.ListRolloutsReply;
import vzguard.v1.ListRolloutsRequest;
import vzguard.v1.ListTokensReply;
import vzguard.v1.ListTokensRequest;
import vzguard.v1.ListVesReply;
import vzguard.v1.ListVesRequest;
import vzguard.v1.OperatorGrpc;
import vzguard.v1.PlanPolicyRequest;
import vzguard.v1.PlanView;
import vzguard.v1.PolicyHistory;
import vzguard.v1.PolicyView;
import vzguard.v1.ProveReply;
import vzguard.v1.ProveRequest;
import vzguard.v1.RestartVesRequest;
import vzguard.v1.RolloutView;
import vzguard.v1.StartRolloutRequest;
import vzguard.v1.VeView;
import vzguard.v1.WhyReply;
import vzguard.v1.WhyRequest;

/**
 * The operator's API: every call is one step of the event loop; those that agents answer end when the answers are there.
 * What a call does stands in the class that it is handed to.
 */
public final class OperatorService extends OperatorGrpc.OperatorImplBase {
    private final EventLoop loop;
    private final StatusCalls status;
    private final HostCalls hosts;
    private final PolicyCalls policies;
    private final PlanCalls plans;
    private final RolloutCalls rollouts;
    private final RolloutWatches watches;
    private final TargetCalls targets;
    private final BanCalls bans;
    private final WhyCalls why;
    private final TokenCalls tokens;

    public OperatorService(Parts parts) {
        Lookup lookup = new Lookup(parts.hosts(), parts.policies());
        Targets selection = new Targets(parts.hosts(), parts.policies(), parts.rollouts());
        HostCounts counts = new HostCounts(parts.policies());
        FleetViews views = new FleetViews(parts.streams(), parts.policies(), counts, parts.clock());
        this.loop = parts.loop();
        this.watches = parts.watches();
        this.status = new StatusCalls(
                parts.hosts(), parts.streams(), parts.policies(), parts.rollouts(), parts.enforcer(), counts);
        this.hosts = new HostCalls(parts.hosts(), parts.streams(), lookup, views, parts.clock());
        this.rollouts = new RolloutCalls(parts.policies(), parts.rollouts(), lookup, selection, parts.clock());
        this.policies = new PolicyCalls(parts.policies(), lookup, selection, rollouts, parts.clock());
        this.plans = new PlanCalls(parts, lookup, selection);
        TargetQuestions questions = new TargetQuestions(parts.streams(), parts.questions(), lookup, parts.clock());
        this.targets = new TargetCalls(questions);
        this.bans = new BanCalls(questions, parts.clock());
        this.why = new WhyCalls(
                parts.streams(), parts.policies(), parts.rollouts(), parts.enforcer(), lookup, rollouts, parts.clock());
        this.tokens = new TokenCalls(parts.tokens(), parts.clock());
    }

    @Override
    public void getStatus(GetStatusRequest request, StreamObserver<FleetStatus> responses) {
        Answers.send(loop.submit(transaction -> status.status()), responses);
    }

    @Override
    public void listHosts(ListHostsRequest request, StreamObserver<ListHostsReply> responses) {
        Answers.send(loop.submit(transaction -> hosts.list(request)), responses);
    }

    @Override
    public void getHost(GetHostRequest request, StreamObserver<HostView> responses) {
        Answers.send(loop.submit(transaction -> hosts.get(request)), responses);
    }

    @Override
    public void labelHost(LabelHostRequest request, StreamObserver<HostView> responses) {
        change(responses, (transaction, actor) -> hosts.label(transaction, actor, request));
    }

    @Override
    public void forgetHost(ForgetHostRequest request, StreamObserver<ForgetHostReply> responses) {
        change(responses, (transaction, actor) -> hosts.forget(transaction, actor, request));
    }

    @Override
    public void listVes(ListVesRequest request, StreamObserver<ListVesReply> responses) {
        Answers.send(loop.submit(transaction -> hosts.listVes(request)), responses);
    }

    @Override
    public void getVe(GetVeRequest request, StreamObserver<VeView> responses) {
        Answers.send(loop.submit(transaction -> hosts.getVe(request)), responses);
    }

    @Override
    public void applyPolicy(ApplyPolicyRequest request, StreamObserver<ApplyPolicyReply> responses) {
        change(responses, (transaction, actor) -> policies.apply(transaction, actor, request));
    }

    @Override
    public void listPolicies(ListPoliciesRequest request, StreamObserver<ListPoliciesReply> responses) {
        Answers.send(loop.submit(transaction -> policies.list()), responses);
    }

    @Override
    public void getPolicy(GetPolicyRequest request, StreamObserver<PolicyView> responses) {
        Answers.send(loop.submit(transaction -> policies.get(request)), responses);
    }

    @Override
    public void getPolicyHistory(GetPolicyRequest request, StreamObserver<PolicyHistory> responses) {
        Answers.send(loop.submit(transaction -> policies.history(request)), responses);
    }

    @Override
    public void diffPolicy(DiffPolicyRequest request, StreamObserver<DiffPolicyReply> responses) {
        Answers.send(loop.submit(transaction -> policies.diff(request)), responses);
    }

    @Override
    public void deletePolicy(DeletePolicyRequest request, StreamObserver<DeletePolicyReply> responses) {
        change(responses, (transaction, actor) -> policies.delete(transaction, actor, request));
    }

    @Override
    public void startRollout(StartRolloutRequest request, StreamObserver<RolloutView> responses) {
        change(responses, (transaction, actor) -> rollouts.start(transaction, actor, request));
    }

    @Override
    public void listRollouts(ListRolloutsRequest request, StreamObserver<ListRolloutsReply> responses) {
        Answers.send(loop.submit(transaction -> rollouts.list(request)), responses);
    }

    @Override
    public void getRollout(GetRolloutRequest request, StreamObserver<RolloutView> responses) {
        Answers.send(loop.submit(transaction -> rollouts.get(request)), responses);
    }

    @Override
    public void controlRollout(ControlRolloutRequest request, StreamObserver<RolloutView> responses) {
        change(responses, (transaction, actor) -> rollouts.control(transaction, actor, request));
    }

    @Override
    public void restartVes(RestartVesRequest request, StreamObserver<RolloutView> responses) {
        change(responses, (transaction, actor) -> rollouts.restart(transaction, actor, request));
    }

    @Override
    public void why(WhyRequest request, StreamObserver<WhyReply> responses) {
        Answers.send(loop.submit(transaction -> why.why(request)), responses);
    }

    @Override
    public void createToken(CreateTokenRequest request, StreamObserver<CreateTokenReply> responses) {
        change(responses, (transaction, actor) -> tokens.create(transaction, actor, request));
    }

    @Override
    public void listTokens(ListTokensRequest request, StreamObserver<ListTokensReply> responses) {
        Answers.send(loop.submit(transaction -> tokens.list(transaction)), responses);
    }

    @Override
    public void listBans(ListBansRequest request, StreamObserver<ListBansReply> responses) {
        asking(responses, transaction -> bans.list(transaction, request));
    }

    @Override
    public void changeBan(ChangeBanRequest request, StreamObserver<ChangeBanReply> responses) {
        String actor = Caller.current().toString();
        asking(responses, transaction -> bans.change(transaction, actor, request));
    }

    @Override
    public void listAudit(ListAuditRequest request, StreamObserver<ListAuditReply> responses) {
        Answers.send(loop.submit(transaction -> AuditCalls.list(transaction, request)), responses);
    }

    @Override
    public void planPolicy(PlanPolicyRequest request, StreamObserver<PlanView> responses) {
        ServerCallStreamObserver<PlanView> observer = cancellable(responses);
        String actor = Caller.current().toString();
        failing(observer, transaction -> {
            plans.plan(transaction, actor, request, observer);
            return true;
        });
    }

    @Override
    public void watchRollout(GetRolloutRequest request, StreamObserver<RolloutView> responses) {
        ServerCallStreamObserver<RolloutView> observer = cancellable(responses);
        failing(observer, transaction -> {
            ActiveRollout rollout = rollouts.find(request.getRolloutId());
            transaction.afterCommit(() -> watches.add(rollout, observer));
            return true;
        });
    }

    @Override
    public void diagnose(DiagnoseRequest request, StreamObserver<Diagnosis> responses) {
        asking(responses, transaction -> targets.diagnose(transaction, request));
    }

    @Override
    public void prove(ProveRequest request, StreamObserver<ProveReply> responses) {
        asking(responses, transaction -> targets.prove(transaction, request));
    }

    /** A call that changes something, in the caller's name. */
    private <T> void change(StreamObserver<T> responses, BiFunction<Transaction, String, T> step) {
        String actor = Caller.current().toString();
        Answers.send(loop.submit(transaction -> step.apply(transaction, actor)), responses);
    }

    /** A call that an agent answers. */
    private <T> void asking(StreamObserver<T> responses, EventLoop.Step<CompletableFuture<T>> step) {
        Answers.send(loop.submit(step).thenCompose(Function.identity()), responses);
    }

    /** A streaming call whose answers are sent by others; only its failure is sent here. */
    private <T> void failing(StreamObserver<T> responses, EventLoop.Step<Boolean> step) {
        loop.submit(step).whenComplete((done, failure) -> {
            if (failure != null) {
                responses.onError(Answers.status(failure).asRuntimeException());
            }
        });
    }

    private static <T> ServerCallStreamObserver<T> cancellable(StreamObserver<T> responses) {
        ServerCallStreamObserver<T> observer = (ServerCallStreamObserver<T>) responses;
        // Without a handler a message after the caller went away would throw.
        observer.setOnCancelHandler(() -> {});
        return observer;
    }
}
