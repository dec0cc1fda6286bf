package vzguard.agent.tools;

import java.util.ArrayList;
import java.util.List;
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

    private final PlacePrograms programs;

    public RecentLists(CommandRunner runner) {
        this.programs = new PlacePrograms(runner);
    }

    /** @param address as it stands in the list */
    public record Entry(String list, String address) {}

    /**
     * Takes entries out. A list that is not there holds nothing, so a failure means that nothing is left to remove, or that
     * the place is gone.
     */
    public void forget(Place place, List<Entry> entries) {
        if (place.ctid().isEmpty()) {
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
