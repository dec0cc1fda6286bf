package vzguard.agent.diagnose;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Evidence;

/**
 * Rules that count connections and never see one: an earlier rule has ended every new connection to the SSH port (facts
 * 7.21). Only where that is certain. Pure.
 */
final class DeadRules {
    private static final String INPUT = "-A INPUT ";

    /** Nothing else may stand in a rule that takes every new connection to its ports. */
    private static final Pattern TAKES_ALL = Pattern.compile(
            "(?:-p (?:tcp|6) ?|-m tcp ?|-m multiport ?|--syn ?"
                    + "|--tcp-flags FIN,SYN,RST,ACK SYN ?|(?:--dport|--dports|--ports) (\\S+) ?"
                    + "|-m (?:state|conntrack) ?|--(?:state|ctstate) (\\S+) ?)*-j (ACCEPT|DROP|REJECT)(?: --reject-with \\S+)? *");

    private DeadRules() {}

    static Optional<Cause> cause(DiagnosisFacts facts) {
        List<String> rules = facts.signs()
                .filter()
                .lines()
                .filter(line -> line.startsWith(INPUT))
                .toList();
        int counting = 0;
        while (counting < rules.size() && !counts(rules.get(counting))) {
            counting++;
        }
        if (counting == rules.size()) {
            return Optional.empty();
        }
        String dead = rules.get(counting);
        return rules.subList(0, counting).stream()
                .filter(rule -> Untracked.ports(facts).stream().anyMatch(port -> takesAll(rule, port)))
                .findFirst()
                .map(before -> Cause.of(
                                CauseCode.GUARD_BYPASSED,
                                "on " + facts.place().describe()
                                        + " a rule stands before those that count and ends every new connection to the SSH"
                                        + " port: nobody is counted",
                                "apply a policy, whose jumps stand first; or delete that rule: iptables "
                                        + before.replaceFirst("-A ", "-D "))
                        .with(Evidence.ofProgram("iptables-save -t filter", 0, before + "\n...\n" + dead)));
    }

    private static boolean counts(String rule) {
        return rule.contains("-m recent ") || rule.matches(".* -j VZG *");
    }

    private static boolean takesAll(String rule, int port) {
        Matcher matcher = TAKES_ALL.matcher(rule.substring(INPUT.length()));
        if (!matcher.matches()) {
            return false;
        }
        boolean forPort = matcher.group(1) == null || Untracked.names(matcher.group(1), port);
        boolean forNew =
                matcher.group(2) == null || List.of(matcher.group(2).split(",")).contains("NEW");
        return forPort && forNew;
    }
}
