package vzguard.controller.operator;

import io.grpc.stub.ServerCallStreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import vzguard.controller.core.EventLoop;
import vzguard.controller.core.Transaction;
import vzguard.controller.dispatch.Plans;
import vzguard.controller.dispatch.Questions;
import vzguard.controller.fleet.Host;
import vzguard.controller.fleet.Hosts;
import vzguard.controller.fleet.Streams;
import vzguard.controller.rollout.TargetRef;
import vzguard.policy.Policy;
import vzguard.policy.PolicyWarnings;
import vzguard.policy.PolicyWire;
import vzguard.v1.Cause;
import vzguard.v1.ChangeClass;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.v1.Plan;
import vzguard.v1.PlanJob;
import vzguard.v1.PlanPolicyRequest;
import vzguard.v1.PlanView;

/**
 * Asks the hosts what a policy would change: one job per host, one message per target as the answers arrive. In the end the hashes
 * of all plans are kept, so that a rollout can be held to what was shown.
 */
final class PlanCalls {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final EventLoop loop;
    private final Hosts hosts;
    private final Streams streams;
    private final Questions questions;
    private final Lookup lookup;
    private final Targets targets;
    private final Plans plans;
    private final Clock clock;

    PlanCalls(Parts parts, Lookup lookup, Targets targets) {
        this(
                parts.loop(),
                parts.hosts(),
                parts.streams(),
                parts.questions(),
                lookup,
                targets,
                parts.rollouts().plans(),
                parts.clock());
    }

    private PlanCalls(
            EventLoop loop,
            Hosts hosts,
            Streams streams,
            Questions questions,
            Lookup lookup,
            Targets targets,
            Plans plans,
            Clock clock) {
        this.loop = loop;
        this.plans = plans;
        this.hosts = hosts;
        this.streams = streams;
        this.questions = questions;
        this.lookup = lookup;
        this.targets = targets;
        this.clock = clock;
    }

    /** A step of the event loop; what it sends is sent after it, on the loop's thread. */
    void plan(
            Transaction transaction,
            String actor,
            PlanPolicyRequest request,
            ServerCallStreamObserver<PlanView> observer) {
        Policy policy = switch (request.getWhatCase()) {
            case NAME -> lookup.policy(request.getName(), 0).policy();
            case TEXT -> PolicyCalls.read(request.getText()).policy();
            case WHAT_NOT_SET -> throw Fault.invalid("neither name nor text of a policy is given");
        };
        targets.refuseOverlap(policy);
        List<String> warnings = new ArrayList<>(PolicyWarnings.of(policy));
        warnings.addAll(targets.precedence(policy));
        Map<String, List<TargetRef>> byHost = new LinkedHashMap<>();
        List<TargetRef> all = targets.of(policy);
        all.forEach(target -> byHost.computeIfAbsent(target.hostId(), none -> new ArrayList<>())
                .add(target));
        Answer answer = new Answer(
                observer, all.size(), warnings, byHost.size(), hashes -> keep(policy, hashes, actor, observer));
        transaction.afterCommit(answer::begin);
        byHost.forEach((hostId, wanted) -> ask(transaction, hostId, wanted, policy, answer));
    }

    /** The last message names the plan once it is durable. */
    private void keep(
            Policy policy,
            SortedMap<String, SortedMap<String, String>> hashes,
            String actor,
            ServerCallStreamObserver<PlanView> observer) {
        loop.submit(transaction ->
                        plans.keep(transaction.sql(), PolicyWire.toProto(policy), hashes, clock.instant(), actor))
                .whenComplete((plan, failure) -> {
                    if (failure != null) {
                        observer.onError(Answers.status(failure).asRuntimeException());
                    } else if (!observer.isCancelled()) {
                        observer.onNext(PlanView.newBuilder()
                                .setTargets(plan.targets())
                                .setName(plan.name())
                                .build());
                        observer.onCompleted();
                    }
                });
    }

    private void ask(Transaction transaction, String hostId, List<TargetRef> wanted, Policy policy, Answer answer) {
        Host host = hosts.byId(hostId).orElse(null);
        if (host == null || !streams.isConnected(hostId)) {
            String since = host == null ? "" : "; last seen " + host.lastSeen();
            transaction.afterCommit(
                    () -> answer.host(wanted, null, "host " + wanted.get(0).hostName() + " is not connected" + since));
            return;
        }
        Job.Builder job = Job.newBuilder()
                .setPlan(PlanJob.newBuilder()
                        .setPolicy(PolicyWire.forAgents(PolicyWire.toProto(policy)))
                        .addAllCtids(wanted.stream().map(TargetRef::ctid).toList()));
        questions.ask(transaction, host, job, clock.instant(), PATIENCE).whenComplete((result, failure) -> {
            String why = failure == null ? result.getSummary() : String.valueOf(failure.getMessage());
            answer.host(wanted, failure == null ? result : null, why);
        });
    }

    /** What has been sent so far. Belongs to the event loop's thread. */
    private static final class Answer {
        private final ServerCallStreamObserver<PlanView> observer;
        private final int targets;
        private final List<String> warnings;
        private final Consumer<SortedMap<String, SortedMap<String, String>>> whenAll;
        /** By host, then by CTID. */
        private final SortedMap<String, SortedMap<String, String>> hashes = new TreeMap<>();

        private boolean begun;
        private int hostsLeft;

        Answer(
                ServerCallStreamObserver<PlanView> observer,
                int targets,
                List<String> warnings,
                int hosts,
                Consumer<SortedMap<String, SortedMap<String, String>>> whenAll) {
            this.whenAll = whenAll;
            this.observer = observer;
            this.targets = targets;
            this.warnings = warnings;
            this.hostsLeft = hosts;
        }

        /** With no target at all the number and the warnings are said in a message without a plan. */
        void begin() {
            if (hostsLeft == 0 && !observer.isCancelled()) {
                observer.onNext(view().build());
                observer.onCompleted();
            }
        }

        void host(List<TargetRef> wanted, @Nullable JobResult result, String why) {
            if (observer.isCancelled()) {
                return;
            }
            Set<String> answered = new HashSet<>();
            SortedMap<String, String> own = new TreeMap<>();
            wanted.forEach(target -> own.put(target.ctid(), ""));
            hashes.put(wanted.get(0).hostId(), own);
            for (Plan plan : result == null ? List.<Plan>of() : result.getPlansList()) {
                String ctid = plan.getTarget().getCtid();
                wanted.stream()
                        .filter(target -> target.ctid().equals(ctid) && answered.add(ctid))
                        .findFirst()
                        // The agent knows its CTIDs, the controller knows who the agent is.
                        .ifPresent(target -> {
                            if (plan.getChangeClass() != ChangeClass.CHANGE_CLASS_UNKNOWN) {
                                own.put(ctid, plan.getHash());
                            }
                            observer.onNext(view().setPlan(plan.toBuilder().setTarget(RolloutViews.target(target)))
                                    .build());
                        });
            }
            wanted.stream()
                    .filter(target -> !answered.contains(target.ctid()))
                    .forEach(target -> observer.onNext(
                            view().setPlan(unknown(target, result, why)).build()));
            hostsLeft--;
            if (hostsLeft == 0) {
                whenAll.accept(hashes);
            }
        }

        private PlanView.Builder view() {
            PlanView.Builder view = PlanView.newBuilder().setTargets(targets);
            if (!begun) {
                begun = true;
                view.addAllWarnings(warnings);
            }
            return view;
        }

        private static Plan unknown(TargetRef target, @Nullable JobResult result, String why) {
            Plan.Builder plan = Plan.newBuilder()
                    .setTarget(RolloutViews.target(target))
                    .setChangeClass(ChangeClass.CHANGE_CLASS_UNKNOWN);
            if (result == null) {
                plan.addCauses(Cause.newBuilder()
                        .setCode("HOST_UNREACHABLE")
                        .setSummary(why)
                        .setCure("look at the agent on host " + target.hostName() + " (vzguard-agent run)"));
            } else if (result.getCausesCount() > 0) {
                plan.addAllCauses(result.getCausesList());
            } else {
                plan.addCauses(Cause.newBuilder()
                        .setCode("NOT_PLANNED")
                        .setSummary("the agent of " + target.hostName() + " gave no plan for " + target
                                + (why.isEmpty() ? "" : ": " + why)));
            }
            return plan.build();
        }
    }
}
