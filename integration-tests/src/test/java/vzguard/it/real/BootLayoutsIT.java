package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import vzguard.lab.model.LabBoot;
import vzguard.lab.real.RealLab;

/**
 * In each layout the guard comes back on a host that boots and in a VE that starts, first in INPUT, beside what the firewall of
 * that distribution restores with a flush; and when vzguard goes, no file of it is left. No agent runs that could bring it back.
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
        inLayout(LabBoot.DEBIAN, ":", lab -> {});
    }

    /** The plugins before the guard's flush, at boot and whenever somebody calls them. */
    @Test
    void debianPersistent() {
        inLayout(LabBoot.DEBIAN_PERSISTENT, ":", lab -> {
            for (String place : PLACES) {
                shell(lab, place, "netfilter-persistent start");
                assertGuarded(lab, place);
            }
        });
    }

    @Test
    void rhel6() {
        inLayout(
                LabBoot.RHEL6,
                "",
                lab -> assertThat(shell(lab, "hn1", "cat /etc/sysconfig/modules/vzguard.modules"))
                        .contains("modprobe ipt_LOG"));
    }

    @Test
    void rhel7() {
        inLayout(LabBoot.RHEL7, ":", lab -> {});
    }

    /** The host with ifupdown, the VE without. */
    @Test
    void alpine() {
        inLayout(
                LabBoot.ALPINE,
                "rm -rf /etc/network",
                lab -> assertThat(shell(lab, "hn1/101", "readlink /etc/runlevels/default/vzguard-guard"))
                        .contains("/etc/init.d/vzguard-guard"));
    }

    private interface Look {
        void at(RealLab lab);
    }

    private void inLayout(LabBoot boot, String prepareVe, Look look) {
        String name = "it-boot-" + boot.word().replace("persistent", "np");
        try (BareLab bare = BareLab.up(name, 1, 1, "--boot", boot.word())) {
            RealLab lab = RealLab.attach(name).orElseThrow();
            bare.copy("hn1", "/opt/vzguard/agent.jar", BareLab.jar("agent"));
            shell(lab, "hn1/101", prepareVe);
            PLACES.forEach(place -> saveForeignRules(lab, place, boot));
            Map<String, String> before = files(lab);
            bare.write("hn1", "/root/policy.yaml", POLICY);
            agent(lab, "apply -f /root/policy.yaml --yes --prove");

            lab.reboot("hn1");
            PLACES.forEach(place -> assertGuarded(lab, place));
            assertThat(shell(lab, "hn1", "lsmod")).as("loaded at boot").containsPattern("(xt|ipt)_LOG");
            shell(lab, "hn1", "vzctl restart 101");
            assertGuarded(lab, "hn1/101");
            look.at(lab);

            agent(lab, "uninstall");
            assertThat(files(lab)).isEqualTo(before);
            PLACES.forEach(place -> assertThat(shell(lab, place, "iptables-save; ip6tables-save"))
                    .doesNotContain("VZG"));
        }
    }

    private static String shell(RealLab lab, String place, String line) {
        RealLab.Outcome outcome = lab.exec(place, List.of("bash", "-c", line));
        assertThat(outcome.exit())
                .as("%s: %s\n%s", place, line, outcome.output())
                .isZero();
        return outcome.output();
    }

    private static void agent(RealLab lab, String verb) {
        shell(
                lab,
                "hn1",
                "${LAB_JAVA_HOME:+$LAB_JAVA_HOME/bin/}java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
                        + " -jar /opt/vzguard/agent.jar " + verb);
    }

    private static List<Boolean> connect(RealLab lab, String place, String from, int count) {
        return lab.ssh(place, Optional.of(from), from.contains(":"), count).stream()
                .map(RealLab.Attempt::answered)
                .toList();
    }

    /** Where the other firewall of that layout restores it from, at the next boot. */
    private static void saveForeignRules(RealLab lab, String place, LabBoot boot) {
        String file = switch (boot) {
            case DEBIAN -> "/etc/iptables.rules";
            case DEBIAN_PERSISTENT -> "/etc/iptables/rules.v4";
            case RHEL6, RHEL7 -> "/etc/sysconfig/iptables";
            case ALPINE -> "/etc/iptables/rules-save";
        };
        shell(lab, place, "printf '*filter\\n-A INPUT -s %s/32 -j DROP\\nCOMMIT\\n' >%s".formatted(FOREIGN, file));
        if (boot == LabBoot.DEBIAN) {
            shell(lab, place, """
                    printf '#!/bin/sh\\niptables-restore </etc/iptables.rules\\nexit 0\\n' >/etc/network/if-pre-up.d/iptablesload
                    chmod 755 /etc/network/if-pre-up.d/iptablesload
                    """);
        }
    }

    /** By packets: the third connection of a stranger is dropped, in both families, and the foreign rule acts. */
    private void assertGuarded(RealLab lab, String place) {
        await("sshd of " + place)
                .atMost(Fleet.PATIENCE)
                .until(() -> connect(lab, place, "192.0.2.50", 1).get(0));
        // The first packets over IPv6 may be lost while host and outside find each other.
        await("IPv6 of " + place)
                .atMost(Fleet.PATIENCE)
                .until(() -> connect(lab, place, "fd66::fffe", 1).get(0));
        strangers++;
        for (String program : List.of("iptables", "ip6tables")) {
            List<String> rules =
                    shell(lab, place, program + " -S INPUT").lines().skip(1).toList();
            assertThat(rules.stream().filter(rule -> rule.endsWith("-j VZG")))
                    .as(place + " " + rules)
                    .hasSize(1);
            assertThat(rules.get(0)).as(place).endsWith("-j VZG");
        }
        assertThat(connect(lab, place, "198.51.100." + strangers, 3)).as(place).containsExactly(true, true, false);
        assertThat(connect(lab, place, "fd66:bad:0:" + strangers + "::1", 3))
                .as(place)
                .containsExactly(true, true, false);
        assertThat(connect(lab, place, FOREIGN, 1)).as(place).containsExactly(false);
    }

    private static Map<String, String> files(RealLab lab) {
        Map<String, String> files = new LinkedHashMap<>();
        for (String place : PLACES) {
            files.put(place, shell(lab, place, """
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
