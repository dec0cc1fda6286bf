package vzguard.agent.diagnose;

import java.util.List;
import java.util.Set;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;

/** Causes for which a guard cannot be there: that it is not there is then no cause of its own. */
final class Obstacles {
    private static final Set<CauseCode> CODES = Set.of(
            CauseCode.MODULE_NOT_LOADED,
            CauseCode.NO_MODULE_SUPPORT,
            CauseCode.MODULE_BLACKLISTED,
            CauseCode.AUTOLOAD_FORBIDDEN,
            CauseCode.NETFILTER_DISABLED,
            CauseCode.STARTED_TOO_EARLY,
            CauseCode.RULE_LIMIT,
            CauseCode.HITCOUNT_TOO_HIGH);

    /** Causes for which no table can be read. */
    private static final Set<CauseCode> WITHOUT_TABLE =
            Set.of(CauseCode.NETFILTER_DISABLED, CauseCode.STARTED_TOO_EARLY);

    private Obstacles() {}

    static boolean any(List<Cause> causes) {
        return causes.stream().map(Cause::code).anyMatch(CODES::contains);
    }

    static boolean hideTables(List<Cause> causes) {
        return causes.stream().map(Cause::code).anyMatch(WITHOUT_TABLE::contains);
    }
}
