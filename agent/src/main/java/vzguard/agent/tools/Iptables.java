package vzguard.agent.tools;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Logger;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.guard.Backends;
import vzguard.agent.guard.SavedFilter;
import vzguard.agent.guard.ScratchChain;
import vzguard.agent.model.Family;
import vzguard.agent.model.Place;

/** iptables and ip6tables, on the host or in a VE: read the filter table, change the own chain in one commit. */
public final class Iptables {
    /** Restores standard input and prints the table as it is then. Constant: the program's name is an argument. */
    private static final String RESTORE_AND_SAVE =
            "\"$1-restore\" --noflush --counters; code=$?; \"$1-save\" -t filter </dev/null; exit $code";

    /** Deletes rules of INPUT, each an argument of several words. Constant, and no word of a rule is looked up in a folder. */
    private static final String DELETE =
            "set -f; program=$1; shift; for rule; do while \"$program\" -D INPUT $rule 2>/dev/null; do :; done; done";

    private static final Logger LOG = Logger.getLogger(Iptables.class.getName());

    private final PlacePrograms programs;

    public Iptables(CommandRunner runner) {
        this.programs = new PlacePrograms(runner);
    }

    /**
     * The filter table.
     *
     * @param filter empty when it could not be read, or is not shown as it is
     * @param problem why it is empty, one sentence
     */
    public record Saved(Optional<SavedFilter> filter, String problem) {
        private static Saved of(String printed) {
            SavedFilter filter = SavedFilter.parse(printed);
            return filter.distortion()
                    .map(distortion -> new Saved(Optional.empty(), distortion))
                    .orElseGet(() -> new Saved(Optional.of(filter), ""));
        }
    }

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

    /**
     * The host's filter table of the backend that its iptables is not of, under a line that names it; empty when there is none.
     *
     * @param legacyTables those that exist in the kernel, from /proc: asking the program for another would make it
     */
    public String otherBackend(Family family, Optional<String> legacyTables) {
        Optional<String> other = Backends.other(version(Place.HOST, family))
                .filter(backend -> Backends.mayHaveRules(backend, legacyTables));
        if (other.isEmpty()) {
            return "";
        }
        CommandResult result =
                programs.run(Place.HOST, "", family.program() + "-" + other.get() + "-save", "-t", "filter");
        return result.succeeded() && !result.truncated() ? Backends.MARK + other.get() + "\n" + result.out() : "";
    }

    /**
     * Why a table was not read. The iptables-save of nft begins anew, with no end, as long as rules change while it reads (nft-cache.c,
     * __nft_build_cache): with thousands of rules and a program that changes them all the time its time passes.
     */
    private static String unread(CommandResult result) {
        if (result.timedOut()) {
            return "it was not ended within " + Command.DEFAULT_DEADLINE.toSeconds()
                    + " s: the iptables-save of nft begins anew whenever another program changes the rules while it reads,"
                    + " and that of legacy waits for its lock";
        }
        return result.succeeded() ? "it printed more than can be kept" : result.explain();
    }

    public Saved save(Place place, Family family) {
        CommandResult result = programs.run(place, "", family.program() + "-save", "-t", "filter");
        return result.succeeded() && !result.truncated()
                ? Saved.of(result.out())
                : new Saved(Optional.empty(), unread(result));
    }

    /** As {@link #save}, with how often each rule matched. */
    public Saved saveCounted(Place place, Family family) {
        CommandResult result = programs.run(place, "", family.program() + "-save", "-c", "-t", "filter");
        return result.succeeded() && !result.truncated()
                ? Saved.of(result.out())
                : new Saved(Optional.empty(), unread(result));
    }

    /** One commit; a failing line leaves the table as it was. Chains that the text does not name stay. */
    public CommandResult restore(Place place, Family family, String text) {
        return programs.run(place, text, family.program() + "-restore", "--noflush");
    }

    /**
     * As {@link #restore}, with the counters that the text gives, and reads the table again; in a VE one exec does both, which is
     * most of their cost.
     */
    public Changed change(Place place, Family family, String text) {
        if (place.inside().isEmpty()) {
            CommandResult restored =
                    programs.run(place, text, family.program() + "-restore", "--noflush", "--counters");
            return new Changed(restored, save(place, family));
        }
        CommandResult both = programs.run(place, text, "sh", "-c", RESTORE_AND_SAVE, "sh", family.program());
        String printed = both.out();
        boolean whole =
                !both.timedOut() && !both.truncated() && printed.lines().anyMatch(line -> line.equals("COMMIT"));
        CommandResult restored = both.withoutOut();
        return new Changed(restored, whole ? Saved.of(printed) : save(place, family));
    }

    /** Deletes rules from INPUT, each as often as it is found; those that are not found are passed over. */
    public void delete(Place place, Family family, List<String> rules) {
        if (place.inside().isPresent()) {
            List<String> argv = new ArrayList<>(List.of("sh", "-c", DELETE, "sh", family.program()));
            argv.addAll(rules);
            programs.run(place, "", argv.toArray(new String[0]));
            return;
        }
        for (String rule : rules) {
            List<String> argv = new ArrayList<>(List.of(family.program(), "-D", "INPUT"));
            argv.addAll(List.of(rule.split(" +")));
            while (programs.run(place, "", argv.toArray(new String[0])).succeeded()) {
                LOG.fine("one of several copies");
            }
        }
    }

    /** Removes what agents that were killed left of their experiments; these are made in IPv4 only. */
    public void removeLeftovers(Place place, SavedFilter filter, Instant now) {
        List<String> leftovers = ScratchChain.leftovers(filter, now);
        if (!leftovers.isEmpty()) {
            restore(place, Family.V4, ScratchChain.removalText(leftovers));
        }
    }
}
