package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import vzguard.lab.real.LabBoot;
import vzguard.lab.real.RealLab;

/**
 * In each layout the guard comes back on a host that boots and in a VE that starts, first in INPUT, beside what the firewall of
 * that distribution restores with a flush; and when vzguard goes, no file of it is left.
 */
class BootLayoutsIT {
    private static final List<String> PLACES = List.of("hn1", "hn1/101");
    private static final String FOREIGN = "203.0.113.9";
    private static final String POLICY = """
            apiVersion: vzguard/v1
            kind: Policy
            metadata: {name: guard}
            spec:
              modules: {require: [ipt_recent, ipt_LOG], persist: true}
              sshGuard: {placement: [host, ve], allow: [192.0.2.0/24]}
              rollout: {restarts: {allow: true}}
              mode: report
            """;

    private int strangers;

    @Test
    void debian() {
        inLayout(LabBoot.DEBIAN, "", fleet -> {});
    }

    /** The plugins before the guard's flush, at boot and whenever somebody calls them. */
    @Test
    void debianPersistent() {
        inLayout(LabBoot.DEBIAN_PERSISTENT, "", fleet -> {
            for (String place : PLACES) {
                fleet.shell(place, "netfilter-persistent start");
                assertGuarded(fleet, place);
            }
        });
    }

    @Test
    void rhel6() {
        inLayout(
                LabBoot.RHEL6,
                "",
                fleet -> assertThat(fleet.shell("hn1", "cat /etc/sysconfig/modules/vzguard.modules"))
                        .contains("modprobe ipt_LOG"));
    }

    @Test
    void rhel7() {
        inLayout(LabBoot.RHEL7, "", fleet -> {});
    }

    /** The host with ifupdown, the VE without. */
    @Test
    void alpine() {
        inLayout(
                LabBoot.ALPINE,
                "rm -rf /etc/network",
                fleet -> assertThat(fleet.shell("hn1/101", "readlink /etc/runlevels/default/vzguard-guard"))
                        .contains("/etc/init.d/vzguard-guard"));
    }

    private interface Look {
        void at(Fleet fleet);
    }

    private void inLayout(LabBoot boot, String prepareVe, Look look) {
        try (Fleet fleet =
                Fleet.up("it-boot-" + boot.word().replace("persistent", "np"), 1, 1, "--boot", boot.word())) {
            LocalVerbs local = new LocalVerbs(fleet, "hn1");
            fleet.shell("hn1/101", prepareVe.isEmpty() ? ":" : prepareVe);
            PLACES.forEach(place -> saveForeignRules(fleet, place, boot));
            Map<String, String> before = files(fleet);
            fleet.shell("hn1", "cat >/root/policy.yaml <<'END'\n" + POLICY + "END");
            RealLab.Outcome applied = local.run("apply -f /root/policy.yaml --yes --prove");
            assertThat(applied.exit()).as(applied.output()).isZero();

            fleet.lab().reboot("hn1");
            PLACES.forEach(place -> assertGuarded(fleet, place));
            assertThat(fleet.shell("hn1", "lsmod")).as("loaded at boot").containsPattern("(xt|ipt)_LOG");
            fleet.shell("hn1", "vzctl restart 101");
            assertGuarded(fleet, "hn1/101");
            look.at(fleet);

            RealLab.Outcome gone = local.run("uninstall");
            assertThat(gone.exit()).as(gone.output()).isZero();
            assertThat(files(fleet)).isEqualTo(before);
            PLACES.forEach(place -> assertThat(fleet.shell(place, "iptables-save; ip6tables-save"))
                    .doesNotContain("VZG"));
        }
    }

    /** Where the other firewall of that layout restores it from, at the next boot. */
    private static void saveForeignRules(Fleet fleet, String place, LabBoot boot) {
        String file = switch (boot) {
            case DEBIAN -> "/etc/iptables.rules";
            case DEBIAN_PERSISTENT -> "/etc/iptables/rules.v4";
            case RHEL6, RHEL7 -> "/etc/sysconfig/iptables";
            case ALPINE -> "/etc/iptables/rules-save";
        };
        fleet.shell(place, "printf '*filter\\n-A INPUT -s %s/32 -j DROP\\nCOMMIT\\n' >%s".formatted(FOREIGN, file));
        if (boot == LabBoot.DEBIAN) {
            fleet.shell(place, """
                    printf '#!/bin/sh\\niptables-restore </etc/iptables.rules\\nexit 0\\n' >/etc/network/if-pre-up.d/iptablesload
                    chmod 755 /etc/network/if-pre-up.d/iptablesload
                    """);
        }
    }

    /** By packets: the third connection of a stranger is dropped, in both families, and the foreign rule acts. */
    private void assertGuarded(Fleet fleet, String place) {
        await("sshd of " + place)
                .atMost(Fleet.PATIENCE)
                .until(() -> fleet.connect(place, "192.0.2.50", 1).get(0));
        strangers++;
        new HostState(fleet).assertOneGuard(place);
        assertThat(fleet.connect(place, "198.51.100." + strangers, 3)).as(place).containsExactly(true, true, false);
        assertThat(fleet.connect(place, "fd66:bad:0:" + strangers + "::1", 3))
                .as(place)
                .containsExactly(true, true, false);
        assertThat(fleet.connect(place, FOREIGN, 1)).as(place).containsExactly(false);
    }

    private static Map<String, String> files(Fleet fleet) {
        Map<String, String> files = new LinkedHashMap<>();
        for (String place : PLACES) {
            files.put(place, fleet.shell(place, """
                            for tree in /etc /usr/share/netfilter-persistent; do
                                [ -d $tree ] || continue
                                find $tree -xdev -not -name resolv.conf -printf '%p %y %l %m %u:%g\\n' | sort
                                find $tree -xdev -type f -exec sha256sum {} + | sort -k2
                            done
                            """));
        }
        return files;
    }
}
