package vzguard.agent.guard;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vzguard.agent.model.Digests;
import vzguard.agent.model.Place;
import vzguard.values.Ctid;

/**
 * Names by which the guard of a place stands in a filter table. At the edge each VE has chains and lists of its own: with a
 * list in common, somebody who visits three VEs in a minute would be shut out of the third (measured).
 *
 * @param guard the own chain
 * @param ban the own chain in which bans of fixed length begin
 * @param builtIn the chain that jumps to the own one
 * @param prefix of the names of its lists; what a policy can name begins with none
 */
public record Chains(String guard, String ban, String builtIn, String prefix) {
    /** Of the host itself, and in VEs. */
    public static final Chains INPUT = new Chains(GuardRules.CHAIN, GuardRules.BAN_CHAIN, GuardRules.BUILT_IN, "");

    private static final String FORWARD = "FORWARD";
    private static final String EDGE = "VZG-E";
    /** A number of a VE as it is; anything longer would not fit into 28 characters. */
    private static final Pattern SHORT = Pattern.compile("\\d{1,10}");

    private static final Pattern EDGE_CHAIN = Pattern.compile(EDGE + "([1-9]\\d{0,9})");
    private static final int HASH = 8;

    public static Chains of(Place place) {
        return place.edge() ? atEdge(place.ctid().orElseThrow()) : INPUT;
    }

    private static Chains atEdge(Ctid ctid) {
        String id = SHORT.matcher(ctid.text()).matches()
                ? ctid.text()
                : "x" + Digests.sha256(ctid.text()).substring(0, HASH);
        return new Chains(EDGE + id, EDGE + id + "-BAN", FORWARD, "ve" + id + ".");
    }

    /** Whether a chain is one of vzguard, of whatever place. */
    static boolean isOwn(String chain) {
        return chain.equals(GuardRules.CHAIN) || chain.equals(GuardRules.BAN_CHAIN) || chain.startsWith(EDGE);
    }

    /** Whether a rule sends to an own chain, of whatever place, from where it belongs. */
    static boolean isOwnJump(SavedFilter.Rule rule) {
        return (rule.chain().equals(GuardRules.BUILT_IN) && rule.jumpsTo(GuardRules.CHAIN))
                || (rule.chain().equals(FORWARD) && rule.target().startsWith(EDGE));
    }

    /** The VEs that have a guard at the edge in this table; those that are known by a digest cannot be told from it. */
    public static List<Ctid> edges(SavedFilter filter) {
        return filter.chains().stream()
                .map(EDGE_CHAIN::matcher)
                .filter(Matcher::matches)
                .map(chain -> chain.group(1))
                .filter(Ctid::isValid)
                .map(Ctid::new)
                .toList();
    }
}
