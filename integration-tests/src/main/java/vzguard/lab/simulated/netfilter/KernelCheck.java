package vzguard.lab.simulated.netfilter;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import vzguard.lab.model.NetfilterRights;

/**
 * What the kernel says to a rule: ENOENT when it has no such match or target, EINVAL when it has it and refuses it here.
 * iptables 1.8.9 warns when it finds no revision of an extension, before it tries.
 */
final class KernelCheck {
    private static final Set<String> TCPMSS_CHAINS = Set.of("FORWARD", "OUTPUT", "POSTROUTING");

    private final Netfilter netfilter;
    private final boolean ipv6;

    KernelCheck(Netfilter netfilter, boolean ipv6) {
        this.netfilter = netfilter;
        this.ipv6 = ipv6;
    }

    /** Loads what can be loaded, and returns the warnings about what is not there. */
    List<String> warnings(Rule rule) {
        List<String> warnings = new ArrayList<>();
        for (Extension match : rule.matches()) {
            warn(match.name(), netfilter.familyRights(ipv6).matches().finds(match.name()), false, warnings);
        }
        rule.target()
                .map(Extension::name)
                .filter(name -> isExtension(name))
                .ifPresent(name ->
                        warn(name, netfilter.familyRights(ipv6).targets().finds(name), true, warnings));
        return warnings;
    }

    private void warn(String name, boolean loaded, boolean isTarget, List<String> warnings) {
        if (loaded) {
            return;
        }
        netfilter.request(ipv6, name);
        NetfilterRights.Family now = netfilter.familyRights(ipv6);
        if (!(isTarget ? now.targets() : now.matches()).finds(name)) {
            warnings.add("Warning: Extension " + name + " revision 0 not supported, missing kernel module?");
        }
    }

    private static boolean isExtension(String target) {
        return ExtensionTable.hasTarget(target) && !ExtensionTable.VERDICTS.contains(target);
    }

    void check(Rule rule, Table table, String chain) throws IptablesRefusal {
        NetfilterRights.Family rights = netfilter.familyRights(ipv6);
        for (Extension match : rule.matches()) {
            check(rights.matches(), match.name());
        }
        if (rule.target().map(Extension::name).filter(KernelCheck::isExtension).isPresent()) {
            check(rights.targets(), rule.target().get().name());
        }
        for (Extension match : rule.matches()) {
            if (match.name().equals("recent")) {
                RecentMatch.checkEntry(match, netfilter.generation().kernel());
            }
            if (match.name().equals("hashlimit")) {
                HashlimitMatch.checkEntry(match);
            }
        }
        if (rule.target().map(Extension::name).filter("REJECT"::equals).isPresent()) {
            RejectTarget.checkEntry(rule, rule.target().get(), table.name());
        }
        if (rule.target()
                .flatMap(target -> table.find(target.name()))
                .flatMap(Chain::policy)
                .isPresent()) {
            // Nothing jumps to a built-in chain.
            throw IptablesRefusal.invalid();
        }
        boolean clamps =
                rule.target().map(Extension::name).filter("TCPMSS"::equals).isPresent();
        if (clamps && !TCPMSS_CHAINS.contains(chain)) {
            throw IptablesRefusal.invalid();
        }
    }

    private static void check(NetfilterRights.Grants grants, String name) throws IptablesRefusal {
        if (!grants.finds(name)) {
            throw IptablesRefusal.missing();
        }
        if (!grants.permitted().contains(name)) {
            throw IptablesRefusal.invalid();
        }
    }
}
