package vzguard.agent.prove;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import vzguard.agent.model.Family;
import vzguard.agent.model.Place;
import vzguard.agent.model.VeSnapshot;
import vzguard.agent.model.VeState;
import vzguard.values.Cidr;

/**
 * A place whose guard is to be proven.
 *
 * @param place the site of the guard; of two guards of a VE the inner one
 * @param others further sites of the same target with a guard: a connection passes them too
 * @param obstacle why nothing can be tried there; empty when it can
 * @param addresses one address per family to connect to
 * @param listening TCP ports on which something listens; empty: not known
 * @param noIpv6 why no guard there can count IPv6, so that there is none to prove; empty when one can
 */
public record ProofTarget(
        Place place,
        List<Place> others,
        ProofSettings settings,
        Optional<String> obstacle,
        Map<Family, String> addresses,
        Set<Integer> listening,
        Optional<String> noIpv6) {
    public ProofTarget {
        others = List.copyOf(others);
        addresses = Map.copyOf(addresses);
        listening = Set.copyOf(listening);
    }

    /**
     * A VE, as observed. Where the VE has no IPv6 at all there is nothing to guard, and nothing to prove; nor at its edge where
     * the host knows no IPv6 address of it.
     *
     * @param sites where its guards are; at least one
     */
    public static ProofTarget of(VeSnapshot ve, ProofSettings settings, List<Place> sites) {
        boolean edgeAlone = sites.stream().allMatch(Place::edge);
        boolean noIpv6 = edgeAlone
                ? ve.addresses(Family.V6).isEmpty()
                : ve.reachable() && !ve.inside().ipv6();
        Optional<String> obstacle = ve.state() == VeState.RUNNING
                ? Optional.empty()
                : Optional.of("VE " + ve.ctid() + " is not running ("
                        + ve.state().name().toLowerCase(java.util.Locale.ROOT) + ")");
        return new ProofTarget(
                sites.get(0),
                sites.subList(1, sites.size()),
                noIpv6 ? settings.withoutIpv6() : settings,
                obstacle,
                byFamily(ve.addresses()),
                ve.inside().listening(),
                Optional.empty());
    }

    /** The host, at its own addresses. */
    public static ProofTarget ofHost(List<String> addresses, ProofSettings settings) {
        return new ProofTarget(
                Place.HOST, List.of(), settings, Optional.empty(), byFamily(addresses), Set.of(), Optional.empty());
    }

    /** This one, where no guard can count IPv6: that it is open there is said, and is no failure of the guard. */
    public ProofTarget withoutIpv6(Optional<String> why) {
        return new ProofTarget(place, others, settings, obstacle, addresses, listening, why);
    }

    List<Family> families() {
        return settings.ipv6() ? List.of(Family.V4, Family.V6) : List.of(Family.V4);
    }

    Optional<String> obstacle(Family family) {
        if (obstacle.isPresent()) {
            return obstacle;
        }
        if (family == Family.V6 && noIpv6.isPresent()) {
            return noIpv6;
        }
        if (addresses.containsKey(family)) {
            return Optional.empty();
        }
        return Optional.of(place.describe() + " has no IPv" + family.number() + " address to connect to");
    }

    ProofPlan plan(Family family, Sources sources) {
        List<Integer> heard =
                settings.ports().stream().filter(listening::contains).toList();
        // Where nothing is known to listen, the first connection says so.
        List<Integer> ports = heard.isEmpty() ? settings.ports().subList(0, 1) : heard;
        String to = java.util.Objects.requireNonNull(addresses.get(family));
        return ProofPlan.of(place, others, family, settings, to, ports, sources);
    }

    /** The first address of each family; what is no address (a config may hold anything) is passed over. */
    private static Map<Family, String> byFamily(List<String> addresses) {
        Map<Family, String> found = new java.util.EnumMap<>(Family.class);
        for (String text : addresses) {
            int slash = text.indexOf('/');
            try {
                Cidr address = Cidr.parse(slash < 0 ? text : text.substring(0, slash));
                found.putIfAbsent(address.family() == 4 ? Family.V4 : Family.V6, address.toString());
            } catch (IllegalArgumentException e) {
                continue;
            }
        }
        return found;
    }
}
