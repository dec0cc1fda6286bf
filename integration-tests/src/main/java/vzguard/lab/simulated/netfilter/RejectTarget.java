package vzguard.lab.simulated.netfilter;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads and checks {@code -j REJECT}: how iptables names the answers, and what only the kernel refuses. */
final class RejectTarget {
    private static final String TCP_RESET = "tcp-reset";

    /** Full names by the short ones, in the order in which a beginning of either is looked up. */
    private static final List<Map.Entry<String, String>> IPV4 = List.of(
            Map.entry("icmp-net-unreachable", "net-unreach"),
            Map.entry("icmp-host-unreachable", "host-unreach"),
            Map.entry("icmp-proto-unreachable", "proto-unreach"),
            Map.entry("icmp-port-unreachable", "port-unreach"),
            Map.entry("icmp-net-prohibited", "net-prohib"),
            Map.entry("icmp-host-prohibited", "host-prohib"),
            Map.entry(TCP_RESET, "tcp-rst"),
            Map.entry("icmp-admin-prohibited", "admin-prohib"));

    private static final List<Map.Entry<String, String>> IPV6 = List.of(
            Map.entry("icmp6-no-route", "no-route"),
            Map.entry("icmp6-adm-prohibited", "adm-prohibited"),
            Map.entry("icmp6-addr-unreachable", "addr-unreach"),
            Map.entry("icmp6-port-unreachable", "port-unreach"),
            Map.entry(TCP_RESET, "tcp-reset"),
            Map.entry("icmp6-policy-fail", "policy-fail"),
            Map.entry("icmp6-reject-route", "reject-route"));

    private RejectTarget() {}

    /** The target with its answer's full name, as iptables prints it. */
    static Extension canonical(Extension given, boolean ipv6) throws IptablesRefusal {
        Optional<String> wanted = given.option("--reject-with").map(Option::argument);
        String name = ipv6 ? "icmp6-port-unreachable" : "icmp-port-unreachable";
        if (wanted.isPresent()) {
            String beginning = wanted.get().toLowerCase(Locale.ROOT);
            name = (ipv6 ? IPV6 : IPV4)
                    .stream()
                            .filter(answer -> Stream.of(answer.getKey(), answer.getValue())
                                    .anyMatch(each -> each.startsWith(beginning)))
                            .map(Map.Entry::getKey)
                            .findFirst()
                            .orElseThrow(
                                    () -> IptablesRefusal.parameter("unknown reject type \"" + wanted.get() + "\""));
        }
        return new Extension("REJECT", List.of(Option.of("--reject-with", name)));
    }

    /** What the kernel says when such a rule is committed: a reset answers TCP only, and no other table has the target. */
    static void checkEntry(Rule rule, Extension target, String table) throws IptablesRefusal {
        boolean onlyTcp = rule.protocol()
                .filter(protocol -> protocol.name().equals("tcp") && !protocol.negated())
                .isPresent();
        if (!table.equals("filter") || (answer(target).equals(TCP_RESET) && !onlyTcp)) {
            throw IptablesRefusal.invalid();
        }
    }

    /** What whoever connects makes of the answer. */
    static Verdict verdict(Extension target) {
        String answer = answer(target);
        return answer.equals(TCP_RESET) || answer.endsWith("-port-unreachable") ? Verdict.REJECT : Verdict.UNREACHABLE;
    }

    private static String answer(Extension target) {
        return target.options().stream().map(Option::argument).collect(Collectors.joining());
    }
}
