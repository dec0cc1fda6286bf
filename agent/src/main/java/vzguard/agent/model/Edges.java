package vzguard.agent.model;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import vzguard.values.Ctid;

/**
 * The guards that a host has at the edges of VEs.
 *
 * @param guards one per family, of the VEs that were looked at, and of all {@code kept} ones that are gone
 * @param kept VEs, there or gone, for which the host has an own file or a chain
 */
public record Edges(SortedMap<Ctid, List<GuardSeen>> guards, SortedSet<Ctid> kept) {
    public static final Edges NONE = new Edges(Collections.emptySortedMap(), Collections.emptySortedSet());

    public Edges {
        guards = Collections.unmodifiableSortedMap(new TreeMap<>(guards));
        kept = Collections.unmodifiableSortedSet(new TreeSet<>(kept));
    }

    public List<GuardSeen> of(Ctid ctid) {
        return guards.getOrDefault(ctid, List.of());
    }
}
