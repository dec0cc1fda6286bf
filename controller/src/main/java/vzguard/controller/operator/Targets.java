package vzguard.controller.operator;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import vzguard.controller.dispatch.ActiveRollout;
import vzguard.controller.dispatch.Rollouts;
import vzguard.controller.fleet.Host;
import vzguard.controller.fleet.Hosts;
import vzguard.controller.inventory.HostEntry;
import vzguard.controller.inventory.TargetList;
import vzguard.controller.policy.Policies;
import vzguard.controller.policy.Revision;
import vzguard.controller.rollout.RolloutKind;
import vzguard.controller.rollout.TargetRef;
import vzguard.controller.rollout.TaskRow;
import vzguard.controller.rollout.TaskState;
import vzguard.policy.Policy;
import vzguard.policy.Selector;
import vzguard.policy.SshGuard.Placement;
import vzguard.v1.VeFacts;
import vzguard.v1.VeState;
import vzguard.values.Ctid;

/** Which targets a request means, and who else wants them. Used on the event loop's thread. */
final class Targets {
    private static final int SHOWN = 5;

    private final Hosts hosts;
    private final Policies policies;
    private final Rollouts rollouts;

    Targets(Hosts hosts, Policies policies, Rollouts rollouts) {
        this.hosts = hosts;
        this.policies = policies;
        this.rollouts = rollouts;
    }

    List<TargetRef> of(Policy policy) {
        return TargetList.forPolicy(entries(), policy, Set.copyOf(touchedBy(policy.name())));
    }

    List<TargetRef> of(Policy policy, Selector within) {
        return TargetList.forPolicy(entries(), policy, Set.copyOf(touchedBy(policy.name())), within);
    }

    List<TargetRef> forRestart(Selector selector, boolean onlyPending) {
        return TargetList.forRestart(entries(), selector, onlyPending);
    }

    private List<HostEntry> entries() {
        return hosts.all().stream()
                .map(host -> new HostEntry(
                        host.id(),
                        host.name(),
                        host.labels(),
                        host.ves().entrySet().stream()
                                .map(ve -> entry(ve.getKey(), ve.getValue().facts()))
                                .toList()))
                .toList();
    }

    private static HostEntry.VeEntry entry(Ctid ctid, VeFacts facts) {
        return new HostEntry.VeEntry(ctid, facts.getState() == VeState.VE_STATE_RUNNING, facts.getRestartPending());
    }

    /** Where the policy was brought about, or may have been in part: what its removal has to visit. */
    List<TargetRef> touchedBy(String policy) {
        Set<TargetRef> touched = new LinkedHashSet<>();
        for (Host host : hosts.all()) {
            host.appliedTo(policy).forEach(ctid -> touched.add(new TargetRef(host.id(), host.name(), ctid)));
        }
        for (ActiveRollout rollout : rollouts.all()) {
            if (rollout.machine().terms().kind() == RolloutKind.APPLY
                    && rollout.machine().terms().policy().equals(policy)) {
                rollout.machine().tasks().stream()
                        .filter(Targets::mayHaveChanged)
                        .map(TaskRow::target)
                        .flatMap(target -> hosts
                                .byId(target.hostId())
                                .filter(host -> target.isHost() || host.ves().containsKey(new Ctid(target.ctid())))
                                .map(host -> new TargetRef(host.id(), host.name(), target.ctid()))
                                .stream())
                        .forEach(touched::add);
            }
        }
        return TargetList.ordered(new ArrayList<>(touched));
    }

    private static boolean mayHaveChanged(TaskRow row) {
        return row.startedAt() != null && (row.state() == TaskState.FAILED || row.state() == TaskState.UNREACHABLE);
    }

    /** Another policy must not want the same VE, nor guard the same host: guards of two policies would take turns. */
    void refuseOverlap(Policy policy) {
        Set<TargetRef> wanted = guarded(policy);
        List<String> problems = new ArrayList<>();
        for (Revision other : policies.latest()) {
            if (!other.name().equals(policy.name())) {
                List<TargetRef> both = guarded(other.policy()).stream()
                        .filter(wanted::contains)
                        .toList();
                if (!both.isEmpty()) {
                    problems.add("policies " + policy.name() + " and " + other.name() + " both select " + some(both)
                            + "; change the selector of one, or delete it with `vzguard policy delete`");
                }
            }
        }
        if (!problems.isEmpty()) {
            throw Fault.precondition(String.join("\n", problems));
        }
    }

    /** Modules that two policies want of one host add up; guards do not. */
    private Set<TargetRef> guarded(Policy policy) {
        boolean host = policy.sshGuard().placement().contains(Placement.HOST);
        Set<TargetRef> guarded = new LinkedHashSet<>(TargetList.forPolicy(entries(), policy));
        guarded.removeIf(target -> target.isHost() && !host);
        return guarded;
    }

    /** No two rollouts at once on one target. */
    void refuseBusy(List<TargetRef> targets) {
        Set<String> wanted = new HashSet<>();
        targets.forEach(target -> wanted.add(target.hostId() + "/" + target.ctid()));
        for (ActiveRollout rollout : rollouts.active()) {
            List<TargetRef> both = rollout.machine().tasks().stream()
                    .filter(row -> !row.state().isEnded())
                    .map(TaskRow::target)
                    .filter(target -> wanted.contains(target.hostId() + "/" + target.ctid()))
                    .toList();
            if (!both.isEmpty()) {
                throw Fault.precondition("rollout " + rollout.id() + " ("
                        + rollout.machine().state().name().toLowerCase(Locale.ROOT) + ") is not done with "
                        + some(both) + "; wait for it (`vzguard rollout watch " + rollout.id()
                        + "`) or end it (`vzguard rollout abort " + rollout.id() + "`)");
            }
        }
    }

    static String some(List<TargetRef> targets) {
        String first = String.join(
                ", ", targets.stream().limit(SHOWN).map(TargetRef::toString).toList());
        return targets.size() <= SHOWN ? first : first + " and " + (targets.size() - SHOWN) + " more";
    }
}
