package vzguard.lab.simulated.netfilter;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One table: its built-in chains, then the users', by name, as the kernel keeps them. Not safe for several threads. */
final class Table {
    private static final Map<String, List<String>> BUILT_IN = Map.of(
            "filter", List.of("INPUT", "FORWARD", "OUTPUT"),
            "mangle", List.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
            "nat", List.of("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"));

    private final String name;
    private final Map<String, Chain> builtIn = new LinkedHashMap<>();
    private final Map<String, Chain> own = new TreeMap<>();

    Table(String name) {
        this.name = name;
        for (String chain : BUILT_IN.getOrDefault(name, List.of())) {
            builtIn.put(chain, new Chain(chain, Optional.of("ACCEPT")));
        }
    }

    static boolean exists(String name) {
        return BUILT_IN.containsKey(name);
    }

    Table copy() {
        Table copy = new Table(name);
        builtIn.forEach((key, chain) -> copy.builtIn.put(key, chain.copy()));
        own.forEach((key, chain) -> copy.own.put(key, chain.copy()));
        return copy;
    }

    String name() {
        return name;
    }

    Collection<Chain> chains() {
        return Stream.concat(builtIn.values().stream(), own.values().stream()).toList();
    }

    Collection<Chain> ownChains() {
        return own.values();
    }

    Optional<Chain> find(String chain) {
        return Optional.ofNullable(builtIn.getOrDefault(chain, own.get(chain)));
    }

    Chain chain(String chain) throws IptablesRefusal {
        return find(chain).orElseThrow(IptablesRefusal::missing);
    }

    void addChain(String chain) {
        own.put(chain, new Chain(chain, Optional.empty()));
    }

    void deleteChain(String chain) {
        own.remove(chain);
    }

    /** How many rules jump to the chain. */
    long references(String chain) {
        return rules().filter(rule -> rule.target().map(Extension::name).equals(Optional.of(chain)))
                .count();
    }

    /** Whether a packet could come round to a chain that it is in already. */
    boolean hasLoop() {
        return builtIn.keySet().stream().anyMatch(chain -> returns(chain, Set.of()));
    }

    private boolean returns(String name, Set<String> passed) {
        if (passed.contains(name)) {
            return true;
        }
        Set<String> further = new HashSet<>(passed);
        further.add(name);
        return find(name).stream()
                .flatMap(chain -> chain.entries().stream())
                .flatMap(entry -> entry.rule().target().stream())
                .map(Extension::name)
                .filter(own::containsKey)
                .distinct()
                .anyMatch(next -> returns(next, further));
    }

    Set<String> recentLists() {
        return rules().flatMap(Rule::recentLists).collect(Collectors.toSet());
    }

    Stream<Rule> rules() {
        return chains().stream().flatMap(chain -> chain.entries().stream()).map(Chain.Entry::rule);
    }
}
