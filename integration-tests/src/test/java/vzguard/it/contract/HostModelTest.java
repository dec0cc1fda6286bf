package vzguard.it.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import vzguard.lab.model.BootPlan;
import vzguard.lab.model.ConfigFile;
import vzguard.lab.model.IptablesName;
import vzguard.lab.model.KernelLine;
import vzguard.lab.model.KernelModule;
import vzguard.lab.model.KernelModules;
import vzguard.lab.model.NetfilterMask;
import vzguard.lab.model.NetfilterRights;
import vzguard.lab.model.VeStart;
import vzguard.lab.model.VzctlRelease;
import vzguard.values.Ctid;

/** The pure parts of the host model. */
class HostModelTest {
    private static final KernelModules KERNEL = KernelModules.of(KernelLine.OBSERVED);

    private static List<String> loaded(String... names) {
        List<String> result = List.of();
        for (String name : names) {
            KernelModule module = KERNEL.find(name).orElseThrow();
            result = KERNEL.afterLoading(result, module);
        }
        return result;
    }

    private static VeStart start(NetfilterMask mask) {
        return new VeStart(mask, Optional.empty(), List.of());
    }

    @Test
    void modulesLoadBeforeTheServiceAndVesStartByBootOrder() {
        BootPlan plan = BootPlan.of(
                "# comment\nipt_recent hash=1\n\n",
                new TreeMap<>(Map.of("b.conf", "ipt_state\n", "a.conf", "; nothing\nipt_LOG\n")),
                "IPTABLES=\"ipt_REJECT ipt_limit\"\nIPTABLES_MODULES=\"$IPTABLES ipt_ttl\"\nIPV6=\"yes\"\nIP6TABLES=\"ip6table_filter\"\n",
                Map.of(
                        new Ctid("101"), "ONBOOT=\"yes\"\n",
                        new Ctid("102"), "ONBOOT=yes\nDISABLED=yes\n",
                        new Ctid("103"), "ONBOOT=\"no\"\n",
                        new Ctid("104"), "ONBOOT=\"yes\"\nBOOTORDER=\"5\"\n"),
                VzctlRelease.OBSERVED);
        assertThat(plan.modules()).containsExactly("ipt_recent", "ipt_LOG", "ipt_state");
        assertThat(plan.serviceModules())
                .containsExactly(
                        "ip_tables",
                        "ipt_REJECT",
                        "ipt_limit",
                        "ipt_ttl",
                        "xt_tcpudp",
                        "ip6_tables",
                        "ip6table_filter");
        assertThat(plan.starts()).containsExactly(new Ctid("104"), new Ctid("101"));
    }

    @Test
    void modulesDisabledMeansThatTheServiceLoadsNone() {
        assertThat(BootPlan.of(
                                "",
                                new TreeMap<>(),
                                "IPTABLES=\"ipt_LOG\"\nMODULES_DISABLED=yes\n",
                                Map.of(),
                                VzctlRelease.OBSERVED)
                        .serviceModules())
                .isEmpty();
    }

    @Test
    void theLastOfTwoLinesIsReadAndTheFirstIsWritten() {
        ConfigFile config = ConfigFile.parse("A=\"1\"\n# A=\"9\"\njunk\nA=2\n");
        assertThat(config.value("A")).contains("2");
        assertThat(config.with("A", "3").text()).isEqualTo("A=\"3\"\n# A=\"9\"\njunk\nA=2\n");
        assertThat(config.with("B", "x y").text()).endsWith("A=2\nB=\"x y\"\n");
    }

    @Test
    void conntrackMatchesNeedTheMaskAndAMatchWithoutItNeedsOnlyTheModule() {
        List<String> modules = loaded("iptable_filter", "xt_tcpudp", "ipt_recent", "ipt_state", "ip_conntrack");
        NetfilterRights without = KERNEL.veRights(modules, start(NetfilterMask.DEFAULT));
        assertThat(without.ipv4().matches().loaded()).contains("recent", "state");
        assertThat(without.ipv4().matches().permitted()).contains("recent").doesNotContain("state");
        NetfilterRights with = KERNEL.veRights(
                modules,
                start(NetfilterMask.of(
                        IptablesName.IP_TABLES, IptablesName.IPTABLE_FILTER, IptablesName.IP_CONNTRACK)));
        assertThat(with.ipv4().matches().permitted()).contains("recent", "state");
        assertThat(KERNEL.veRights(modules, start(NetfilterMask.of()))).isEqualTo(NetfilterRights.NONE);
    }

    @Test
    void addressTypesAreOfIpv4AndRoutingHeadersOfIpv6() {
        NetfilterRights rights = KERNEL.veRights(loaded("ipt_addrtype", "ip6t_rt"), start(NetfilterMask.DEFAULT));
        assertThat(rights.ipv4().matches().permitted()).contains("addrtype").doesNotContain("rt");
        assertThat(rights.ipv6().matches().permitted()).contains("rt").doesNotContain("addrtype");
    }

    @Test
    void rightsSurviveTheirTextForm() {
        NetfilterRights rights = KERNEL.veRights(
                loaded("iptable_filter", "ipt_recent", "ip6table_filter"), start(NetfilterMask.DEFAULT));
        assertThat(NetfilterRights.parse(rights.render())).isEqualTo(rights);
        assertThatThrownBy(() -> NetfilterRights.parse("ipv5 tables loaded x\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ipv5");
    }

    @Test
    void dependenciesLoadFirstAndUsersAreListed() {
        List<String> modules = loaded("ipt_recent", "xt_state");
        assertThat(modules).containsExactly("x_tables", "xt_recent", "nf_conntrack", "xt_state");
        assertThat(KERNEL.procModules(modules))
                .contains("x_tables 22439 2 xt_state,xt_recent, Live 0x")
                .contains("xt_recent 8172 0 - Live 0x");
    }
}
