package vzguard.agent.model;

import java.util.Optional;
import vzguard.policy.SshGuard.Placement;

/**
 * The own rules of one place and family, as seen.
 *
 * @param rules what is there now; empty when it could not be read
 * @param problem why not, one sentence; empty when it could be read
 * @param stored what is stored for the next start; empty when nothing is, or when nothing would load it
 * @param storable there is a place from which boot hooks are run ({@code /etc/network/if-pre-up.d})
 * @param listed addresses now in the guard's lists
 */
public record GuardSeen(
        Placement placement,
        Family family,
        Optional<OwnRules> rules,
        String problem,
        Optional<OwnRules> stored,
        boolean storable,
        int listed) {

    /** A place without a guard. */
    public static GuardSeen absent(Placement placement, Family family) {
        return new GuardSeen(placement, family, Optional.of(OwnRules.NONE), "", Optional.empty(), true, 0);
    }

    public static GuardSeen unreadable(Placement placement, Family family, String problem) {
        return new GuardSeen(placement, family, Optional.empty(), problem, Optional.empty(), true, 0);
    }

    /** Own chain or own jump is there. */
    public boolean present() {
        return rules.isPresent() && !rules.get().equals(OwnRules.NONE);
    }
}
