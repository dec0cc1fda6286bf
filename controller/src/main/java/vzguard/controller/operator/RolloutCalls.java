package vzguard.controller.operator;

import com.google.common.primitives.Ints;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import vzguard.controller.audit.Audit;
import vzguard.controller.core.Transaction;
import vzguard.controller.dispatch.ActiveRollout;
import vzguard.controller.dispatch.Plans;
import vzguard.controller.dispatch.RolloutOrder;
import vzguard.controller.dispatch.Rollouts;
import vzguard.controller.policy.Policies;
import vzguard.controller.policy.Revision;
import vzguard.controller.rollout.Change;
import vzguard.controller.rollout.RolloutEvent;
import vzguard.controller.rollout.RolloutKind;
import vzguard.controller.rollout.RolloutTerms;
import vzguard.controller.rollout.TargetRef;
import vzguard.controller.rollout.TaskRow;
import vzguard.policy.PolicyWire;
import vzguard.policy.Selector;
import vzguard.v1.ControlRolloutRequest;
import vzguard.v1.GetRolloutRequest;
import vzguard.v1.ListRolloutsReply;
import vzguard.v1.ListRolloutsRequest;
import vzguard.v1.PolicySpec;
import vzguard.v1.RestartSpec;
import vzguard.v1.RestartVesRequest;
import vzguard.v1.RolloutAction;
import vzguard.v1.RolloutSpec;
import vzguard.v1.RolloutView;
import vzguard.v1.StartRolloutRequest;

/** Calls about rollouts. Steps of the event loop. */
final class RolloutCalls {
    private static final int DEFAULT_BATCH = 20;
    private static final int MAX_BATCH = 10_000;
    private static final int MAX_PER_HOST = 50;

    private final Policies policies;
    private final Rollouts rollouts;
    private final Lookup lookup;
    private final Targets targets;
    private final Clock clock;

    RolloutCalls(Policies policies, Rollouts rollouts, Lookup lookup, Targets targets, Clock clock) {
        this.policies = policies;
        this.rollouts = rollouts;
        this.lookup = lookup;
        this.targets = targets;
        this.clock = clock;
    }

    RolloutView start(Transaction transaction, String actor, StartRolloutRequest request) {
        Revision revision = lookup.policy(request.getPolicy(), request.getRevision());
        targets.refuseOverlap(revision.policy());
        Optional<Plans.Approved> plan =
                request.getPlan().isEmpty() ? Optional.empty() : Optional.of(approved(transaction, request, revision));
        List<TargetRef> wanted = plan.map(
                        approved -> targets.of(rollouts.plans().targets(transaction.sql(), approved)))
                .orElseGet(() -> request.hasWithin()
                        ? targets.of(revision.policy(), Lookup.selector(request.getWithin()))
                        : targets.of(revision.policy()));
        if (wanted.isEmpty()) {
            throw Fault.precondition("policy " + revision.name() + " selects no host and no VE"
                    + (request.hasWithin() ? " of those asked for" : " now") + "; see"
                    + " `vzguard hosts` and `vzguard ves`, and the policy's spec.selector and spec.sshGuard.placement");
        }
        targets.refuseBusy(wanted);
        RolloutOrder order = RolloutOrder.of(
                RolloutKind.APPLY,
                revision.name(),
                revision.number(),
                PolicyWire.toProto(revision.policy()),
                !request.hasWithin(),
                targets.changes(wanted, revision.name(), revision.number()),
                actor);
        return started(
                transaction,
                actor,
                "StartRollout",
                rollouts.start(transaction, plan.map(order::by).orElse(order)));
    }

    /** The plan that a rollout is to be held to. */
    private Plans.Approved approved(Transaction transaction, StartRolloutRequest request, Revision revision) {
        String again = "; plan again: `vzguard plan --policy " + revision.name() + "`";
        if (request.hasWithin()) {
            throw Fault.invalid("within and plan are both given (permitted: one of them; a plan names its targets)");
        }
        Plans.Approved plan = rollouts.plans()
                .find(transaction.sql(), request.getPlan())
                .orElseThrow(() -> Fault.notFound("no plan \"" + request.getPlan() + "\"" + again));
        if (!PolicyWire.fromProto(plan.spec()).equals(revision.policy())) {
            throw Fault.precondition("plan " + plan.name() + " is not of policy " + revision.name() + " revision "
                    + revision.number() + again);
        }
        if (plan.madeAt().plus(Plans.GOOD_FOR).isBefore(clock.instant())) {
            throw Fault.precondition("plan " + plan.name() + " is of " + plan.madeAt() + ", more than "
                    + Plans.GOOD_FOR.toHours() + " hours ago" + again);
        }
        return plan;
    }

    /** The rollout that takes a policy away; nothing when it was never brought about anywhere. */
    Optional<RolloutView> remove(Transaction transaction, String actor, Revision revision) {
        List<TargetRef> touched = targets.touchedBy(revision.name());
        if (touched.isEmpty()) {
            return Optional.empty();
        }
        targets.refuseBusy(touched);
        return Optional.of(started(
                transaction,
                actor,
                "DeletePolicy",
                rollouts.start(
                        transaction,
                        RolloutOrder.of(
                                RolloutKind.REMOVE,
                                revision.name(),
                                revision.number(),
                                PolicyWire.toProto(revision.policy()),
                                true,
                                targets.changes(touched, revision.name(), 0),
                                actor))));
    }

    /** The rollout that brings every target of another back to what it had before that one. */
    private RolloutView rollBack(Transaction transaction, String actor, ActiveRollout rollout) {
        List<Change> changes = targets.back(rollout);
        targets.refuseBusy(changes.stream().map(Change::target).toList());
        RolloutTerms terms = rollout.machine().terms();
        ActiveRollout back = rollouts.start(
                transaction,
                new RolloutOrder(
                        RolloutKind.ROLLBACK,
                        terms.policy(),
                        terms.revision(),
                        rollout.spec(),
                        rollout.isWhole(),
                        rollout.id(),
                        "",
                        changes,
                        actor));
        policies.enforced(terms.policy())
                .filter(enforced -> enforced.number() == terms.revision())
                .ifPresent(enforced -> policies.enforce(
                        transaction.sql(),
                        terms.policy(),
                        changes.stream().mapToLong(Change::to).max().orElse(0)));
        return started(transaction, actor, "ControlRollout", back);
    }

    /** A policy is not deleted while it is being brought about. */
    void refuseActive(String policy) {
        rollouts.active().stream()
                .filter(rollout -> rollout.machine().terms().policy().equals(policy))
                .findFirst()
                .ifPresent(rollout -> {
                    throw Fault.precondition("rollout " + rollout.id() + " of policy " + policy
                            + " has not ended; wait for it, or end it with `vzguard rollout abort " + rollout.id()
                            + "`");
                });
    }

    RolloutView restart(Transaction transaction, String actor, RestartVesRequest request) {
        Selector selector = Lookup.selector(request.getSelector());
        List<String> problems = new ArrayList<>();
        if (Integer.compareUnsigned(request.getMaxPerHost(), MAX_PER_HOST) > 0) {
            problems.add("max_per_host " + Integer.toUnsignedString(request.getMaxPerHost()) + " (permitted: 1-"
                    + MAX_PER_HOST + ", 0 means 1)");
        }
        if (Integer.compareUnsigned(request.getBatch(), MAX_BATCH) > 0) {
            problems.add("batch " + Integer.toUnsignedString(request.getBatch()) + " (permitted: 1-" + MAX_BATCH
                    + ", 0 means " + DEFAULT_BATCH + ")");
        }
        if (request.hasPerGroup()
                && (request.getPerGroup().getLabel().isEmpty()
                        || request.getPerGroup().getMax() < 1
                        || request.getPerGroup().getMax() > MAX_BATCH)) {
            problems.add("per_group " + request.getPerGroup().getLabel() + "="
                    + Integer.toUnsignedString(request.getPerGroup().getMax()) + " (permitted: a label's name, 1-"
                    + MAX_BATCH + ")");
        }
        if (!problems.isEmpty()) {
            throw Fault.invalid(problems);
        }
        List<TargetRef> wanted = targets.forRestart(selector, request.getOnlyPending());
        if (wanted.isEmpty()) {
            throw Fault.precondition(
                    request.getOnlyPending()
                            ? "no running VE that is selected waits for a restart; see `vzguard ves`"
                            : "no running VE is selected; see `vzguard ves`");
        }
        targets.refuseBusy(wanted);
        RestartSpec.Builder restarts = RestartSpec.newBuilder()
                .setAllow(true)
                .setPerHost(Math.max(1, request.getMaxPerHost()))
                .setTotal(request.getBatch() == 0 ? DEFAULT_BATCH : request.getBatch());
        if (request.hasPerGroup()) {
            restarts.setPerGroup(request.getPerGroup());
        }
        PolicySpec spec = PolicySpec.newBuilder()
                .setRollout(RolloutSpec.newBuilder().setMaxFailures(1).setRestarts(restarts))
                .build();
        return started(
                transaction,
                actor,
                "RestartVes",
                rollouts.start(
                        transaction,
                        RolloutOrder.of(
                                RolloutKind.RESTART, "", 0, spec, false, targets.changes(wanted, "", 0), actor)));
    }

    private RolloutView started(Transaction transaction, String actor, String method, ActiveRollout rollout) {
        Audit.record(
                transaction.sql(),
                clock.instant(),
                actor,
                method,
                "rollout " + rollout.id()
                        + (rollout.takesBack().isEmpty() ? "" : ", takes back " + rollout.takesBack()) + ", policy "
                        + rollout.machine().terms().policy() + " revision "
                        + rollout.machine().terms().revision() + ", "
                        + (rollout.planId().isEmpty() ? "" : "plan " + rollout.planId() + ", ")
                        + rollout.machine().tasks().size() + " targets");
        return RolloutViews.summary(rollout, clock.instant()).build();
    }

    ListRolloutsReply list(ListRolloutsRequest request) {
        Instant now = clock.instant();
        List<ActiveRollout> wanted = request.getActiveOnly() ? rollouts.active() : rollouts.all();
        return ListRolloutsReply.newBuilder()
                .addAllRollouts(wanted.stream()
                        .map(rollout -> RolloutViews.summary(rollout, now).build())
                        .toList())
                .build();
    }

    ActiveRollout find(String id) {
        return rollouts.byId(id)
                .orElseThrow(() -> Fault.notFound("no rollout \"" + id + "\" "
                        + Near.names(
                                id,
                                rollouts.all().stream().map(ActiveRollout::id).toList())));
    }

    RolloutView get(GetRolloutRequest request) {
        if (request.getStatesList().contains(vzguard.v1.TaskState.UNRECOGNIZED)) {
            throw Fault.invalid("states " + request.getStatesValueList() + " (permitted: those of TaskState)");
        }
        return RolloutViews.page(
                find(request.getRolloutId()),
                Page.size(request.getPageSize()),
                position(request.getPageToken()),
                Set.copyOf(request.getStatesList()),
                clock.instant());
    }

    /** That of the next task to show. */
    private static int position(String token) {
        if (token.isEmpty()) {
            return 0;
        }
        Integer position = Ints.tryParse(token);
        if (position == null || position < 0) {
            throw Fault.invalid("page_token \"" + token + "\" (permitted: empty, or the next_page_token of an answer)");
        }
        return position;
    }

    RolloutView control(Transaction transaction, String actor, ControlRolloutRequest request) {
        ActiveRollout rollout = find(request.getRolloutId());
        if (request.getAction() == RolloutAction.ROLLOUT_ACTION_ROLLBACK) {
            return rollBack(transaction, actor, rollout);
        }
        Instant now = clock.instant();
        RolloutEvent event = switch (request.getAction()) {
            case ROLLOUT_ACTION_PAUSE -> new RolloutEvent.Pause(now);
            case ROLLOUT_ACTION_RESUME -> new RolloutEvent.Resume(now);
            case ROLLOUT_ACTION_ABORT -> new RolloutEvent.Abort(now);
            case ROLLOUT_ACTION_RETRY -> new RolloutEvent.Retry(now);
            case ROLLOUT_ACTION_PROMOTE -> new RolloutEvent.Promote(now);
            case ROLLOUT_ACTION_APPROVE -> new RolloutEvent.Approve(now);
            case ROLLOUT_ACTION_ROLLBACK, ROLLOUT_ACTION_UNSPECIFIED, UNRECOGNIZED ->
                throw Fault.invalid("action " + request.getActionValue()
                        + " (permitted: PAUSE, RESUME, PROMOTE, ABORT, RETRY, ROLLBACK, APPROVE)");
        };
        if (event instanceof RolloutEvent.Retry) {
            targets.refuseBusy(rollout.machine().tasks().stream()
                    .filter(row -> row.state().isRetriable())
                    .map(TaskRow::target)
                    .toList());
        }
        if (event instanceof RolloutEvent.Approve) {
            targets.refuseBusy(rollout.machine().tasks().stream()
                    .filter(TaskRow::isChangedSinceApproval)
                    .map(TaskRow::target)
                    .toList());
        }
        String refusal = rollouts.control(transaction, rollout, event);
        if (!refusal.isEmpty()) {
            throw Fault.precondition(refusal);
        }
        Audit.record(transaction.sql(), now, actor, "ControlRollout", rollout.id() + " " + request.getAction());
        return RolloutViews.summary(rollout, now).build();
    }
}
