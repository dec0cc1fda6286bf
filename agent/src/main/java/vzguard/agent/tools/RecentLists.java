package vzguard.agent.tools;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.model.Place;

/**
 * Lists of the match recent, in {@code /proc/net}: each place has its own. The host's, and a VE's where the kernel tells which
 * process is its init, are read and written without any program; else a VE's own shell does it. Thread safe.
 */
public final class RecentLists {
    private static final String NOW = "/proc/net/xt_recent";
    private static final String BEFORE = "/proc/net/ipt_recent";

    /** The match recent was ipt_recent before 2.6.28. */
    private static final String FOLDER = "recent=" + NOW + "; [ -d \"$recent\" ] || recent=" + BEFORE + "; ";

    /**
     * Takes addresses out of lists; arguments are pairs of both. One write per address, as the kernel reads no second line,
     * but one program for all of them. Read by the VE's shell.
     */
    public static final String FORGET =
            FOLDER + "while [ $# -gt 1 ]; do { echo \"-$2\" >\"$recent/$1\"; } 2>/dev/null; shift; shift; done";

    /**
     * Writes into lists, and prints lists. Arguments are pairs of a list and what is written there, {@code --}, and the lists
     * to print. Read by the VE's shell.
     */
    public static final String CHANGE_AND_SHOW = FOLDER
            + "while [ \"$1\" != -- ]; do { echo \"$2\" >\"$recent/$1\"; } 2>/dev/null; shift; shift; done; shift;"
            + " for list; do echo \"@list $list\"; cat \"$recent/$list\" 2>/dev/null; done; exit 0";

    private static final String LIST = "@list ";

    private final PlacePrograms programs;
    private final HostFiles files;
    private final VeProcesses processes;

    public RecentLists(CommandRunner runner, HostFiles files) {
        this.programs = new PlacePrograms(runner);
        this.files = files;
        this.processes = new VeProcesses(files);
    }

    /**
     * Where a place's lists are seen from the host.
     *
     * @param init whose network they are of; empty for the host's own
     */
    private record Seen(String directory, Optional<VeProcesses.Init> init) {}

    private Optional<Seen> seen(Place place) {
        return place.inside()
                .map(ctid -> processes
                        .of(ctid)
                        .map(init -> new Seen(folder(files, init.directory()) + "/", Optional.of(init))))
                .orElseGet(() -> Optional.of(new Seen(folder(files, "/proc") + "/", Optional.empty())));
    }

    /** One write and one open for each, as the kernel reads one command from each; false when it was no longer that VE's. */
    private boolean write(Seen lists, List<Entry> writes) {
        for (Entry one : writes) {
            // A list that is not there takes nothing, which the one who looks afterwards sees.
            files.tell(lists.directory() + one.list(), one.address() + "\n", () -> isStill(lists));
        }
        return isStill(lists);
    }

    private boolean isStill(Seen lists) {
        return lists.init().map(processes::isStill).orElse(true);
    }

    /** @param address as it stands in the list */
    public record Entry(String list, String address) {}

    /**
     * What stands in lists after a change.
     *
     * @param lines of each list that was asked for; none where there is no such list
     * @param result how the program that looked ended
     */
    public record Shown(Map<String, List<String>> lines, CommandResult result) {}

    /**
     * Writes into lists, then shows lists.
     *
     * @param writes an address with + or - before it, as the kernel takes it, for each list
     */
    public Shown change(Place place, List<Entry> writes, List<String> show) {
        return seen(place)
                .filter(lists -> write(lists, writes))
                .flatMap(lists -> read(lists, show))
                .orElseGet(() -> changeInside(place, writes, show));
    }

    private Optional<Shown> read(Seen lists, List<String> show) {
        Map<String, List<String>> lines = new LinkedHashMap<>();
        for (String list : show) {
            lines.put(
                    list,
                    files.read(lists.directory() + list).stream()
                            .flatMap(String::lines)
                            .toList());
        }
        return isStill(lists) ? Optional.of(new Shown(lines, CommandResult.of(0, "", ""))) : Optional.empty();
    }

    private Shown changeInside(Place place, List<Entry> writes, List<String> show) {
        List<String> argv = new ArrayList<>(List.of("sh", "-c", CHANGE_AND_SHOW, "sh"));
        writes.forEach(one -> argv.addAll(List.of(one.list(), one.address())));
        argv.add("--");
        argv.addAll(show);
        CommandResult result = programs.run(place, "", argv.toArray(new String[0]));
        Map<String, List<String>> lines = new LinkedHashMap<>();
        String list = "";
        for (String line : result.out().lines().toList()) {
            if (line.startsWith(LIST) && show.contains(line.substring(LIST.length()))) {
                list = line.substring(LIST.length());
                lines.put(list, new ArrayList<>());
            } else if (lines.containsKey(list)) {
                lines.get(list).add(line);
            }
        }
        return new Shown(lines, result);
    }

    /**
     * Takes entries out. A list that is not there holds nothing, so a failure means that nothing is left to remove, or that
     * the place is gone.
     */
    public void forget(Place place, List<Entry> entries) {
        List<Entry> removals = entries.stream()
                .map(one -> new Entry(one.list(), "-" + one.address()))
                .toList();
        if (seen(place).filter(lists -> write(lists, removals)).isPresent()) {
            return;
        }
        List<String> argv = new ArrayList<>(List.of("sh", "-c", FORGET, "sh"));
        entries.forEach(one -> argv.addAll(List.of(one.list(), one.address())));
        programs.run(place, "", argv.toArray(new String[0]));
    }

    /** Where the lists of a place are that are files below this. */
    public static String folder(HostFiles files, String proc) {
        String now = proc + "/net/xt_recent";
        String before = proc + "/net/ipt_recent";
        return !files.exists(now) && files.exists(before) ? before : now;
    }
}
