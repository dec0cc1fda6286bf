package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import vzguard.lab.real.RealLab;

/**
 * When vzguard goes, rules, configs and boot files of host and VEs are byte for byte what they were: also what it had adopted,
 * also when it is killed while it goes; and what others wrote meanwhile stays.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UninstallIT {
    private static final List<String> PLACES = List.of("hn1", "hn1/101", "hn1/102");
    private static final String SET = "-p tcp --dport 22 -m state --state NEW -m recent --set --name SSH";
    private static final String UPDATE = "-p tcp --dport 22 -m state --state NEW -m recent --update --seconds 60"
            + " --hitcount 3 --rttl --name SSH -j DROP";

    private Fleet fleet;
    private HostState hosts;
    private LocalVerbs local;
    private String before = "";

    @BeforeAll
    void up() {
        fleet = Fleet.up("it-uninstall", 1, 2);
        hosts = new HostState(fleet);
        local = new LocalVerbs(fleet, "hn1");
        fleet.shell("hn1", "modprobe ipt_recent; modprobe xt_state; modprobe nf_conntrack_ipv4");
        fleet.shell("hn1", "vzctl set 101 --netfilter full --save && vzctl restart 101");
        fleet.shell("hn1/101", """
                iptables -A INPUT -s 203.0.113.9/32 -j DROP
                iptables -A INPUT %s
                iptables -A INPUT %s
                iptables-save >/etc/iptables.rules
                printf '#!/bin/sh\\niptables-restore </etc/iptables.rules\\nexit 0\\n' >/etc/network/if-pre-up.d/iptablesload
                chmod 755 /etc/network/if-pre-up.d/iptablesload
                """.formatted(SET, UPDATE));
    }

    @BeforeEach
    void remember() {
        before = all();
    }

    @AfterAll
    void down() {
        if (fleet != null) {
            fleet.close();
        }
    }

    /** Every file below /etc with its content, mode and owner, and the rules. */
    private String all() {
        StringBuilder all = new StringBuilder();
        for (String place : PLACES) {
            all.append(fleet.shell(
                            place,
                            "find /etc -xdev -not -name 'resolv.conf' -printf '%p %y %l %m %u:%g\\n' | sort;"
                                    + " find /etc -xdev -type f -exec sha256sum {} + | sort -k2"))
                    .append(HostState.withoutEmptyTables(hosts.rules(place)));
        }
        return all.toString();
    }

    private String policy(String share) {
        return """
                apiVersion: vzguard/v1
                kind: Policy
                metadata: {name: guard}
                spec:
                  modules: {require: [ipt_recent, ipt_LOG], share: %s, persist: true}
                  sshGuard: {placement: [host, ve], allow: [192.0.2.0/24], rule: fixed-ban, ban: 10m, list: SSH}
                  rollout: {soak: 1s, restarts: {allow: true}}
                """.formatted(share);
    }

    private void apply(String share) {
        fleet.shell("hn1", "cat >/root/policy.yaml <<'END'\n" + policy(share) + "END");
        RealLab.Outcome outcome = local.run("apply -f /root/policy.yaml --yes --prove");
        assertThat(outcome.exit()).as(outcome.output()).isZero();
        assertThat(fleet.shell("hn1", "cat /etc/modules-load.d/vzguard.conf")).contains("ipt_recent");
        assertGuarded();
    }

    private void assertGuarded() {
        for (String place : PLACES) {
            assertThat(hosts.rules(place)).as(place).contains("-j VZG");
        }
    }

    private RealLab.Outcome uninstall() {
        return local.run("uninstall");
    }

    @Test
    void anUninstallThatIsKilledGoesOnWhereItWas() {
        apply("per-ve");
        assertThat(fleet.shell("hn1", "cat /etc/vz/conf/102.conf")).contains("ipt_LOG");
        fleet.shell("hn1", """
                (vzguard-agent uninstall >/run/uninstall.out 2>&1 </dev/null &)
                until grep -q 'VE 101\\|101' /run/uninstall.out; do sleep 0.01; done
                pkill -9 -f 'agent.jar uninstall'
                """);
        assertThat(hosts.rules("hn1")).contains("VZG");
        RealLab.Outcome outcome = uninstall();
        assertThat(outcome.exit()).as(outcome.output()).isZero();
        assertThat(all()).isEqualTo(before);
        assertThat(uninstall().exit()).as("twice is as once").isZero();
        assertThat(all()).isEqualTo(before);
    }

    @Test
    void whatOthersWroteMeanwhileStays() {
        apply("global");
        fleet.shell("hn1", "echo 'THEIRS=1' >>/etc/vz/vz.conf; echo 'THEIRS=2' >>/etc/vz/conf/101.conf");
        RealLab.Outcome outcome = uninstall();
        assertThat(outcome.exit()).as(outcome.output()).isZero();
        assertThat(fleet.shell("hn1", "tail -n 1 /etc/vz/vz.conf; tail -n 1 /etc/vz/conf/101.conf"))
                .isEqualTo("THEIRS=1\nTHEIRS=2\n");
        fleet.shell("hn1", "sed -i '$d' /etc/vz/vz.conf /etc/vz/conf/101.conf");
        assertThat(all()).isEqualTo(before);
    }

    @Test
    void aLineThatOthersChangedIsLeftAndTold() {
        apply("global");
        fleet.shell("hn1", "cp /etc/vz/vz.conf /run/ours; sed -i 's/^IPTABLES=\"/&ipt_owner /' /etc/vz/vz.conf");
        RealLab.Outcome outcome = uninstall();
        assertThat(outcome.exit()).as(outcome.output()).isNotZero();
        assertThat(outcome.output())
                .contains("CHANGED_BY_OTHERS", "/etc/vz/vz.conf was changed by others", "not all of it");
        assertThat(fleet.shell("hn1", "cat /etc/vz/vz.conf")).contains("ipt_owner");
        fleet.shell("hn1", "cat /run/ours >/etc/vz/vz.conf");
        assertThat(uninstall().exit()).isZero();
        assertThat(all()).isEqualTo(before);
    }

    @Test
    void aPolicyThatIsDeletedLeavesNothingEither() throws Exception {
        fleet.apply(java.nio.file.Files.writeString(fleet.configuration().resolve("guard.yaml"), policy("per-ve")));
        fleet.cli("rollout", "start", "guard").exits(0);
        assertGuarded();
        fleet.cli("policy", "delete", "guard", "--yes").exits(0);
        await("all is as before")
                .atMost(Fleet.PATIENCE)
                .untilAsserted(() -> assertThat(all()).isEqualTo(before));
    }
}
