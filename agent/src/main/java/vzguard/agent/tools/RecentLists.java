package vzguard.agent.tools;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.model.Place;

/** Lists of the match recent, in {@code /proc/net}: each place has its own. */
public final class RecentLists {
    /**
     * Takes addresses out of lists; arguments are pairs of both. One write per address, as the kernel reads no second line,
     * but one program for all of them. Read by the VE's shell.
     */
    public static final String FORGET =
            "while [ $# -gt 1 ]; do { echo \"-$2\" >\"/proc/net/xt_recent/$1\"; } 2>/dev/null; shift; shift; done";

    /**
     * Writes into lists, and prints lists. Arguments are pairs of a list and what is written there, {@code --}, and the lists
     * to print. Read by the VE's shell.
     */
    public static final String CHANGE_AND_SHOW =
            "while [ \"$1\" != -- ]; do { echo \"$2\" >\"/proc/net/xt_recent/$1\"; } 2>/dev/null; shift; shift; done; shift;"
                    + " for list; do echo \"@list $list\"; cat \"/proc/net/xt_recent/$list\" 2>/dev/null; done; exit 0";

    private static final String LIST = "@list ";

    private final PlacePrograms programs;

    public RecentLists(CommandRunner runner) {
        this.programs = new PlacePrograms(runner);
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
        if (place.inside().isEmpty()) {
            writes.forEach(
                    one -> programs.run(place, one.address() + "\n", "tee", "/proc/net/xt_recent/" + one.list()));
            Map<String, List<String>> lines = new LinkedHashMap<>();
            CommandResult result = CommandResult.of(0, "", "");
            for (String list : show) {
                CommandResult cat = programs.run(place, "", "cat", "/proc/net/xt_recent/" + list);
                lines.put(list, cat.succeeded() ? cat.out().lines().toList() : List.of());
                result = cat.timedOut() || cat.truncated() ? cat : result;
            }
            return new Shown(lines, result);
        }
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
        if (place.inside().isEmpty()) {
            // No shell on the host: there a program costs next to nothing.
            entries.forEach(
                    one -> programs.run(place, "-" + one.address() + "\n", "tee", "/proc/net/xt_recent/" + one.list()));
            return;
        }
        List<String> argv = new ArrayList<>(List.of("sh", "-c", FORGET, "sh"));
        entries.forEach(one -> argv.addAll(List.of(one.list(), one.address())));
        programs.run(place, "", argv.toArray(new String[0]));
    }
}
