package vzguard.controller.inventory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import vzguard.controller.inventory.HostEntry.VeEntry;
import vzguard.controller.rollout.TargetRef;
import vzguard.policy.Policy;
import vzguard.policy.Selector;
import vzguard.policy.SshGuard.Placement;
import vzguard.values.Ctid;

/**
 * What a rollout takes, and in which order. Pure, and independent of the order in which hosts and VEs come in.
 *
 * <p>The order: hosts by name (then id); in the first round each host itself, followed by its first VE; then each host's second
 * VE, and so on, VEs by CTID. So a host is changed before its VEs, every wave is spread over the hosts (few VEs of one host at
 * a time, and as many hosts' budgets in use as possible), and the same fleet gives the same list.
 */
public final class TargetList {
    private TargetList() {}

    /**
     * The targets of a policy: each selected host when the policy guards hosts or wants modules, each selected VE of those
     * hosts when it guards VEs or wants modules shared with them. VEs that do not run are targets too: they read as skipped
     * until they start. Also those that it no longer guards, of the hosts and VEs that it selects: they lose the guard they have.
     *
     * @param applied where the policy, by whichever revision, was brought about
     */
    public static List<TargetRef> forPolicy(List<HostEntry> hosts, Policy policy, Predicate<TargetRef> applied) {
        return forPolicy(hosts, policy, applied, List.of());
    }

    /**
     * As above, without the targets that others have.
     *
     * @param winners policies of greater precedence: the VEs that they take, and the guards of the hosts that they guard, are theirs
     */
    public static List<TargetRef> forPolicy(
            List<HostEntry> hosts, Policy policy, Predicate<TargetRef> applied, List<Policy> winners) {
        return select(hosts, wanted(policy, applied).without(policy, winners));
    }

    /** What it selects, counted without being listed. @param ves VEs among the targets @param hosts with a target at all */
    public record Count(int hosts, int ves) {}

    /** As {@link #forPolicy(List, Policy, Predicate)}, of which only the numbers matter. */
    public static Count count(
            List<HostEntry> hosts, Policy policy, Predicate<TargetRef> applied, List<Policy> winners) {
        Wanted wanted = wanted(policy, applied).without(policy, winners);
        int selected = 0;
        int ves = 0;
        for (HostEntry host : hosts) {
            if (wanted.selects(host)) {
                int own = (int)
                        host.ves().stream().filter(ve -> wanted.takes(host, ve)).count();
                ves += own;
                selected += own > 0 || wanted.host().test(host) ? 1 : 0;
            }
        }
        return new Count(selected, ves);
    }

    /** The targets on which the guards of both policies would take turns. Modules that two policies want of one host add up. */
    public static List<TargetRef> guardedByBoth(List<HostEntry> hosts, Policy one, Policy other) {
        Predicate<TargetRef> nowhere = target -> false;
        Wanted first = wanted(one, nowhere);
        Wanted second = wanted(other, nowhere);
        boolean host = one.sshGuard().placement().contains(Placement.HOST)
                && other.sshGuard().placement().contains(Placement.HOST);
        return select(
                hosts,
                new Wanted(
                        entry -> first.selects(entry) && second.selects(entry),
                        entry -> host,
                        (entry, ve) -> first.takes(entry, ve) && second.takes(entry, ve)));
    }

    /** As {@link #forPolicy(List, Policy, Predicate)}, of a policy that was never applied. */
    public static List<TargetRef> forPolicy(List<HostEntry> hosts, Policy policy) {
        return forPolicy(hosts, policy, target -> false);
    }

    /**
     * Of the targets of a policy those that a further selector names, and the hosts of these VEs: what a VE needs of its host
     * comes first.
     */
    public static List<TargetRef> forPolicy(
            List<HostEntry> hosts, Policy policy, Predicate<TargetRef> applied, List<Policy> winners, Selector within) {
        List<HostEntry> narrowed = hosts.stream()
                .filter(host -> within.hosts().matches(host.name(), host.labels()))
                .map(host -> host.with(host.ves().stream()
                        .filter(ve -> within.ves().contains(ve.ctid()))
                        .toList()))
                .toList();
        List<TargetRef> targets = forPolicy(narrowed, policy, applied, winners);
        Set<String> withVes = targets.stream()
                .filter(target -> !target.isHost())
                .map(TargetRef::hostId)
                .collect(Collectors.toSet());
        return targets.stream()
                .filter(target -> within.ves().isAll() || withVes.contains(target.hostId()))
                .toList();
    }

    /** The running VEs to restart. */
    public static List<TargetRef> forRestart(List<HostEntry> hosts, Selector selector, boolean onlyPending) {
        return select(
                hosts,
                new Wanted(
                        host -> selector.hosts().matches(host.name(), host.labels()),
                        host -> false,
                        (host, ve) -> selector.ves().contains(ve.ctid())
                                && ve.running()
                                && (ve.restartPending() || !onlyPending)));
    }

    /** Which hosts are looked at; of these, whether the host itself is a target, and which VEs are. */
    private record Wanted(Predicate<HostEntry> hosts, Predicate<HostEntry> host, BiPredicate<HostEntry, VeEntry> ves) {
        boolean selects(HostEntry entry) {
            return hosts.test(entry);
        }

        boolean takes(HostEntry entry, VeEntry ve) {
            return ves.test(entry, ve);
        }

        Wanted without(Policy policy, List<Policy> winners) {
            if (winners.isEmpty()) {
                return this;
            }
            boolean guardsHost = policy.sshGuard().placement().contains(Placement.HOST);
            Rivals rivals = new Rivals(winners);
            return new Wanted(
                    hosts,
                    entry -> host.test(entry) && !(guardsHost && rivals.guardHost(entry)),
                    (entry, ve) -> ves.test(entry, ve) && !rivals.take(entry, ve));
        }
    }

    /** Policies that win. Which of them select a host is looked up once for all of its VEs. */
    private static final class Rivals {
        private final Map<Policy, Wanted> all = new LinkedHashMap<>();
        private List<Map.Entry<Policy, Wanted>> here = List.of();
        private String hostId = "";

        Rivals(List<Policy> winners) {
            winners.forEach(winner -> all.put(winner, wanted(winner, target -> false)));
        }

        private List<Map.Entry<Policy, Wanted>> on(HostEntry entry) {
            if (!entry.hostId().equals(hostId)) {
                hostId = entry.hostId();
                here = all.entrySet().stream()
                        .filter(winner -> winner.getValue().selects(entry))
                        .toList();
            }
            return here;
        }

        boolean guardHost(HostEntry entry) {
            return on(entry).stream()
                    .anyMatch(winner -> winner.getKey().sshGuard().placement().contains(Placement.HOST));
        }

        boolean take(HostEntry entry, VeEntry ve) {
            return on(entry).stream().anyMatch(winner -> winner.getValue().takes(entry, ve));
        }
    }

    private static Wanted wanted(Policy policy, Predicate<TargetRef> applied) {
        Selector selector = policy.selector();
        Set<Placement> placement = policy.sshGuard().placement();
        boolean modules = !policy.modules().require().isEmpty();
        boolean hostItself = modules || placement.contains(Placement.HOST);
        boolean ves = modules || placement.contains(Placement.VE) || placement.contains(Placement.EDGE);
        return new Wanted(
                host -> selector.hosts().matches(host.name(), host.labels()),
                host -> hostItself || applied.test(new TargetRef(host.hostId(), host.name(), "")),
                (host, ve) -> selector.ves().contains(ve.ctid())
                        && (ves
                                || applied.test(new TargetRef(
                                        host.hostId(), host.name(), ve.ctid().text()))));
    }

    private static List<TargetRef> select(List<HostEntry> hosts, Wanted wanted) {
        List<List<TargetRef>> rounds = new ArrayList<>();
        hosts.stream()
                .filter(wanted::selects)
                .sorted(Comparator.comparing(HostEntry::name).thenComparing(HostEntry::hostId))
                .forEach(host -> {
                    List<TargetRef> first = round(rounds, 0);
                    if (wanted.host().test(host)) {
                        first.add(new TargetRef(host.hostId(), host.name(), ""));
                    }
                    List<Ctid> ves = host.ves().stream()
                            .filter(ve -> wanted.takes(host, ve))
                            .map(VeEntry::ctid)
                            .sorted()
                            .toList();
                    for (int round = 0; round < ves.size(); round++) {
                        round(rounds, round)
                                .add(new TargetRef(
                                        host.hostId(),
                                        host.name(),
                                        ves.get(round).text()));
                    }
                });
        return rounds.stream().flatMap(List::stream).toList();
    }

    /** Any targets (those that a policy was applied to, say) in this class's order, each once. */
    public static List<TargetRef> ordered(List<TargetRef> targets) {
        Map<String, List<TargetRef>> byHost = new LinkedHashMap<>();
        targets.stream()
                .distinct()
                .sorted(Comparator.comparing(TargetRef::hostName).thenComparing(TargetRef::hostId))
                .forEach(target -> byHost.computeIfAbsent(target.hostId(), id -> new ArrayList<>())
                        .add(target));
        List<TargetRef> list = new ArrayList<>();
        List<List<TargetRef>> rounds = new ArrayList<>();
        for (List<TargetRef> own : byHost.values()) {
            List<TargetRef> ves = own.stream()
                    .filter(target -> !target.isHost())
                    .sorted(Comparator.comparing(target -> new Ctid(target.ctid())))
                    .toList();
            List<TargetRef> first = round(rounds, 0);
            own.stream().filter(TargetRef::isHost).forEach(first::add);
            for (int round = 0; round < ves.size(); round++) {
                round(rounds, round).add(ves.get(round));
            }
        }
        rounds.forEach(list::addAll);
        return List.copyOf(list);
    }

    private static List<TargetRef> round(List<List<TargetRef>> rounds, int number) {
        while (rounds.size() <= number) {
            rounds.add(new ArrayList<>());
        }
        return rounds.get(number);
    }
}
