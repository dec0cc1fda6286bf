package vzguard.agent.model;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names that {@code --iptables} and {@code IPTABLES=} take, in vzctl's table order, and what they imply (vzctl
 * 4.11.1: {@code ipt_state} adds {@code ip_conntrack}, every name adds {@code ip_tables}).
 */
public final class ShareNames {
    /** In the order in which vzctl 4.11.1 writes them. {@code ipt_recent} since 3.0.24. */
    public static final List<String> TABLE = List.of(
            "ip_tables",
            "iptable_filter",
            "iptable_mangle",
            "ipt_limit",
            "ipt_multiport",
            "ipt_tos",
            "ipt_TOS",
            "ipt_REJECT",
            "ipt_TCPMSS",
            "ipt_tcpmss",
            "ipt_ttl",
            "ipt_LOG",
            "ipt_length",
            "ip_conntrack",
            "ip_conntrack_ftp",
            "ip_conntrack_irc",
            "ipt_conntrack",
            "ipt_state",
            "ipt_helper",
            "iptable_nat",
            "ip_nat_ftp",
            "ip_nat_irc",
            "ipt_REDIRECT",
            "xt_mac",
            "ipt_recent",
            "ipt_owner");

    /** What a VE may use when neither key is set anywhere: no connection tracking. */
    public static final List<String> DEFAULT = List.of(
            "ip_tables",
            "iptable_filter",
            "iptable_mangle",
            "ipt_limit",
            "ipt_multiport",
            "ipt_tos",
            "ipt_REJECT",
            "ipt_TCPMSS",
            "ipt_tcpmss",
            "ipt_ttl",
            "ipt_length");

    private static final Map<String, List<String>> IMPLIES = Map.ofEntries(
            Map.entry("ip_conntrack_ftp", List.of("ip_conntrack")),
            Map.entry("ip_conntrack_irc", List.of("ip_conntrack")),
            Map.entry("ipt_conntrack", List.of("ip_conntrack")),
            Map.entry("ipt_state", List.of("ip_conntrack")),
            Map.entry("ipt_helper", List.of("ip_conntrack")),
            Map.entry("iptable_nat", List.of("ip_conntrack")),
            Map.entry("ip_nat_ftp", List.of("iptable_nat", "ip_conntrack")),
            Map.entry("ip_nat_irc", List.of("iptable_nat", "ip_conntrack")),
            Map.entry("ipt_REDIRECT", List.of("iptable_nat", "ip_conntrack")));

    private static final Set<String> NAT = Set.of("iptable_nat", "ip_nat_ftp", "ip_nat_irc", "ipt_REDIRECT");
    private static final Set<String> TRACKED =
            Set.of("ip_conntrack", "ip_conntrack_ftp", "ip_conntrack_irc", "ipt_conntrack", "ipt_state", "ipt_helper");

    private ShareNames() {}

    public static boolean isKnown(String module) {
        return TABLE.contains(module);
    }

    /** The names with all that they imply, each once: known ones in table order, then the others as given. */
    public static List<String> closure(Collection<String> modules) {
        Set<String> all = new LinkedHashSet<>(modules);
        modules.forEach(module -> all.addAll(IMPLIES.getOrDefault(module, List.of())));
        if (!all.isEmpty()) {
            all.add("ip_tables");
        }
        Set<String> ordered = new LinkedHashSet<>(TABLE);
        ordered.retainAll(all);
        ordered.addAll(all);
        return List.copyOf(ordered);
    }

    /** The least netfilter mode under which a VE may use the module. */
    public static NetfilterMode modeFor(String module) {
        if (NAT.contains(module)) {
            return NetfilterMode.FULL;
        }
        return TRACKED.contains(module) ? NetfilterMode.STATEFUL : NetfilterMode.STATELESS;
    }

    /**
     * Whether kernels really check the name: tables, connection tracking and NAT. All others are bits that 2.6.18,
     * 2.6.32 and 3.10 ignore.
     */
    public static boolean enforced(String module) {
        return NAT.contains(module)
                || TRACKED.contains(module)
                || module.equals("ip_tables")
                || module.equals("iptable_filter")
                || module.equals("iptable_mangle");
    }
}
