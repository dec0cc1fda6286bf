package vzguard.controller.operator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import vzguard.controller.dispatch.ActiveRollout;
import vzguard.controller.dispatch.Rollouts;
import vzguard.controller.fleet.Host;
import vzguard.controller.fleet.Hosts;
import vzguard.controller.inventory.HostEntry;
import vzguard.controller.inventory.TargetList;
import vzguard.controller.policy.Policies;
import vzguard.controller.policy.Revision;
import vzguard.controller.rollout.Change;
import vzguard.controller.rollout.RolloutKind;
import vzguard.controller.rollout.RolloutTerms;
import vzguard.controller.rollout.Tally;
import vzguard.controller.rollout.TargetRef;
import vzguard.controller.rollout.TaskRow;
import vzguard.controller.rollout.TaskState;
import vzguard.policy.Policy;
import vzguard.policy.Selector;
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
        return TargetList.forPolicy(entries(), policy, touched(policy.name()), winners(policy));
    }

    List<TargetRef> of(Policy policy, Selector within) {
        return TargetList.forPolicy(entries(), policy, touched(policy.name()), winners(policy), within);
    }

    /** Those of a plan, of hosts that are still known. @param planned by host, CTIDs; empty: the host itself */
    List<TargetRef> of(Map<String, Iterable<String>> planned) {
        List<TargetRef> all = new ArrayList<>();
        planned.forEach((hostId, ctids) -> hosts.byId(hostId)
                .ifPresent(host -> ctids.forEach(ctid -> all.add(new TargetRef(hostId, host.name(), ctid)))));
        return TargetList.ordered(all);
    }

    /** How many there are. */
    TargetList.Count count(Policy policy) {
        return TargetList.count(entries(), policy, touched(policy.name()), winners(policy));
    }

    private List<Policy> winners(Policy policy) {
        return policies.latest().stream()
                .map(Revision::policy)
                .filter(other -> !other.name().equals(policy.name()) && other.precedence() > policy.precedence())
                .toList();
    }

    /** Who wins where another policy wants the same targets, one sentence for each other policy. */
    List<String> precedence(Policy policy) {
        List<String> sentences = new ArrayList<>();
        for (Revision other : policies.latest()) {
            if (other.name().equals(policy.name()) || other.policy().precedence() == policy.precedence()) {
                continue;
            }
            List<TargetRef> both = TargetList.guardedByBoth(entries(), policy, other.policy());
            if (!both.isEmpty()) {
                boolean loses = other.policy().precedence() > policy.precedence();
                sentences.add(
                        (loses ? "left to policy " + other.name() : "policy " + other.name() + " leaves to this one")
                                + " (precedence " + other.policy().precedence() + (loses ? " over " : " under ")
                                + policy.precedence() + "): " + both.size()
                                + (both.size() == 1 ? " target" : " targets") + ", " + some(both));
            }
        }
        return sentences;
    }

    List<TargetRef> forRestart(Selector selector, boolean onlyPending) {
        return TargetList.forRestart(entries(), selector, onlyPending);
    }

    /** Brings the targets to a revision of a policy, from the one that each has. */
    List<Change> changes(List<TargetRef> targets, String policy, long to) {
        return targets.stream()
                .map(target -> new Change(target, applied(target, policy), to))
                .toList();
    }

    private long applied(TargetRef target, String policy) {
        return hosts.byId(target.hostId())
                .map(host -> host.applied(target.ctid()).getOrDefault(policy, 0L))
                .orElse(0L);
    }

    /**
     * What takes a rollout back: every target that it changed, or may have changed, to the revision it had before. Refused while
     * the rollout goes on, for one that cannot be taken back, and when another one changed a target since.
     */
    List<Change> back(ActiveRollout rollout) {
        RolloutTerms terms = rollout.machine().terms();
        if (terms.kind() == RolloutKind.RESTART) {
            throw Fault.precondition("rollout " + rollout.id() + " restarted VEs; that cannot be taken back");
        }
        if (policies.latest(terms.policy()).isEmpty()) {
            throw Fault.precondition(
                    "policy " + terms.policy() + " is deleted, and with it what rollout " + rollout.id()
                            + " could go back to; store it again with `vzguard policy apply` (its text: `vzguard policy history "
                            + terms.policy() + "`) and roll it out");
        }
        if (!rollout.machine().hasEnded()) {
            throw Fault.precondition("rollout " + rollout.id() + " has not ended ("
                    + rollout.machine().tally().of(TaskState.RUNNING)
                    + " targets running); end it with `vzguard rollout"
                    + " abort " + rollout.id() + "`, wait until none runs any more, and roll back then");
        }
        List<Change> changes = new ArrayList<>();
        List<TargetRef> since = new ArrayList<>();
        for (TaskRow row : rollout.machine().tasks()) {
            boolean wasBrought = row.state() == TaskState.DONE
                    || (row.state() == TaskState.NO_OP && row.change().from() != 0);
            long applied = applied(row.target(), terms.policy());
            boolean known = hosts.byId(row.target().hostId())
                    .filter(host -> row.target().isHost()
                            || host.ves().containsKey(new Ctid(row.target().ctid())))
                    .isPresent();
            if (!known || row.change().from() == row.change().to()) {
                continue;
            }
            if (wasBrought && applied != row.change().to()) {
                since.add(row.target());
            } else if (wasBrought
                    || (mayHaveChanged(row) && applied == row.change().from())) {
                changes.add(new Change(row.target(), applied, row.change().from()));
            }
        }
        if (!since.isEmpty()) {
            throw Fault.precondition("after rollout " + rollout.id() + " another one changed " + some(since)
                    + "; roll that one back first (`vzguard rollout list`)");
        }
        if (changes.isEmpty()) {
            throw Fault.precondition("rollout " + rollout.id() + " changed nothing that could be taken back");
        }
        return changes;
    }

    private List<HostEntry> entries() {
        return hosts.all().stream().map(Host::entry).toList();
    }

    /** Where the policy was brought about, or may have been in part: what its removal has to visit. */
    List<TargetRef> touchedBy(String policy) {
        Set<TargetRef> touched = new LinkedHashSet<>(halfDone(policy));
        for (Host host : hosts.all()) {
            host.appliedTo(policy).forEach(ctid -> touched.add(new TargetRef(host.id(), host.name(), ctid)));
        }
        return TargetList.ordered(new ArrayList<>(touched));
    }

    /** The same as a question, which costs nothing for the targets it is not asked about. */
    private Predicate<TargetRef> touched(String policy) {
        Set<TargetRef> halfDone = halfDone(policy);
        return target -> halfDone.contains(target) || applied(target, policy) != 0;
    }

    private Set<TargetRef> halfDone(String policy) {
        Set<TargetRef> halfDone = new HashSet<>();
        for (ActiveRollout rollout : rollouts.all()) {
            RolloutTerms terms = rollout.machine().terms();
            Tally tally = rollout.machine().tally();
            boolean any = tally.of(TaskState.FAILED) + tally.of(TaskState.UNREACHABLE) > 0;
            if (any && terms.kind() == RolloutKind.APPLY && terms.policy().equals(policy)) {
                rollout.machine().tasks().stream()
                        .filter(Targets::mayHaveChanged)
                        .map(TaskRow::target)
                        .flatMap(target -> hosts
                                .byId(target.hostId())
                                .filter(host -> target.isHost() || host.ves().containsKey(new Ctid(target.ctid())))
                                .map(host -> new TargetRef(host.id(), host.name(), target.ctid()))
                                .stream())
                        .forEach(halfDone::add);
            }
        }
        return halfDone;
    }

    private static boolean mayHaveChanged(TaskRow row) {
        return row.startedAt() != null && (row.state() == TaskState.FAILED || row.state() == TaskState.UNREACHABLE);
    }

    /** No other policy of the same precedence may want the same VE, or guard the same host: their guards would take turns. */
    void refuseOverlap(Policy policy) {
        List<String> problems = new ArrayList<>();
        for (Revision other : policies.latest()) {
            if (!other.name().equals(policy.name()) && other.policy().precedence() == policy.precedence()) {
                List<TargetRef> both = TargetList.guardedByBoth(entries(), policy, other.policy());
                if (!both.isEmpty()) {
                    problems.add("policies " + policy.name() + " and " + other.name() + " both select " + some(both)
                            + "; change the selector of one, give one a greater spec.precedence, or delete it with"
                            + " `vzguard policy delete`");
                }
            }
        }
        if (!problems.isEmpty()) {
            throw Fault.precondition(String.join("\n", problems));
        }
    }

    /** No two rollouts at once on one target. */
    void refuseBusy(List<TargetRef> targets) {
        List<ActiveRollout> active = rollouts.active();
        if (active.isEmpty()) {
            return;
        }
        Map<String, Set<String>> wanted = new HashMap<>();
        targets.forEach(target ->
                wanted.computeIfAbsent(target.hostId(), none -> new HashSet<>()).add(target.ctid()));
        for (ActiveRollout rollout : active) {
            List<TargetRef> both = rollout.machine().tasks().stream()
                    .filter(row -> !row.state().isEnded())
                    .map(TaskRow::target)
                    .filter(target ->
                            wanted.getOrDefault(target.hostId(), Set.of()).contains(target.ctid()))
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
