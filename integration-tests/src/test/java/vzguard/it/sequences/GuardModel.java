package vzguard.it.sequences;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a host with VEs 101 and 102 must look like after all that was done to it. */
public final class GuardModel {
    /** An address of a VE, without a length. */
    @FunctionalInterface
    public interface Addresses {
        String of(String ctid, int family);
    }

    private record TableKey(String place, int family) {}

    private final Addresses addresses;
    private final List<String> failsafe;
    private final Map<String, GuardSettings> settings = new TreeMap<>();
    private final Map<Site, Set<String>> bans = new HashMap<>();
    private final Map<TableKey, OthersTable> others = new HashMap<>();

    public GuardModel(Addresses addresses, List<String> failsafe) {
        this.addresses = addresses;
        this.failsafe = failsafe;
    }

    /** The guard of a place is of these settings now. Bans do not go from one placement to another. */
    public void applied(String place, GuardSettings now) {
        List<Site> before = guarded(place);
        TreeSet<String> known = before.stream()
                .flatMap(site -> bans.getOrDefault(site, new TreeSet<>()).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        settings.put(place, now);
        for (Site site : Site.of(place)) {
            if (!now.at(site)) {
                bans.remove(site);
            } else if (!before.contains(site)) {
                bans.put(site, new TreeSet<>(known));
            }
        }
    }

    public GuardSettings settings(String place) {
        return Objects.requireNonNull(settings.get(place), "applied to " + place);
    }

    private List<Site> guarded(String place) {
        return settings.containsKey(place)
                ? Site.of(place).stream().filter(settings(place)::at).toList()
                : List.of();
    }

    private List<Site> inTable(String table) {
        return Site.PLACES.stream()
                .flatMap(place -> guarded(place).stream())
                .filter(site -> site.table().equals(table))
                .toList();
    }

    public void banned(String place, String address) {
        guarded(place)
                .forEach(site -> assertThat(bans.computeIfAbsent(site, none -> new TreeSet<>())
                                .add(address))
                        .as("a new ban of " + address)
                        .isTrue());
    }

    public void unbanned(String place, String address) {
        Site.of(place).forEach(site -> bans(site).remove(address));
    }

    private Set<String> bans(Site site) {
        return bans.getOrDefault(site, new TreeSet<>());
    }

    /** Whom the guards of a place must shut out. */
    public List<String> bans(String place) {
        return guarded(place).stream()
                .flatMap(site -> bans(site).stream())
                .distinct()
                .toList();
    }

    /** The rules of others in the table of a place. */
    public OthersTable others(String place, int family) {
        return others.computeIfAbsent(new TableKey(place, family), key -> new OthersTable(family));
    }

    /** A place has started anew; all VEs with the host. */
    public void restarted(String place) {
        others.forEach((key, table) -> {
            if (place.isEmpty() || key.place().equals(place)) {
                table.clear();
            }
        });
    }

    private Stream<String> jumps(Site site, int family) {
        String address = site.edge() ? addresses.of(site.ctid(), family) : "";
        return settings(site.ctid()).jumps(site, family, address).stream();
    }

    private List<String> jumps(String table, int family, String builtIn) {
        return inTable(table).stream()
                .filter(site -> site.builtIn().equals(builtIn))
                .flatMap(site -> jumps(site, family))
                .toList();
    }

    /** How many rules of guards stand at the head of each built-in chain. */
    public Map<String, Integer> jumps(String table, int family) {
        return Map.of(
                "INPUT", jumps(table, family, "INPUT").size(),
                "FORWARD", jumps(table, family, "FORWARD").size());
    }

    /** Something that spoils one of the guards in a table; there must be one. */
    public OthersTable.Call spoil(Random random, String table, int family) {
        List<Site> sites = inTable(table);
        Site site = sites.get(random.nextInt(sites.size()));
        int length = settings(site.ctid()).chain(site, family, failsafe).size();
        return others(table, family).spoil(random, site, length);
    }

    /** A table with guards: this one, or else another. Every VE has a guard, in it or at its edge. */
    public String withGuards(String table) {
        return Stream.concat(Stream.of(table), Site.PLACES.stream())
                .filter(each -> !inTable(each).isEmpty())
                .findFirst()
                .orElseThrow();
    }

    public boolean isGuarded(String place) {
        return !guarded(place).isEmpty();
    }

    /** A place that is guarded: this one, or else a VE. */
    public String guardedOr(String place) {
        return isGuarded(place) ? place : "101";
    }

    /**
     * The guards stand first with their own rules, once, and all rules of others are there, in order.
     *
     * @param printed by {@code iptables -S} or {@code ip6tables -S}
     */
    public void assertTable(String table, int family, String printed) {
        Map<String, List<String>> seen = chains(printed);
        Map<String, List<String>> expected = new TreeMap<>(others(table, family).chains());
        String where = "table of '" + table + "', IPv" + family + ":\n" + printed;
        for (String builtIn : List.of("INPUT", "FORWARD")) {
            List<String> all = Objects.requireNonNull(seen.remove(builtIn), where);
            List<String> jumps = jumps(table, family, builtIn);
            int first = Math.min(jumps.size(), all.size());
            assertThat(all.subList(0, first)).as(where).containsExactlyInAnyOrderElementsOf(jumps);
            assertThat(all.subList(first, all.size())).as(where).isEqualTo(expected.remove(builtIn));
        }
        for (Site site : inTable(table)) {
            GuardSettings wanted = settings(site.ctid());
            expected.put(site.chain(), wanted.chain(site, family, failsafe));
            List<String> ban = wanted.banChain(site, family);
            if (!ban.isEmpty()) {
                expected.put(site.banChain(), ban);
            }
        }
        assertThat(seen).as(where).isEqualTo(expected);
    }

    private static Map<String, List<String>> chains(String printed) {
        Map<String, List<String>> chains = new TreeMap<>();
        for (String line : printed.lines().toList()) {
            String[] words = line.split(" ", 3);
            // An agent that looks at this very moment tries a match in a chain of this name.
            boolean tried = line.contains("VZG-TRY");
            if (words[0].equals("-A") && !tried) {
                chains.computeIfAbsent(words[1], none -> new ArrayList<>())
                        .add(words[2].replace(" --mask 255.255.255.255", "").replace(" --rsource", ""));
            } else if (!tried && !words[1].equals("OUTPUT")) {
                chains.computeIfAbsent(words[1], none -> new ArrayList<>());
            }
        }
        return chains;
    }

    /** Files below {@code /proc/net/xt_recent} in which operators' bans stand, with the addresses that must be in them. */
    public Map<String, Set<String>> denyLists(String table) {
        Map<String, Set<String>> lists = new TreeMap<>();
        for (Site site : inTable(table)) {
            lists.put(settings(site.ctid()).denyList(site, 4), new TreeSet<>(bans(site)));
            lists.put(settings(site.ctid()).denyList(site, 6), Set.of());
        }
        return lists;
    }
}
