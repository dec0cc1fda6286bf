package vzguard.lab.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import vzguard.lab.model.KernelModule.Kind;
import vzguard.lab.model.KernelModule.Reach;
import vzguard.lab.model.KernelModule.Registration;

/** The table behind {@link KernelModules}, one line per module. Old names (ipt_recent, ip_conntrack) load by alias. */
final class KernelModuleTable {
    private final List<KernelModule> modules = new ArrayList<>();

    static List<KernelModule> modules() {
        KernelModuleTable table = new KernelModuleTable();
        table.core();
        table.conntrack();
        table.matches();
        table.targets();
        table.others();
        return List.copyOf(table.modules);
    }

    private void core() {
        add("x_tables", 22439, "", "");
        add("ip_tables", 18119, "x_tables", "", match4("icmp"));
        add("ip6_tables", 18988, "x_tables", "", match6("icmp6"));
        add("iptable_filter", 2173, "ip_tables", "", table4("filter"));
        add("iptable_mangle", 3493, "ip_tables", "", table4("mangle"));
        add("iptable_raw", 2264, "ip_tables", "", table4("raw"));
        add("ip6table_filter", 2245, "ip6_tables", "", table6("filter"));
        add("ip6table_mangle", 3669, "ip6_tables", "", table6("mangle"));
        add("xt_tcpudp", 2777, "x_tables", "ipt_tcp ipt_udp ip6t_tcp ip6t_udp", match("tcp"), match("udp"));
    }

    private void conntrack() {
        add("nf_conntrack", 80390, "", "");
        add("nf_defrag_ipv4", 1531, "", "");
        add("nf_conntrack_ipv4", 9946, "nf_conntrack nf_defrag_ipv4", "ip_conntrack");
        add("nf_conntrack_ipv6", 8337, "nf_conntrack ip6_tables", "");
        add("nf_conntrack_ftp", 12929, "nf_conntrack", "ip_conntrack_ftp");
        add("nf_conntrack_irc", 5530, "nf_conntrack", "ip_conntrack_irc");
        add("nf_nat", 23213, "nf_conntrack nf_conntrack_ipv4", "ip_nat");
        add("nf_nat_ftp", 3523, "nf_nat nf_conntrack_ftp", "ip_nat_ftp");
        add("nf_nat_irc", 2087, "nf_nat nf_conntrack_irc", "ip_nat_irc");
        add(
                "iptable_nat",
                6302,
                "ip_tables nf_nat nf_conntrack_ipv4",
                "",
                table4("nat"),
                new Registration(Kind.TARGET, "DNAT", Reach.IPV4),
                new Registration(Kind.TARGET, "SNAT", Reach.IPV4));
        xt("xt_state", 1508, "x_tables nf_conntrack", "state");
        xt("xt_conntrack", 2776, "x_tables nf_conntrack", "conntrack");
        xt("xt_helper", 1527, "x_tables nf_conntrack", "helper");
        xt("xt_connlimit", 3646, "x_tables nf_conntrack", "connlimit");
    }

    private void matches() {
        xt("xt_recent", 8172, "x_tables", "recent");
        xt("xt_limit", 2134, "x_tables", "limit");
        xt("xt_multiport", 2716, "x_tables", "multiport");
        xt("xt_length", 1338, "x_tables", "length");
        xt("xt_tcpmss", 1623, "x_tables", "tcpmss");
        xt("xt_mac", 1118, "x_tables", "mac");
        xt("xt_owner", 1252, "x_tables", "owner");
        xt("xt_comment", 1034, "x_tables", "comment");
        xt("xt_hashlimit", 9685, "x_tables", "hashlimit");
        xt("xt_time", 2119, "x_tables", "time");
        xt("xt_quota", 1453, "x_tables", "quota");
        xt("xt_string", 1459, "x_tables", "string");
        xt("xt_mark", 1057, "x_tables", "mark");
        add("xt_dscp", 2073, "x_tables", "ipt_dscp ip6t_dscp ipt_tos ip6t_tos", match("dscp"), match("tos"));
        // Of this kernel, addrtype is for IPv4 only; routing headers are of IPv6.
        add("ipt_addrtype", 2153, "ip_tables", "", match4("addrtype"));
        add("ip6t_rt", 2151, "ip6_tables", "", match6("rt"));
        add("xt_hl", 1547, "x_tables", "ipt_ttl ip6t_hl", match4("ttl"), match6("hl"));
    }

    private void targets() {
        add("ipt_REJECT", 2399, "ip_tables", "", new Registration(Kind.TARGET, "REJECT", Reach.IPV4));
        add("ip6t_REJECT", 4628, "ip6_tables", "", new Registration(Kind.TARGET, "REJECT", Reach.IPV6));
        add("ipt_LOG", 5845, "ip_tables", "", new Registration(Kind.TARGET, "LOG", Reach.IPV4));
        add("ip6t_LOG", 5843, "ip6_tables", "", new Registration(Kind.TARGET, "LOG", Reach.IPV6));
        add("xt_TCPMSS", 3485, "x_tables", "ipt_TCPMSS ip6t_TCPMSS", target("TCPMSS"));
        add("xt_CT", 2956, "x_tables nf_conntrack", "xt_NOTRACK ipt_NOTRACK", target("CT"), target("NOTRACK"));
        add("xt_DSCP", 2849, "x_tables", "ipt_DSCP ip6t_DSCP ipt_TOS ip6t_TOS", target("DSCP"), target("TOS"));
        add(
                "ipt_REDIRECT",
                1840,
                "ip_tables nf_nat nf_conntrack_ipv4",
                "",
                new Registration(Kind.TARGET, "REDIRECT", Reach.IPV4));
        add(
                "ipt_MASQUERADE",
                2466,
                "ip_tables nf_nat nf_conntrack_ipv4",
                "",
                new Registration(Kind.TARGET, "MASQUERADE", Reach.IPV4));
    }

    private void others() {
        add("vzdev", 2733, "", "");
        add("vzmon", 24462, "vzdev", "");
        add("vznetdev", 18952, "vzmon vzdev", "");
    }

    /** A match for both families whose old names are {@code ipt_NAME} and {@code ip6t_NAME}. */
    private void xt(String name, int size, String dependencies, String match) {
        add(name, size, dependencies, "ipt_" + match + " ip6t_" + match, match(match));
    }

    private void add(String name, int size, String dependencies, String aliases, Registration... brings) {
        modules.add(new KernelModule(name, size, List.copyOf(words(dependencies)), words(aliases), Set.of(brings)));
    }

    private static Set<String> words(String text) {
        return Arrays.stream(text.split(" "))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Registration table4(String name) {
        return new Registration(Kind.TABLE, name, Reach.IPV4);
    }

    private static Registration table6(String name) {
        return new Registration(Kind.TABLE, name, Reach.IPV6);
    }

    private static Registration match(String name) {
        return new Registration(Kind.MATCH, name, Reach.BOTH);
    }

    private static Registration match4(String name) {
        return new Registration(Kind.MATCH, name, Reach.IPV4);
    }

    private static Registration match6(String name) {
        return new Registration(Kind.MATCH, name, Reach.IPV6);
    }

    private static Registration target(String name) {
        return new Registration(Kind.TARGET, name, Reach.BOTH);
    }
}
