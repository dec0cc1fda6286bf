package vzguard.agent.tools;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.guard.SavedFilter;
import vzguard.agent.guard.ScratchChain;
import vzguard.agent.model.Family;
import vzguard.agent.model.Place;

/** iptables and ip6tables, on the host or in a VE: read the filter table, change the own chain in one commit. */
public final class Iptables {
    /** Restores standard input and prints the table as it is then. Constant: the program's name is an argument. */
    private static final String RESTORE_AND_SAVE =
            "\"$1-restore\" --noflush; code=$?; \"$1-save\" -t filter </dev/null; exit $code";

    private final PlacePrograms programs;

    public Iptables(CommandRunner runner) {
        this.programs = new PlacePrograms(runner);
    }

    /**
     * The filter table.
     *
     * @param filter empty when it could not be read
     * @param result how the program ended
     */
    public record Saved(Optional<SavedFilter> filter, CommandResult result) {}

    /**
     * A commit.
     *
     * @param result how the restoring program ended
     * @param after the table as it is now
     */
    public record Changed(CommandResult result, Saved after) {}

    /** Whether a failure only means that another iptables was at work (since 1.4.20; some versions do not wait). */
    public static boolean saysLocked(String words) {
        return words.contains("xtables lock");
    }

    /** "iptables v1.8.9 (legacy)"; empty when there is none. */
    public String version(Place place, Family family) {
        CommandResult result = programs.run(place, "", family.program(), "--version");
        return result.succeeded() ? result.out().strip() : "";
    }

    public Saved save(Place place, Family family) {
        CommandResult result = programs.run(place, "", family.program() + "-save", "-t", "filter");
        boolean whole = result.succeeded() && !result.truncated();
        return new Saved(whole ? Optional.of(SavedFilter.parse(result.out())) : Optional.empty(), result);
    }

    /** One commit; a failing line leaves the table as it was. Chains that the text does not name stay. */
    public CommandResult restore(Place place, Family family, String text) {
        return programs.run(place, text, family.program() + "-restore", "--noflush");
    }

    /** As {@link #restore}, and reads the table again; in a VE one exec does both, which is most of their cost. */
    public Changed change(Place place, Family family, String text) {
        if (place.ctid().isEmpty()) {
            CommandResult restored = restore(place, family, text);
            return new Changed(restored, save(place, family));
        }
        CommandResult both = programs.run(place, text, "sh", "-c", RESTORE_AND_SAVE, "sh", family.program());
        String printed = both.out();
        boolean whole =
                !both.timedOut() && !both.truncated() && printed.lines().anyMatch(line -> line.equals("COMMIT"));
        CommandResult restored = both.withoutOut();
        return new Changed(
                restored, whole ? new Saved(Optional.of(SavedFilter.parse(printed)), restored) : save(place, family));
    }

    /** Removes what agents that were killed left of their experiments; these are made in IPv4 only. */
    public void removeLeftovers(Place place, SavedFilter filter, Instant now) {
        List<String> leftovers = ScratchChain.leftovers(filter, now);
        if (!leftovers.isEmpty()) {
            restore(place, Family.V4, ScratchChain.removalText(leftovers));
        }
    }
}
