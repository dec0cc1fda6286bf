package vzguard.controller.enforcement;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import vzguard.controller.core.Transaction;
import vzguard.controller.dispatch.ActiveRollout;
import vzguard.controller.dispatch.RolloutOrder;
import vzguard.controller.dispatch.Rollouts;
import vzguard.controller.enforcement.Newcomer.Attempt;
import vzguard.controller.fleet.Host;
import vzguard.controller.fleet.Hosts;
import vzguard.controller.fleet.Streams;
import vzguard.controller.inventory.TargetList;
import vzguard.controller.policy.Policies;
import vzguard.controller.policy.Revision;
import vzguard.controller.rollout.Change;
import vzguard.controller.rollout.RolloutKind;
import vzguard.controller.rollout.RolloutState;
import vzguard.controller.rollout.TargetRef;
import vzguard.controller.rollout.TaskRow;
import vzguard.policy.Policy;
import vzguard.policy.PolicyWire;
import vzguard.policy.SshGuard.Placement;
import vzguard.values.Ctid;

/**
 * Looks at hosts that changed, and at all of them from time to time, and starts a rollout over what {@link Enforcement} says is
 * to be brought to its policy: an ordinary one, with the policy's own waves, budgets and thresholds. Belongs to the event loop's
 * thread.
 *
 * <p>Cost: one look at a host is a pass over its VEs for each enforced policy; {@link #look} takes {@link #SLICE} hosts at most,
 * so that other steps wait for milliseconds, whatever the size of the fleet.
 */
public final class Enforcer {
    private static final int SLICE = 200;

    private final Hosts hosts;
    private final Streams streams;
    private final Policies policies;
    private final Rollouts rollouts;
    private final Set<String> changed = new LinkedHashSet<>();
    private final Map<String, List<Finding>> findings = new HashMap<>();

    public Enforcer(Hosts hosts, Streams streams, Policies policies, Rollouts rollouts) {
        this.hosts = hosts;
        this.streams = streams;
        this.policies = policies;
        this.rollouts = rollouts;
        hosts.listen(changed::add);
        rollouts.listen((rollout, tasks) -> {
            if (rollout.machine().hasEnded()) {
                changed.addAll(rollout.machine().hostIds());
            }
        });
    }

    /** Every host is to be looked at. */
    public void everything() {
        hosts.all().forEach(host -> changed.add(host.id()));
    }

    /** Looks at some of the hosts that changed. */
    public void look(Transaction transaction) {
        List<Revision> enforced = policies.enforced();
        SortedMap<String, List<Change>> wanted = new TreeMap<>();
        Iterator<String> next = changed.iterator();
        for (int looked = 0; looked < SLICE && next.hasNext(); looked++) {
            String hostId = next.next();
            next.remove();
            findings.remove(hostId);
            // One that is away is looked at when it is back.
            hosts.byId(hostId).filter(host -> streams.isConnected(host.id())).ifPresent(host -> {
                List<Finding> found = look(host, enforced, wanted);
                if (!found.isEmpty()) {
                    findings.put(hostId, found);
                }
            });
        }
        wanted.forEach((policy, changes) -> start(transaction, policy, changes));
    }

    private void start(Transaction transaction, String policy, List<Change> changes) {
        Revision revision = policies.enforced(policy)
                .orElseThrow(() -> new IllegalStateException("policy " + policy + " is not enforced"));
        Map<TargetRef, Change> byTarget = new HashMap<>();
        changes.forEach(change -> byTarget.put(change.target(), change));
        List<Change> ordered = TargetList.ordered(List.copyOf(byTarget.keySet())).stream()
                .map(byTarget::get)
                .toList();
        ActiveRollout unused = rollouts.start(
                transaction,
                RolloutOrder.of(
                        RolloutKind.APPLY,
                        policy,
                        revision.number(),
                        PolicyWire.toProto(revision.policy()),
                        false,
                        ordered,
                        RolloutOrder.BY_ENFORCEMENT));
    }

    private List<Finding> look(Host host, List<Revision> enforced, Map<String, List<Change>> wanted) {
        Map<TargetRef, List<String>> guardedBy = new LinkedHashMap<>();
        Map<Revision, List<TargetRef>> targets = new LinkedHashMap<>();
        for (Revision revision : enforced) {
            List<Policy> winners = enforced.stream()
                    .map(Revision::policy)
                    .filter(other -> other.precedence() > revision.policy().precedence())
                    .toList();
            List<TargetRef> selected =
                    TargetList.forPolicy(List.of(host.entry()), revision.policy(), target -> false, winners);
            targets.put(revision, selected);
            boolean guardsHost = revision.policy().sshGuard().placement().contains(Placement.HOST);
            selected.stream()
                    .filter(target -> guardsHost || !target.isHost())
                    .forEach(target -> guardedBy
                            .computeIfAbsent(target, none -> new ArrayList<>())
                            .add(revision.name()));
        }
        List<Finding> found = new ArrayList<>();
        targets.forEach((revision, selected) -> {
            Optional<String> heldBy = heldBy(revision.name());
            for (TargetRef target : selected) {
                List<String> rivals = guardedBy.getOrDefault(target, List.of());
                Newcomer newcomer = newcomer(host, target, revision.name(), rivals.size() > 1 ? rivals : List.of());
                Verdict verdict = Enforcement.decide(
                        newcomer,
                        revision.name(),
                        revision.number(),
                        revision.policy().mode(),
                        heldBy);
                switch (verdict.kind()) {
                    case AS_WANTED -> {
                        // Nothing to be said.
                    }
                    case BRING ->
                        wanted.computeIfAbsent(revision.name(), none -> new ArrayList<>())
                                .add(new Change(target, newcomer.applied(), revision.number()));
                    case WAIT, LEAVE -> found.add(new Finding(target, revision.name(), revision.number(), verdict));
                }
            }
        });
        return found;
    }

    private Newcomer newcomer(Host host, TargetRef target, String policy, List<String> rivals) {
        Optional<Host.Ve> ve = target.isHost()
                ? Optional.empty()
                : Optional.ofNullable(host.ves().get(new Ctid(target.ctid())));
        return new Newcomer(
                target,
                host.applied(target.ctid()).getOrDefault(policy, 0L),
                target.isHost() || ve.filter(Host.Ve::isRunning).isPresent(),
                ve.map(Host.Ve::runningSince),
                host.connectedSince(),
                rivals,
                busyWith(target),
                last(target, policy));
    }

    private Optional<String> busyWith(TargetRef target) {
        return rollouts.active().stream()
                .filter(rollout -> rollout.machine()
                        .task(target)
                        .filter(row -> !row.state().isEnded())
                        .isPresent())
                .map(ActiveRollout::id)
                .findFirst();
    }

    private Optional<Attempt> last(TargetRef target, String policy) {
        for (ActiveRollout rollout : rollouts.all()) {
            if (rollout.machine().terms().policy().equals(policy)) {
                Optional<TaskRow> row = rollout.machine().task(target);
                if (row.isPresent()) {
                    return Optional.of(new Attempt(
                            rollout.id(),
                            rollout.machine().state(),
                            row.get().state(),
                            row.get().change().to(),
                            Optional.ofNullable(row.get().endedAt())));
                }
            }
        }
        return Optional.empty();
    }

    /** A rollout that enforces the policy, and stopped itself or was paused. */
    private Optional<String> heldBy(String policy) {
        return rollouts.active().stream()
                .filter(rollout -> rollout.startedBy().equals(RolloutOrder.BY_ENFORCEMENT))
                .filter(rollout -> rollout.machine().terms().policy().equals(policy))
                .filter(rollout -> rollout.machine().state() != RolloutState.RUNNING)
                .map(ActiveRollout::id)
                .findFirst();
    }

    /** What is not brought to its policy on a host, and why, as of the last look. */
    public List<Finding> findings(String hostId) {
        return findings.getOrDefault(hostId, List.of());
    }

    /** What an operator has to decide, in the whole fleet. */
    public List<Finding> left() {
        return findings.values().stream()
                .flatMap(List::stream)
                .filter(finding -> finding.verdict().kind() == Verdict.Kind.LEAVE)
                .toList();
    }
}
