package vzguard.lab.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The modules of 2.6.32 ({@link KernelModuleTable}) under the names that another line has for them, without those that it does
 * not have. Older names load by alias in every later kernel, later ones are unknown to older kernels (facts.md 4.1).
 */
final class KernelNaming {
    /** Before 2.6.28: recent and ttl were still of IPv4 only. */
    private static final Map<String, String> BEFORE_28 = Map.of("xt_recent", "ipt_recent", "xt_hl", "ipt_ttl");

    /** 2.6.18: connection tracking of IPv4 alone, several matches not moved yet. */
    private static final Map<String, String> OF_18 = Map.ofEntries(
            Map.entry("nf_conntrack", "ip_conntrack"),
            Map.entry("nf_conntrack_ipv4", "ip_conntrack"),
            Map.entry("nf_conntrack_ftp", "ip_conntrack_ftp"),
            Map.entry("nf_conntrack_irc", "ip_conntrack_irc"),
            Map.entry("nf_nat", "ip_nat"),
            Map.entry("nf_nat_ftp", "ip_nat_ftp"),
            Map.entry("nf_nat_irc", "ip_nat_irc"),
            Map.entry("xt_hashlimit", "ipt_hashlimit"),
            Map.entry("xt_TCPMSS", "ipt_TCPMSS"),
            Map.entry("xt_owner", "ipt_owner"),
            Map.entry("xt_dscp", "ipt_tos"),
            Map.entry("xt_DSCP", "ipt_TOS"));

    private static final Set<String> NOT_IN_18 =
            Set.of("nf_conntrack_ipv6", "nf_defrag_ipv4", "xt_connlimit", "xt_time", "xt_CT");

    private static final Set<String> NOT_IN_26 = Set.of("nf_defrag_ipv4", "xt_CT");

    /** 3.10: targets that moved after 2.6.32. */
    private static final Map<String, String> OF_310 = Map.of(
            "ipt_LOG", "xt_LOG", "ip6t_LOG", "xt_LOG", "ipt_REDIRECT", "xt_REDIRECT", "ipt_addrtype", "xt_addrtype");

    private KernelNaming() {}

    static List<KernelModule> modules(KernelLine line) {
        List<KernelModule> of32 = KernelModuleTable.modules();
        return switch (line) {
            case RHEL5 -> named(named(of32, BEFORE_28, NOT_IN_18), OF_18, Set.of());
            case LENNY -> named(of32, BEFORE_28, NOT_IN_26);
            case EARLY, OBSERVED, LATE -> of32;
            case VZ7, VZ9, ODD -> named(of32, OF_310, Set.of());
        };
    }

    private static List<KernelModule> named(
            List<KernelModule> modules, Map<String, String> names, Set<String> without) {
        Map<String, KernelModule> result = new LinkedHashMap<>();
        for (KernelModule module : modules) {
            if (!without.contains(module.name())) {
                KernelModule renamed = renamed(module, names, without);
                result.merge(renamed.name(), renamed, KernelNaming::both);
            }
        }
        return List.copyOf(result.values());
    }

    private static KernelModule renamed(KernelModule module, Map<String, String> names, Set<String> without) {
        String name = names.getOrDefault(module.name(), module.name());
        List<String> dependencies = module.dependencies().stream()
                .filter(each -> !without.contains(each))
                .map(each -> names.getOrDefault(each, each))
                .filter(each -> !each.equals(name))
                .distinct()
                .toList();
        Set<String> aliases = new LinkedHashSet<>(module.aliases());
        boolean later = name.startsWith("xt_") && !module.name().startsWith("xt_");
        if (later) {
            aliases.add(module.name());
        }
        aliases.remove(name);
        Set<KernelModule.Registration> brings = module.brings().stream()
                .flatMap(each -> ofIpv4(each, module.name(), name).stream())
                .collect(Collectors.toSet());
        return new KernelModule(name, module.size(), dependencies, aliases, brings);
    }

    /** What is called ipt_ registers for IPv4 alone. ipt_recent did, so there is no recent for ip6tables before 2.6.28. */
    private static Optional<KernelModule.Registration> ofIpv4(
            KernelModule.Registration brings, String before, String now) {
        if (!now.startsWith("ipt_") || before.equals(now)) {
            return Optional.of(brings);
        }
        return brings.reach() == KernelModule.Reach.IPV6
                ? Optional.empty()
                : Optional.of(new KernelModule.Registration(brings.kind(), brings.name(), KernelModule.Reach.IPV4));
    }

    /** Two modules of 2.6.32 that are one here. */
    private static KernelModule both(KernelModule one, KernelModule other) {
        List<String> dependencies = new ArrayList<>(one.dependencies());
        other.dependencies().stream()
                .filter(each -> !dependencies.contains(each) && !each.equals(one.name()))
                .forEach(dependencies::add);
        Set<String> aliases = new LinkedHashSet<>(one.aliases());
        aliases.addAll(other.aliases());
        Set<KernelModule.Registration> brings = new LinkedHashSet<>(one.brings());
        brings.addAll(other.brings());
        return new KernelModule(one.name(), one.size(), dependencies, aliases, brings);
    }
}
