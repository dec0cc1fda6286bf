package vzguard.agent.observe;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import vzguard.agent.boot.BootLayout;
import vzguard.agent.boot.BootSeen;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.guard.Backends;
import vzguard.agent.guard.Chains;
import vzguard.agent.guard.StoredGuard;
import vzguard.agent.model.Edges;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.Place;
import vzguard.agent.tools.Iptables;
import vzguard.values.Ctid;

/** The guards that stand in the host's own tables: its own, and those at the edges of VEs. One program per family for all. */
final class HostGuards {
    private final HostFiles files;
    private final Map<Family, Iptables.Saved> saved;
    private final Map<Family, String> others;
    private final BootSeen boot;
    private final Set<String> ownFiles;
    private final ListsSeen lists;

    private HostGuards(
            HostFiles files, Map<Family, Iptables.Saved> saved, Map<Family, String> others, ListsSeen lists) {
        this.files = files;
        this.saved = saved;
        this.others = others;
        // Before and after, as a job may be at them: what loads guards at boot must not seem to load none.
        Set<String> names = new TreeSet<>(files.list(BootLayout.OWN_DIRECTORY));
        this.boot = BootReader.onHost(files);
        names.addAll(files.list(BootLayout.OWN_DIRECTORY));
        this.ownFiles = Set.copyOf(names);
        this.lists = lists;
    }

    /** Looks, and takes away scratch chains that killed agents left behind. */
    static HostGuards look(CommandRunner runner, HostFiles files, Instant now) {
        // Before the rules: of a guard that stood after that, nobody flushed them before.
        ListsSeen lists = ListsSeen.onHost(files, now);
        Iptables iptables = new Iptables(runner);
        Map<Family, Iptables.Saved> saved = new EnumMap<>(Family.class);
        Map<Family, String> others = new EnumMap<>(Family.class);
        for (Family family : Family.values()) {
            saved.put(family, iptables.save(Place.HOST, family));
            others.put(family, iptables.otherBackend(family, files.read(Backends.legacyTables(family))));
        }
        java.util.Objects.requireNonNull(saved.get(Family.V4))
                .filter()
                .ifPresent(filter -> iptables.removeLeftovers(Place.HOST, filter, now));
        return new HostGuards(files, saved, others, lists);
    }

    /** One guard per family. */
    List<GuardSeen> of(Place site) {
        return Stream.of(Family.values()).map(family -> guard(site, family)).toList();
    }

    /**
     * @param looked VEs whose edges are wanted
     * @param listed all VEs of the host; empty when they are not known, or when there is none
     */
    Edges edges(Set<Ctid> looked, Set<Ctid> listed) {
        SortedSet<Ctid> kept = new TreeSet<>();
        ownFiles.forEach(name -> BootLayout.edgeOf(name).ifPresent(kept::add));
        saved.values().forEach(each -> each.filter().ifPresent(filter -> kept.addAll(Chains.edges(filter))));
        SortedMap<Ctid, List<GuardSeen>> guards = new TreeMap<>();
        looked.forEach(ctid -> guards.put(ctid, of(Place.edge(ctid))));
        kept.stream()
                .filter(ctid -> !listed.contains(ctid))
                .forEach(ctid -> guards.computeIfAbsent(ctid, gone -> of(Place.edge(gone))));
        return new Edges(guards, kept);
    }

    private GuardSeen guard(Place site, Family family) {
        String path = site.rulesFile(family);
        boolean there = ownFiles.contains(path.substring(path.lastIndexOf('/') + 1));
        GuardSeen.Stored stored = StoredGuard.read(site, there ? files.read(path) : Optional.empty(), boot);
        Iptables.Saved table = java.util.Objects.requireNonNull(saved.get(family));
        GuardSeen seen = table.filter()
                .map(filter -> InsideReader.guard(site, family, filter, stored, lists))
                .orElseGet(() -> InsideReader.unreadable(
                        site.placement(), family, family.program() + "-save: " + table.problem(), stored));
        return seen.withElsewhere(
                Backends.elsewhere(site, family, java.util.Objects.requireNonNull(others.get(family))));
    }
}
