package vzguard.agent.model;

import java.util.List;
import java.util.Optional;
import vzguard.agent.boot.BootLayout;
import vzguard.agent.boot.BootSeen;
import vzguard.policy.SshGuard.Placement;

/**
 * The own rules of one place and family, as seen.
 *
 * @param rules what is there now; empty when it could not be read
 * @param problem why not, one sentence; empty when it could be read
 * @param stored what is kept for the next start
 * @param listed addresses now in the guard's lists
 * @param timed bans that the guard made by itself and that are not over; empty: not known
 * @param before the first foreign rule that stands before its jump, with whose it is; empty: none
 * @param counting foreign rules that put addresses into lists of the match recent, each as "CHAIN RULE" in canonical form
 * @param elsewhere rules of the other backend (legacy or nft), which this iptables does not show and which act all the same:
 *     jumps to the own chain, the published rules, others that count; each as "PROGRAM -A CHAIN RULE"
 */
public record GuardSeen(
        Placement placement,
        Family family,
        Optional<OwnRules> rules,
        String problem,
        Stored stored,
        int listed,
        Optional<List<TimedBan>> timed,
        String before,
        List<String> counting,
        List<String> elsewhere) {
    public GuardSeen {
        timed = timed.map(List::copyOf);
        counting = List.copyOf(counting);
        elsewhere = List.copyOf(elsewhere);
    }

    /**
     * Own files, from which the guard comes back.
     *
     * @param rules what a start would bring; empty when nothing is stored, or when nothing would load it
     * @param filePresent the own rules file of this family is there
     * @param boot what loads it at boot, for both families
     * @param kept what the own file keeps besides the rules
     */
    public record Stored(Optional<OwnRules> rules, boolean filePresent, BootSeen boot, Kept kept) {
        /** Nothing is stored, and something can be. */
        public static final Stored NOTHING = nothing(BootLayout.DEBIAN);

        /** Nothing is stored in a place that boots like this. */
        public static Stored nothing(BootLayout layout) {
            return new Stored(Optional.empty(), false, BootSeen.bare(layout), Kept.NOTHING);
        }

        /** There is something from which own files are run at boot. */
        public boolean possible() {
            return boot.layout().possible();
        }
    }

    /** A place without a guard. */
    public static GuardSeen absent(Placement placement, Family family) {
        return new GuardSeen(
                placement,
                family,
                Optional.of(OwnRules.NONE),
                "",
                Stored.NOTHING,
                0,
                Optional.empty(),
                "",
                List.of(),
                List.of());
    }

    public static GuardSeen unreadable(Placement placement, Family family, String problem) {
        return new GuardSeen(
                placement,
                family,
                Optional.empty(),
                problem,
                Stored.NOTHING,
                0,
                Optional.empty(),
                "",
                List.of(),
                List.of());
    }

    /** Own chain or own jump is there. */
    public boolean present() {
        return rules.isPresent() && !rules.get().withoutCopies().equals(OwnRules.NONE);
    }

    /** Copies of the published rules that stand there. */
    public List<PublishedRule> copies() {
        return rules.map(OwnRules::copies).orElse(List.of());
    }

    /** The same place with other rules. */
    public GuardSeen withRules(OwnRules other) {
        return new GuardSeen(
                placement, family, Optional.of(other), "", stored, listed, timed, before, counting, elsewhere);
    }

    public GuardSeen withStored(Stored other) {
        return new GuardSeen(placement, family, rules, problem, other, listed, timed, before, counting, elsewhere);
    }

    /** The same place with rules in the other backend. */
    public GuardSeen withElsewhere(List<String> other) {
        return new GuardSeen(placement, family, rules, problem, stored, listed, timed, before, counting, other);
    }

    /** Everything but counters, as text for digests. */
    String identity() {
        return placement + " " + family + " " + rules + problem + stored + counting + elsewhere;
    }
}
