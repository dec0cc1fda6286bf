package vzguard.agent.model;

import java.util.Optional;
import vzguard.policy.SshGuard.Placement;

/**
 * The own rules of one place and family, as seen.
 *
 * @param rules what is there now; empty when it could not be read
 * @param problem why not, one sentence; empty when it could be read
 * @param stored what is kept for the next start
 * @param listed addresses now in the guard's lists
 */
public record GuardSeen(
        Placement placement, Family family, Optional<OwnRules> rules, String problem, Stored stored, int listed) {

    /**
     * Own files, from which the guard comes back.
     *
     * @param rules what a start would bring; empty when nothing is stored, or when nothing would load it
     * @param filePresent the own rules file of this family is there
     * @param hookPresent the own hook, which serves both families, is there
     * @param possible there is a place from which boot hooks are run ({@code /etc/network/if-pre-up.d})
     */
    public record Stored(Optional<OwnRules> rules, boolean filePresent, boolean hookPresent, boolean possible) {
        /** Nothing is stored, and something can be. */
        public static final Stored NOTHING = new Stored(Optional.empty(), false, false, true);
    }

    /** A place without a guard. */
    public static GuardSeen absent(Placement placement, Family family) {
        return new GuardSeen(placement, family, Optional.of(OwnRules.NONE), "", Stored.NOTHING, 0);
    }

    public static GuardSeen unreadable(Placement placement, Family family, String problem) {
        return new GuardSeen(placement, family, Optional.empty(), problem, Stored.NOTHING, 0);
    }

    /** Own chain or own jump is there. */
    public boolean present() {
        return rules.isPresent() && !rules.get().equals(OwnRules.NONE);
    }

    /** The same place with other rules. */
    public GuardSeen withRules(OwnRules other) {
        return new GuardSeen(placement, family, Optional.of(other), "", stored, listed);
    }

    public GuardSeen withStored(Stored other) {
        return new GuardSeen(placement, family, rules, problem, other, listed);
    }

    /** Everything but counters, as text for digests. */
    String identity() {
        return placement + " " + family + " " + rules + problem + stored;
    }
}
