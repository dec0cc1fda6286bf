package vzguard.agent.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import vzguard.agent.dialect.IptablesVersion.Backend;
import vzguard.agent.dialect.IptablesVersion.Waiting;
import vzguard.agent.dialect.KernelGeneration.Counting;
import vzguard.agent.model.KernelSwitches;
import vzguard.agent.model.NetfilterMode;
import vzguard.agent.model.Share;
import vzguard.agent.model.ShareConfig;
import vzguard.agent.model.ShareNames;

/** Every version that the facts name is what the facts say it is. */
class DialectTest {
    private static final KernelSwitches VES_MAY = new KernelSwitches("1", true);

    @ParameterizedTest
    @CsvSource({
        "3.0.9, CLASSIC_VE, VEID, 0, IPTABLES, false, false",
        "3.0.22, CLASSIC_VE, VEID, 0, IPTABLES, false, false",
        "3.0.23, CLASSIC_CT, CTID, 0, IPTABLES, false, false",
        "3.0.24, CLASSIC_RECENT, CTID, 0, IPTABLES, true, false",
        "3.0.24.2, CLASSIC_RECENT, CTID, 0, IPTABLES, true, false",
        "3.0.26.3, CLASSIC_RECENT, CTID, 0, IPTABLES, true, false",
        "3.0.27, CLASSIC_MODULES, CTID, 0, IPTABLES_MODULES, true, false",
        "3.0.30.2, CLASSIC_MODULES, CTID, 0, IPTABLES_MODULES, true, false",
        "3.3, CLASSIC_MODULES, CTID, 0, IPTABLES_MODULES, true, false",
        "4.0, CLASSIC_MODULES, CTID, 0, IPTABLES_MODULES, true, false",
        "4.6.1, CLASSIC_MODULES, CTID, 0, IPTABLES_MODULES, true, false",
        "4.7, CLASSIC_NETFILTER, CTID, 0, IPTABLES_MODULES, true, true",
        "4.8, CLASSIC_NETFILTER, CTID, 0, IPTABLES_MODULES, true, true",
        "4.11.1, CLASSIC_NETFILTER, CTID, 0, IPTABLES_MODULES, true, true",
        "7.0.254, SEVEN, VEID, 32, '', false, true",
        "8.0.90, WITHOUT_KNOB, VEID, 0, '', false, false",
        "9.0.1, WITHOUT_KNOB, VEID, 0, '', false, false",
    })
    void vzctl(
            String version,
            VzctlGeneration generation,
            String idWord,
            int pendingExit,
            String loadingKey,
            boolean recent,
            boolean netfilter) {
        VzctlGeneration found = VzctlGeneration.of(version);
        assertThat(found).isEqualTo(generation);
        assertThat(found.idWord()).isEqualTo(idWord);
        assertThat(found.pendingExit()).isEqualTo(pendingExit);
        assertThat(found.loadingKey()).isEqualTo(loadingKey);
        assertThat(found.knows("ipt_recent")).isEqualTo(recent);
        assertThat(found.hasNetfilter()).isEqualTo(netfilter);
        assertThat(found.knows("ipt_owner")).isEqualTo(found != VzctlGeneration.WITHOUT_KNOB);
        for (String never : List.of("xt_recent", "nf_conntrack", "ip6_tables", "ipt_hashlimit", "ipt_MASQUERADE")) {
            assertThat(found.knows(never)).as(never).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2.7.0", "3.0.8", "5.0", "6.12", "10.1", "12.4", "four", "4", "4.x"})
    void aVzctlThatNobodyLookedAtIsUnknown(String version) {
        assertThat(VzctlGeneration.of(version)).isEqualTo(VzctlGeneration.UNKNOWN);
        assertThat(VzctlGeneration.of(version).knows("ip_tables")).isFalse();
        assertThat(Dialect.of(version, "2.6.32", KernelSwitches.PLAIN, "").unknown())
                .singleElement()
                .asString()
                .contains("vzctl");
    }

    @ParameterizedTest
    @CsvSource({
        "2.6.18-028stab056, '', EL5, ipt_recent, true, false, false",
        "2.6.18-92.1.1.el5.028stab057.2, '', EL5, ipt_recent, true, false, false",
        "2.6.26-2-openvz-amd64, '', LENNY, ipt_recent, true, false, false",
        "2.6.32-5-openvz-amd64, '', EL6_EARLY, xt_recent, false, false, false",
        "2.6.32-042stab061.9, '', EL6_EARLY, xt_recent, false, false, false",
        "2.6.32-042stab141.42, 1, EL6_LATE, xt_recent, false, true, false",
        "2.6.32-042stab141.42, 0, EL6_LATE, xt_recent, false, false, true",
        "3.10.0-1160.105.1.vz7.214.3, 1, OVZ7, xt_recent, false, true, false",
        "3.10.0-1160.105.1.vz7.214.3, 0, OVZ7, xt_recent, false, false, true",
        "4.18.0-80.vz8, '', UPSTREAM, xt_recent, false, false, false",
        "5.14.0-427.22.1.vz9.64.10, '', UPSTREAM, xt_recent, false, false, false",
        "6.18.2, '', UPSTREAM, xt_recent, false, false, false",
    })
    void kernels(
            String release,
            String sysctl,
            KernelGeneration generation,
            String folder,
            boolean conntrackAtStart,
            boolean vesMayLoad,
            boolean forbids) {
        KernelSwitches switches = new KernelSwitches(sysctl, true);
        KernelGeneration found = KernelGeneration.of(release, switches);
        assertThat(found).isEqualTo(generation);
        assertThat(found.recentFolder()).isEqualTo(folder);
        assertThat(found.boundAtStart("ip_conntrack")).isEqualTo(conntrackAtStart);
        assertThat(found.boundAtStart("iptable_filter")).isEqualTo(conntrackAtStart);
        for (String match : List.of("ipt_recent", "ipt_state", "ipt_limit", "ipt_REJECT")) {
            assertThat(found.boundAtStart(match)).as("a match is there at once").isFalse();
        }
        assertThat(found.vesMayLoad(switches)).isEqualTo(vesMayLoad);
        assertThat(found.forbidsLoading(switches)).isEqualTo(forbids);
        assertThat(found.recentCountsIpv6()).isEqualTo(folder.equals("xt_recent"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2.4.20-021stab028", "2.6.9-023stab048", "2.6.27.1", "2.6.33", "3.2.0-4", "odd"})
    void aKernelThatNobodyLookedAtIsUnknown(String release) {
        assertThat(KernelGeneration.of(release, VES_MAY)).isEqualTo(KernelGeneration.UNKNOWN);
        assertThat(Dialect.of("4.11.1", release, VES_MAY, "").unknown())
                .singleElement()
                .asString()
                .contains("kernel");
    }

    /** facts 5.4, cause 1. */
    @Test
    void aHitcountAboveTheParameterIsRefusedOrNeverMatches() {
        assertThat(KernelGeneration.EL5.counting(21, 20)).isEqualTo(Counting.NEVER_MATCHES);
        for (KernelGeneration one :
                List.of(KernelGeneration.LENNY, KernelGeneration.EL6_EARLY, KernelGeneration.EL6_LATE)) {
            assertThat(one.counting(21, 20)).isEqualTo(Counting.REFUSED);
            assertThat(one.counting(20, 20)).isEqualTo(Counting.FINE);
        }
        assertThat(KernelGeneration.UPSTREAM.counting(200, 0)).isEqualTo(Counting.FINE);
        assertThat(KernelGeneration.UPSTREAM.counting(21, 20)).isEqualTo(Counting.REFUSED);
    }

    @Test
    void onlyLaterKernelsHaveWhatNftSpeaksTo() {
        for (KernelGeneration one : KernelGeneration.values()) {
            boolean old = Set.of(
                            KernelGeneration.EL5,
                            KernelGeneration.LENNY,
                            KernelGeneration.EL6_EARLY,
                            KernelGeneration.EL6_LATE)
                    .contains(one);
            assertThat(one.mayHaveNfTables()).as("%s", one).isNotEqualTo(old);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "iptables v1.3.5, 1.3.5, ONLY, false, false, false, NONE, false",
        "iptables v1.4.2, 1.4.2, ONLY, true, false, false, NONE, false",
        "iptables v1.4.7, 1.4.7, ONLY, true, false, false, NONE, false",
        "iptables v1.4.8, 1.4.8, ONLY, true, false, false, NONE, false",
        "iptables v1.4.11.1, 1.4.11.1, ONLY, true, true, false, NONE, false",
        "iptables v1.4.14, 1.4.14, ONLY, true, true, false, NONE, false",
        "iptables v1.4.15, 1.4.15, ONLY, true, true, true, NONE, false",
        "iptables v1.4.21, 1.4.21, ONLY, true, true, true, FLAG, false",
        "iptables v1.6.0, 1.6.0, ONLY, true, true, true, SECONDS, false",
        "iptables v1.6.2, 1.6.2, ONLY, true, true, true, SECONDS, true",
        "iptables v1.8.2 (nf_tables), 1.8.2, NFT, true, true, true, NONE, false",
        "iptables v1.8.7 (legacy), 1.8.7, LEGACY, true, true, true, SECONDS, true",
        "ip6tables v1.8.9 (legacy), 1.8.9, LEGACY, true, true, true, SECONDS, true",
        "iptables v1.8.9 (nf_tables), 1.8.9, NFT, true, true, true, NONE, false",
    })
    void iptables(
            String printed,
            String version,
            Backend backend,
            boolean lists,
            boolean checks,
            boolean mask,
            Waiting waiting,
            boolean restoreWaits) {
        IptablesVersion found = IptablesVersion.of(printed);
        assertThat(found.version()).isEqualTo(Optional.of(version));
        assertThat(found.backend()).isEqualTo(backend);
        assertThat(found.listsRules()).isEqualTo(lists);
        assertThat(found.checksRules()).isEqualTo(checks);
        assertThat(found.knowsMask()).isEqualTo(mask);
        assertThat(found.waiting()).isEqualTo(waiting);
        assertThat(found.restoreWaits()).isEqualTo(restoreWaits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bash: iptables: command not found", "iptables", "iptables vX"})
    void wordsThatAreNoVersionOfIptables(String printed) {
        assertThat(IptablesVersion.of(printed).isKnown()).isFalse();
        assertThat(IptablesVersion.of(printed).knowsMask()).isFalse();
    }

    @Test
    void ipv6IsGuardedWhereKernelAndIptablesCanCountNetworks() {
        Dialect lenny = Dialect.of("3.0.22", "2.6.26-2-openvz-amd64", KernelSwitches.PLAIN, "iptables v1.4.2");
        assertThat(lenny.guardsIpv6(IptablesVersion.of("iptables v1.8.9 (legacy)")))
                .isFalse();
        assertThat(lenny.whyNoIpv6(lenny.iptables())).contains("2.6.28");
        Dialect el6 = Dialect.of("4.6", "2.6.32-042stab061.9", KernelSwitches.PLAIN, "iptables v1.4.7");
        assertThat(el6.guardsIpv6(el6.iptables())).isFalse();
        assertThat(el6.whyNoIpv6(el6.iptables())).contains("--mask");
        assertThat(el6.guardsIpv6(IptablesVersion.of("iptables v1.4.21"))).isTrue();
    }

    @Test
    void whatAVeIsGivenDependsOnTheVzctl() {
        ShareConfig both = new ShareConfig(
                "101.conf",
                Optional.of(List.of("ipt_recent", "ipt_state")),
                Optional.of(NetfilterMode.STATELESS),
                List.of(),
                "x");
        ShareConfig none = ShareConfig.absent("vz.conf");
        assertThat(effective("4.11.1", both)).isEqualTo(new Share.Mode(NetfilterMode.STATELESS));
        assertThat(effective("4.6", both)).isEqualTo(new Share.Names(Set.of("ipt_recent", "ipt_state")));
        assertThat(effective("3.0.22", both)).isEqualTo(new Share.Names(Set.of("ipt_state")));
        assertThat(effective("9.0.1", both)).isEqualTo(new Share.Mode(NetfilterMode.FULL));
        assertThat(effective("4.11.1", none)).isEqualTo(new Share.Names(Set.copyOf(ShareNames.DEFAULT)));
    }

    private static Share effective(String version, ShareConfig config) {
        return Dialect.of(version, "2.6.32", KernelSwitches.PLAIN, "")
                .effective(config, ShareConfig.absent("/etc/vz/vz.conf"));
    }
}
