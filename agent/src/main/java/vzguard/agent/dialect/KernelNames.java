package vzguard.agent.dialect;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names of kernel modules: what is {@code ipt_recent} to vzctl is {@code xt_recent} to kernels since 2.6.28. A feature is
 * present when any of its names is; {@code -} and {@code _} are the same. {@code nf_conntrack} is no name of
 * {@code ip_conntrack}: on 2.6.32 and 3.10 it is what both families share, and {@code xt_state} loads it alone.
 */
public final class KernelNames {
    private static final Map<String, List<String>> ALIASES = Map.ofEntries(
            Map.entry("ipt_recent", List.of("xt_recent")),
            Map.entry("ipt_state", List.of("xt_state")),
            Map.entry("ipt_limit", List.of("xt_limit")),
            Map.entry("ipt_multiport", List.of("xt_multiport")),
            Map.entry("ipt_length", List.of("xt_length")),
            Map.entry("ipt_tcpmss", List.of("xt_tcpmss")),
            Map.entry("ipt_TCPMSS", List.of("xt_TCPMSS")),
            Map.entry("ipt_conntrack", List.of("xt_conntrack")),
            Map.entry("ipt_helper", List.of("xt_helper")),
            Map.entry("ipt_owner", List.of("xt_owner")),
            Map.entry("ipt_tos", List.of("xt_dscp", "xt_tos")),
            Map.entry("ipt_TOS", List.of("xt_DSCP", "xt_TOS")),
            Map.entry("ipt_ttl", List.of("xt_hl")),
            Map.entry("ipt_LOG", List.of("xt_LOG")),
            Map.entry("ipt_REDIRECT", List.of("xt_REDIRECT")),
            Map.entry("xt_mac", List.of("ipt_mac")),
            Map.entry("ip_conntrack", List.of("nf_conntrack_ipv4")),
            Map.entry("ip_conntrack_ftp", List.of("nf_conntrack_ftp")),
            Map.entry("ip_conntrack_irc", List.of("nf_conntrack_irc")),
            Map.entry("ip_nat_ftp", List.of("nf_nat_ftp")),
            Map.entry("ip_nat_irc", List.of("nf_nat_irc")));

    private KernelNames() {}

    /** The name itself and all under which kernels know it. */
    public static List<String> of(String module) {
        Set<String> names = new LinkedHashSet<>();
        names.add(normal(module));
        ALIASES.getOrDefault(module, List.of()).forEach(names::add);
        return List.copyOf(names);
    }

    /** vzctl's name for a kernel's name; the name itself when there is none. */
    public static String vzctlName(String kernelName) {
        String normal = normal(kernelName);
        return ALIASES.entrySet().stream()
                .filter(entry -> entry.getValue().contains(normal))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(normal);
    }

    /** As /proc/modules writes it. */
    public static String normal(String name) {
        return name.replace('-', '_');
    }
}
