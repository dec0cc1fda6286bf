package vzguard.lab.simulated;

import java.util.Collection;
import vzguard.lab.simulated.netfilter.RuleCount;

/** The text of a host's {@code /proc/user_beancounters}, as far as the simulation counts: rules. */
final class Beancounters {
    private static final String HEADER = "Version: 2.5\n"
            + "       uid  resource                     held              maxheld              barrier                limit"
            + "              failcnt\n";

    private Beancounters() {}

    static String text(Collection<SimulatedVe> ves) {
        StringBuilder text = new StringBuilder(HEADER);
        ves.forEach(ve -> {
            RuleCount.Row row = ve.netfilter().ruleCount();
            text.append(row(ve.ctid() + ":", "kmemsize", 1_301_153, 3_963_508, Long.MAX_VALUE, 0));
            text.append(row("", "numiptent", row.held(), row.greatest(), row.limit(), row.refused()));
        });
        return text.toString();
    }

    private static String row(String owner, String resource, long held, long greatest, long limit, long refused) {
        return String.format(
                "%11s  %-12s %20d %20d %20d %20d %20d\n", owner, resource, held, greatest, limit, limit, refused);
    }
}
