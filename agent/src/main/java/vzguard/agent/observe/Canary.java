package vzguard.agent.observe;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.OwnRules;
import vzguard.agent.tools.RecentLists;
import vzguard.agent.tools.VeProcesses;
import vzguard.values.Ctid;

/**
 * Tells between two sweeps that a guard was flushed, without any process: a list of the match recent is a file below /proc
 * only as long as a rule names it (xt_recent.c), and some of a guard's lists are named by its own chain alone. Where the
 * kernel shows the host what runs in a VE, the lists of VEs are watched too. Safe for several threads.
 */
public final class Canary {
    private static final Pattern NAME = Pattern.compile("--name (\\S+)");

    private final HostFiles files;
    private final VeProcesses processes;
    private volatile Map<String, Watched> watched = Map.of();

    public Canary(HostFiles files) {
        this.files = files;
        this.processes = new VeProcesses(files);
    }

    /**
     * Lists of one place.
     *
     * @param directory where they are
     * @param init of the VE, which must still be what runs there; empty for the host
     */
    private record Watched(String directory, Optional<VeProcesses.Init> init, Set<String> lists) {}

    /** Watches the lists of those guards that are there, as this sweep saw them; nothing else from now on. */
    public void watch(HostSnapshot seen) {
        Map<Ctid, List<GuardSeen>> inVes = new TreeMap<>();
        seen.ves().forEach((ctid, ve) -> inVes.put(ctid, ve.inside().guards()));
        Stream<GuardSeen> edges = seen.ves().keySet().stream().flatMap(ctid -> seen.edges().of(ctid).stream());
        watch(Stream.concat(seen.guards().stream(), edges).toList(), inVes);
    }

    void watch(List<GuardSeen> onHost, Map<Ctid, List<GuardSeen>> inVes) {
        Map<String, Watched> watching = new TreeMap<>();
        watching.put("the host", watched(RecentLists.folder(files, "/proc"), Optional.empty(), onHost));
        processes
                .of(inVes.keySet())
                .forEach((ctid, init) -> watching.put(
                        "VE " + ctid,
                        watched(
                                RecentLists.folder(files, init.directory()),
                                Optional.of(init),
                                inVes.getOrDefault(ctid, List.of()))));
        watched = Map.copyOf(watching);
    }

    private Watched watched(String directory, Optional<VeProcesses.Init> init, List<GuardSeen> guards) {
        Set<String> lists = new TreeSet<>();
        guards.forEach(guard -> lists.addAll(lists(guard)));
        // A guard that went since it was seen is not waited for.
        lists.retainAll(files.list(directory));
        return new Watched(directory, init, lists);
    }

    /**
     * A place in which a list is gone that was there; it is named once, until the next sweep. A VE that stopped is none.
     */
    public Optional<String> dead() {
        for (Map.Entry<String, Watched> each : watched.entrySet()) {
            Watched place = each.getValue();
            boolean gone = !place.lists().isEmpty()
                    && !Set.copyOf(files.list(place.directory())).containsAll(place.lists())
                    && place.init().map(processes::isStill).orElse(true);
            if (gone) {
                watched = Map.of();
                return Optional.of(each.getKey());
            }
        }
        return Optional.empty();
    }

    private static Set<String> lists(GuardSeen guard) {
        Set<String> names = new TreeSet<>();
        OwnRules rules = guard.rules().orElse(OwnRules.NONE);
        Stream.concat(rules.chain().stream(), rules.ban().stream().flatMap(ban -> ban.stream()))
                .flatMap(rule -> NAME.matcher(rule).results())
                .map((MatchResult name) -> name.group(1))
                .forEach(names::add);
        return names;
    }
}
