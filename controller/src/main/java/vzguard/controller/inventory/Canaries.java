package vzguard.controller.inventory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import vzguard.controller.rollout.TargetRef;

/**
 * Which targets of a rollout are its canaries: as few as asked for, and as unlike each other as they can be. Pure.
 *
 * <p>Each next one is that which brings most of what no canary has yet: first of its generation (kernel, vzctl, iptables, and whether
 * it is a host or a VE), then of its groups (labels). Among equals the one comes next whose like was taken least often, then the
 * first of the list. Only hosts that are connected, and VEs that run, are taken while there are any: what cannot be tried shows
 * nothing. A VE whose host is a target too is taken only after that. The rest of the list stays in its order.
 *
 * <p>Cost: a pass over the list, then per canary one over the kinds of hosts that there are.
 */
public final class Canaries {
    /** A label with more values than this, and with a value of its own for each host, is a name and makes no groups. */
    private static final int FEW_VALUES = 10;

    private Canaries() {}

    /**
     * One host as far as it matters here.
     *
     * @param connected its agent is there
     * @param generation what makes changes behave alike: {@code kernel=2.6.32-...} and such
     * @param labels of the host
     */
    public record Traits(boolean connected, Set<String> generation, Map<String, String> labels) {
        public Traits {
            generation = Set.copyOf(generation);
            labels = Map.copyOf(labels);
        }
    }

    /**
     * The same targets, the canaries in front.
     *
     * @param targets each once, hosts before their VEs
     * @param traits of a host, by its id
     * @param runs whether a VE runs
     */
    public static List<TargetRef> first(
            List<TargetRef> targets, int canaries, Function<String, Traits> traits, Predicate<TargetRef> runs) {
        if (canaries <= 0 || canaries >= targets.size()) {
            return targets;
        }
        return new Choice(targets, traits, runs).first(canaries);
    }

    /** What a target is an example of. */
    private record Kind(Set<String> generation, Set<String> groups) {}

    private static final class Choice {
        private final List<TargetRef> targets;
        private final Set<String> hostTargets = new HashSet<>();
        /** Positions of those that can be tried, in order; of each host itself and its first VE. */
        private final Map<Kind, List<Integer>> candidates = new LinkedHashMap<>();

        private final Map<Kind, Integer> taken = new HashMap<>();
        private final Set<String> covered = new HashSet<>();
        private final Set<Integer> chosen = new HashSet<>();
        private final Set<String> chosenHosts = new HashSet<>();
        private final List<TargetRef> inOrder = new ArrayList<>();

        Choice(List<TargetRef> targets, Function<String, Traits> traits, Predicate<TargetRef> runs) {
            this.targets = targets;
            Map<String, Traits> hosts = new LinkedHashMap<>();
            for (TargetRef target : targets) {
                hosts.computeIfAbsent(target.hostId(), traits);
                if (target.isHost()) {
                    hostTargets.add(target.hostId());
                }
            }
            Set<String> grouping = grouping(hosts);
            Set<String> seenVes = new HashSet<>();
            for (int position = 0; position < targets.size(); position++) {
                TargetRef target = targets.get(position);
                Traits host = hosts.getOrDefault(target.hostId(), new Traits(false, Set.of(), Map.of()));
                if (host.connected() && (target.isHost() || (runs.test(target) && seenVes.add(target.hostId())))) {
                    candidates
                            .computeIfAbsent(kind(target, host, grouping), none -> new ArrayList<>())
                            .add(position);
                }
            }
        }

        private static Set<String> grouping(Map<String, Traits> hosts) {
            Map<String, Set<String>> values = new HashMap<>();
            hosts.values()
                    .forEach(host -> host.labels()
                            .forEach((label, value) -> values.computeIfAbsent(label, none -> new HashSet<>())
                                    .add(value)));
            Set<String> grouping = new HashSet<>();
            values.forEach((label, all) -> {
                if (all.size() <= FEW_VALUES || all.size() < hosts.size() / 2) {
                    grouping.add(label);
                }
            });
            return grouping;
        }

        private static Kind kind(TargetRef target, Traits host, Set<String> grouping) {
            Set<String> generation = new HashSet<>(host.generation());
            generation.add(target.isHost() ? "a host" : "a VE");
            Set<String> groups = new HashSet<>();
            host.labels().forEach((label, value) -> {
                if (grouping.contains(label)) {
                    groups.add(label + "=" + value);
                }
            });
            return new Kind(generation, groups);
        }

        List<TargetRef> first(int canaries) {
            while (inOrder.size() < canaries && takeBest()) {
                // One more.
            }
            for (int position = 0; position < targets.size(); position++) {
                if (!chosen.contains(position)) {
                    inOrder.add(targets.get(position));
                }
            }
            return List.copyOf(inOrder);
        }

        private boolean takeBest() {
            Kind best = null;
            int bestPosition = -1;
            for (Map.Entry<Kind, List<Integer>> entry : candidates.entrySet()) {
                int position = next(entry.getValue());
                if (position >= 0 && (best == null || isBetter(entry.getKey(), position, best, bestPosition))) {
                    best = entry.getKey();
                    bestPosition = position;
                }
            }
            if (best == null) {
                return false;
            }
            take(best, bestPosition);
            return true;
        }

        private boolean isBetter(Kind kind, int position, Kind best, int bestPosition) {
            int generation = Integer.compare(brings(kind.generation()), brings(best.generation()));
            int groups = Integer.compare(brings(kind.groups()), brings(best.groups()));
            int less = Integer.compare(taken.getOrDefault(best, 0), taken.getOrDefault(kind, 0));
            if (generation != 0) {
                return generation > 0;
            }
            if (groups != 0) {
                return groups > 0;
            }
            return less != 0 ? less > 0 : position < bestPosition;
        }

        private int brings(Set<String> traits) {
            int news = 0;
            for (String trait : traits) {
                news += covered.contains(trait) ? 0 : 1;
            }
            return news;
        }

        private int next(List<Integer> positions) {
            for (int position : positions) {
                TargetRef target = targets.get(position);
                boolean inTurn = target.isHost()
                        || !hostTargets.contains(target.hostId())
                        || chosenHosts.contains(target.hostId());
                if (inTurn && !chosen.contains(position)) {
                    return position;
                }
            }
            return -1;
        }

        private void take(Kind kind, int position) {
            TargetRef target = targets.get(position);
            chosen.add(position);
            inOrder.add(target);
            covered.addAll(kind.generation());
            covered.addAll(kind.groups());
            taken.merge(kind, 1, Integer::sum);
            if (target.isHost()) {
                chosenHosts.add(target.hostId());
            }
        }
    }
}
