package vzguard.agent.dialect;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.KernelSwitches;
import vzguard.agent.model.NetfilterMode;
import vzguard.agent.model.Share;
import vzguard.agent.model.ShareConfig;
import vzguard.agent.model.ShareNames;

/**
 * How one host is spoken to: everything that differs between generations of OpenVZ, detected from what the host says of
 * itself. What nobody looked at is unknown; such a host is only observed.
 *
 * @param vzctlVersion as it was printed
 * @param release as {@code uname -r}
 */
public record Dialect(
        String vzctlVersion,
        VzctlGeneration vzctl,
        String release,
        KernelGeneration kernel,
        KernelSwitches switches,
        IptablesVersion iptables) {

    /** That of a host that was observed. */
    public static Dialect of(HostSnapshot host) {
        return of(host.vzctlVersion(), host.kernel(), host.switches(), host.iptablesVersion());
    }

    /**
     * @param vzctlVersion "4.11.1"
     * @param release "2.6.32-042stab061.2"
     * @param iptables as {@code iptables --version} prints it on the host
     */
    public static Dialect of(String vzctlVersion, String release, KernelSwitches switches, String iptables) {
        return new Dialect(
                vzctlVersion,
                VzctlGeneration.of(vzctlVersion),
                release,
                KernelGeneration.of(release, switches),
                switches,
                IptablesVersion.of(iptables));
    }

    /** What keeps the agent from changing anything on a host: one sentence each; none where all is known. */
    public List<String> unknown() {
        List<String> unknown = new ArrayList<>();
        if (!vzctl.isKnown()) {
            unknown.add("vzctl " + (vzctlVersion.isEmpty() ? "says no version" : vzctlVersion + " is not known"));
        }
        if (!kernel.isKnown()) {
            unknown.add("kernel " + (release.isEmpty() ? "says no release" : release + " is not known"));
        }
        return unknown;
    }

    /** Whether {@code --iptables} takes the name. */
    public boolean knows(String module) {
        return vzctl.knows(module);
    }

    public boolean hasNetfilter() {
        return vzctl.hasNetfilter();
    }

    /** IPv6 can be guarded on this kernel by an iptables like this one, counted by networks of 64 bits. */
    public boolean guardsIpv6(IptablesVersion there) {
        return kernel.recentCountsIpv6() && (!there.isKnown() || there.knowsMask());
    }

    /** Why {@link #guardsIpv6} is not so. */
    public String whyNoIpv6(IptablesVersion there) {
        return kernel.recentCountsIpv6()
                ? "iptables " + there.describe() + " knows no --mask (1.4.15 does), so it cannot count networks"
                : "the match recent of kernel " + release + " knows no IPv6 (2.6.28 does)";
    }

    /** What a VE with this config would be given at its start; its own keys replace vz.conf's, nothing is merged. */
    public Share effective(ShareConfig ve, ShareConfig global) {
        if (vzctl.isKnown() && !vzctl.hasIptables()) {
            return new Share.Mode(NetfilterMode.FULL);
        }
        if (vzctl.hasNetfilter() && ve.netfilter().isPresent()) {
            return new Share.Mode(ve.netfilter().get());
        }
        return new Share.Names(ve.names().or(global::names).orElse(ShareNames.DEFAULT).stream()
                .filter(name -> !vzctl.isKnown() || knows(name))
                .collect(Collectors.toSet()));
    }
}
