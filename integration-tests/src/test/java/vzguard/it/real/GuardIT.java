package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import vzguard.lab.real.RealLab;

/**
 * What the guard does to packets, by each rule and action, and beside the published rules: with the agent's local verbs on one
 * host, as its owner would use them. VE 101 carries the published rules, loaded by a script of its owner; 102 is plain.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GuardIT {
    private static final String BANNED = "198.51.100.77";
    private static final String SET = "-p tcp --dport 22 -m state --state NEW -m recent --set --name SSH";
    private static final String UPDATE = "-p tcp --dport 22 -m state --state NEW -m recent --update --seconds 60"
            + " --hitcount 3 --rttl --name SSH -j DROP";
    private static final String PUBLISHED = "rule: field-report, list: SSH";

    private Fleet fleet;
    private HostState hosts;
    private LocalVerbs local;
    private String before = "";

    @BeforeAll
    void up() {
        fleet = Fleet.up("it-guard", 1, 2);
        hosts = new HostState(fleet);
        local = new LocalVerbs(fleet, "hn1");
        fleet.shell("hn1", "modprobe ipt_recent; modprobe xt_state; modprobe nf_conntrack_ipv4; modprobe ipt_REJECT");
        fleet.shell("hn1", "vzctl set 101 --netfilter full --save && vzctl restart 101");
        // vzctl does not wait for sshd, and the published rules count also what nobody answers.
        awaitSshd("hn1/101");
        fleet.shell("hn1/101", """
                iptables -A INPUT -s 203.0.113.9/32 -j DROP
                iptables -A INPUT %s
                iptables -A INPUT %s
                iptables -A INPUT -p tcp --dport 80 -j ACCEPT
                iptables-save >/etc/iptables.rules
                printf '#!/bin/sh\\niptables-restore </etc/iptables.rules\\nexit 0\\n' >/etc/network/if-pre-up.d/iptablesload
                chmod 755 /etc/network/if-pre-up.d/iptablesload
                """.formatted(SET, UPDATE));
        before = HostState.withoutEmptyTables(hosts.rules("hn1/101"));
    }

    @AfterAll
    void down() {
        if (fleet != null) {
            fleet.close();
        }
    }

    private RealLab.Outcome agent(String verb) {
        return local.run(verb);
    }

    /** Applies a guard with these settings to a VE; gives what the agent said. */
    private String apply(String ctid, String settings) {
        return local.apply(settings, "--ctid " + ctid);
    }

    private void policy(String settings) {
        local.policy(settings, "report");
    }

    private List<RealLab.Attempt> attempts(String place, String from, int count) {
        return fleet.lab().ssh(place, Optional.of(from), false, count);
    }

    /** From an allowed address, which the guard does not count. */
    private void awaitSshd(String place) {
        await("sshd of " + place)
                .atMost(Fleet.PATIENCE)
                .until(() -> fleet.connect(place, "192.0.2.50", 1).get(0));
    }

    /** On a busy host somebody took SSH out of connection tracking: iptables prints no error, and nobody is ever dropped. */
    @Test
    @Order(0)
    void publishedRulesOnAnUntrackedPortAreFound() {
        String raw = "PREROUTING -p tcp --dport 22 -j CT --notrack";
        fleet.shell("hn1", """
                modprobe iptable_raw; modprobe xt_CT
                iptables -t raw -A %s
                iptables -A INPUT %s
                iptables -A INPUT %s
                """.formatted(raw, SET, UPDATE));
        assertThat(fleet.connect("hn1", "198.51.100.90", 4)).containsExactly(true, true, true, true);
        RealLab.Outcome found = agent("diagnose");
        assertThat(found.exit()).as(found.output()).isOne();
        assertThat(found.output()).contains("PORT_UNTRACKED", "2 rules that want a state", "--notrack");

        fleet.shell("hn1", "iptables -t raw -D " + raw);
        assertThat(agent("diagnose").output()).doesNotContain("PORT_UNTRACKED");
        assertThat(fleet.connect("hn1", "198.51.100.90", 3)).containsExactly(true, true, false);
        fleet.shell("hn1", "iptables -D INPUT %s; iptables -D INPUT %s".formatted(SET, UPDATE));
    }

    /** The published rules count in their own way: the third connection and all that follow within a minute are dropped. */
    @Test
    @Order(1)
    void copiesOfThePublishedRulesAreAdoptedWithTheirBans() {
        assertThat(fleet.connect("hn1/101", BANNED, 3)).containsExactly(true, true, false);

        String said = apply("101", PUBLISHED);

        assertThat(said).contains("it takes the place of 2 rules of the published guard, whose bans stay", "--rttl");
        hosts.assertOneGuard("hn1/101");
        assertThat(fleet.connect("hn1/101", BANNED, 1))
                .as("banned before, banned now")
                .containsExactly(false);
        assertThat(fleet.connect("hn1/101", "198.51.100.78", 3)).containsExactly(true, true, false);
        assertThat(fleet.shell("hn1/101", "iptables -S INPUT").lines())
                .as("the rules of others stay where they are")
                .containsSubsequence(
                        "-A INPUT -s 203.0.113.9/32 -j DROP", "-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT");
    }

    /** Typed by hand and restored from a file, in several copies: three would let nobody in. */
    @Test
    @Order(2)
    void anyNumberOfCopiesInAnyWordingIsTakenIn() {
        fleet.shell("hn1/101", """
                for copy in 1 2; do iptables -A INPUT %s; iptables -A INPUT %s; done
                grep -- '--name SSH ' /etc/iptables.rules | { echo '*filter'; cat; echo COMMIT; } | iptables-restore --noflush
                """.formatted(SET, UPDATE));
        assertThat(fleet.shell("hn1/101", "iptables -S INPUT").lines().filter(rule -> rule.contains("recent")))
                .hasSize(6);

        apply("101", PUBLISHED);

        hosts.assertOneGuard("hn1/101");
        assertThat(fleet.connect("hn1/101", "198.51.100.79", 3)).containsExactly(true, true, false);
    }

    @Test
    @Order(3)
    void aRestartThatLoadsTheCopiesAgainBringsTheGuardAlone() {
        fleet.shell("hn1", "vzctl restart 101");
        // vzctl does not wait for what a VE does at its start.
        await("the guard is back").atMost(Fleet.PATIENCE).untilAsserted(() -> hosts.assertOneGuard("hn1/101"));
        awaitSshd("hn1/101");
        assertThat(fleet.connect("hn1/101", "198.51.100.80", 3)).containsExactly(true, true, false);
    }

    @Test
    @Order(4)
    void whatWasAdoptedIsPutBackWhenTheGuardGoes() {
        RealLab.Outcome outcome = agent("revert --ctid 101");
        assertThat(outcome.exit()).as(outcome.output()).isZero();
        assertThat(HostState.withoutEmptyTables(hosts.rules("hn1/101"))).isEqualTo(before);
        hosts.assertNoGuard("hn1/101");
    }

    @Test
    @Order(5)
    void aNearMissIsLeftAndRefusedWhereItWouldCountTwice() {
        fleet.shell("hn1/101", "iptables -F INPUT; iptables -A INPUT " + SET.replace("--set", "--update --seconds 60"));
        String rules = hosts.rules("hn1/101");
        policy(PUBLISHED);
        RealLab.Outcome refused = agent("apply -f /root/policy.yaml --yes --ctid 101");
        assertThat(refused.exit()).as(refused.output()).isEqualTo(4);
        assertThat(refused.output())
                .contains("COUNTED_TWICE", "uses list SSH too", "--update --seconds 60", "sshGuard.list");
        assertThat(hosts.rules("hn1/101")).isEqualTo(rules);

        assertThat(apply("101", "list: GUARD")).contains("counts SSH connections too; it is left alone");
        assertThat(fleet.connect("hn1/101", "198.51.100.81", 3)).containsExactly(true, true, false);
        assertThat(agent("revert --ctid 101").exit()).isZero();
        assertThat(hosts.rules("hn1/101")).isEqualTo(rules);
    }

    /** A client that never stops trying gets in when its ban ends: with the published rules it never would. */
    @Test
    @Order(6)
    void aBanLastsItsTimeHoweverOftenOneRetries() {
        apply("102", "rule: fixed-ban, window: 2s, hits: 3, ban: 6s, list: FIXED");
        long begin = System.nanoTime();
        assertThat(fleet.connect("hn1/102", BANNED, 3)).containsExactly(true, true, false);
        await("the ban ends")
                .atMost(Fleet.PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> fleet.connect("hn1/102", BANNED, 1).get(0));
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .as("not before its time")
                .isGreaterThan(Duration.ofSeconds(6));
        assertThat(fleet.shell("hn1/102", "cat /proc/net/xt_recent/FIXED-BAN")).contains("src=" + BANNED);
    }

    @Test
    @Order(7)
    void whoComesBackIsBannedForLonger() {
        apply(
                "102",
                "rule: fixed-ban, window: 1s, hits: 2, ban: 1s, list: FIXED,"
                        + " escalation: {after: 2, within: 60s, ban: 1h}");
        String from = "198.51.100.90";
        await("a second ban within a minute").atMost(Fleet.PATIENCE).until(() -> {
            fleet.connect("hn1/102", from, 2);
            return fleet.shell("hn1/102", "cat /proc/net/xt_recent/FIXED-LONG").contains(from);
        });
        await("a short ban would have ended")
                .during(Duration.ofSeconds(3))
                .atMost(Duration.ofSeconds(30))
                .until(() -> !fleet.connect("hn1/102", from, 1).get(0));
    }

    @Test
    @Order(8)
    void aRejectedConnectionIsRefusedAtOnceInBothFamiliesAndProven() {
        apply("102", "action: reject, list: REJ");
        List<RealLab.Attempt> made = attempts("hn1/102", "198.51.100.91", 3);
        assertThat(made.subList(0, 2)).allMatch(RealLab.Attempt::answered);
        assertThat(made.get(2).detail()).contains("Connection refused");
        RealLab.Outcome proven = agent("prove 102");
        assertThat(proven.exit()).as(proven.output()).isZero();
        assertThat(proven.output()).contains("connection 3 was refused", "IPv6");
        assertThat(fleet.shell("hn1/102", "cat /proc/net/xt_recent/REJ /proc/net/xt_recent/REJ6"))
                .as("the proof's addresses are gone")
                .doesNotContain("src=198.18.", "src=198.19.", "src=fd00:767a");
    }

    @Test
    @Order(9)
    void aPolicyChangesRuleAndActionInOneCommitAndTheBansStay() {
        apply("102", "rule: fixed-ban, ban: 10m, list: STAY");
        assertThat(fleet.connect("hn1/102", "198.51.100.92", 3)).containsExactly(true, true, false);
        long counted = setBySyns();
        assertThat(counted).isPositive();
        apply("102", "rule: fixed-ban, ban: 20m, hits: 5, action: reject, list: STAY");
        assertThat(setBySyns()).as("rules that stay go on counting").isGreaterThanOrEqualTo(counted);
        assertThat(attempts("hn1/102", "198.51.100.92", 1).get(0).detail()).contains("Connection refused");
        apply("102", "rule: field-report, list: STAY");
        assertThat(fleet.shell("hn1/102", "iptables -S")).doesNotContain("VZG-BAN");
    }

    /** Packets that the rule saw which counts. */
    private long setBySyns() {
        return fleet.shell("hn1/102", "iptables-save -c -t filter")
                .lines()
                .filter(rule -> rule.contains("-A VZG ") && rule.contains("--set --name STAY "))
                .mapToLong(rule -> Long.parseLong(rule.substring(1, rule.indexOf(':'))))
                .sum();
    }

    /** The host's own list of addresses that no policy can take away. */
    @Test
    @Order(10)
    void theFailsafeAddressesOfTheHostAreNeverDropped() {
        // The running agent has read its configuration: it is started again with the new one.
        fleet.shell(
                "hn1",
                "echo 'failsafe=198.51.100.99, fd66:bad::99' >>/etc/vzguard/agent.conf; /etc/init.d/vzguard-agent stop;"
                        + " /etc/init.d/vzguard-agent start");
        fleet.awaitConnected("hn1");
        apply("102", "hits: 2, list: SAFE");
        assertThat(fleet.connect("hn1/102", "198.51.100.99", 6)).doesNotContain(false);
        assertThat(fleet.connect("hn1/102", "fd66:bad::99", 6)).doesNotContain(false);
        assertThat(fleet.connect("hn1/102", "198.51.100.98", 2)).containsExactly(true, false);
    }

    /** Through controller and CLI: at once, several at once, refused where it would not act, kept over a restart. */
    @Test
    @Order(11)
    void bansOfOperatorsActAtOnceAndStay() {
        apply("102", "list: BANS");
        String[] both = {"198.51.100.60", "fd66:bad:0:60::1"};
        Ran added = fleet.cli("bans", "add", "hn1/102", both[0], both[1], "198.51.100.61")
                .exits(0);
        assertThat(added.out()).contains("198.51.100.60", "fd66:bad:0:60::/64", "198.51.100.61");
        for (String from : List.of("198.51.100.60", "198.51.100.61", "fd66:bad:0:60::7")) {
            assertThat(fleet.connect("hn1/102", from, 1)).as(from).containsExactly(false);
        }
        assertThat(fleet.cli("bans", "list", "hn1/102").exits(0).out())
                .contains("198.51.100.60", "fd66:bad:0:60::/64", "until removed", "BANS-DENY", "2 of 100");
        assertThat(fleet.cli("bans", "add", "hn1/102", "192.0.2.9").exits(4).err())
                .contains("192.0.2.9 is exempt", "192.0.2.0/24");

        fleet.shell("hn1", "vzctl restart 102");
        await("the bans are back")
                .atMost(Fleet.PATIENCE)
                .until(() -> fleet.shell("hn1/102", "cat /proc/net/xt_recent/BANS-DENY 2>/dev/null || true")
                        .contains("198.51.100.61"));
        awaitSshd("hn1/102");
        assertThat(fleet.connect("hn1/102", "198.51.100.60", 1)).containsExactly(false);

        fleet.cli("bans", "remove", "hn1/102", "198.51.100.60", "fd66:bad:0:60::1")
                .exits(0);
        assertThat(fleet.connect("hn1/102", "198.51.100.60", 1)).containsExactly(true);
        assertThat(fleet.connect("hn1/102", "fd66:bad:0:60::7", 1)).containsExactly(true);
        assertThat(fleet.connect("hn1/102", "198.51.100.61", 1)).containsExactly(false);
        assertThat(fleet.cli("bans", "remove", "hn1/102", "203.0.113.200")
                        .exits(0)
                        .out())
                .contains("203.0.113.200: not in any list of this guard");
    }

    /** What the guard itself banned is listed with its end, and let in again when an operator says so. */
    @Test
    @Order(12)
    void bansOfTheGuardAreListedWithTheirEndAndLifted() {
        apply("102", "rule: fixed-ban, ban: 10m, list: OWN");
        assertThat(fleet.connect("hn1/102", "198.51.100.62", 3)).containsExactly(true, true, false);
        assertThat(agent("bans list --ctid 102").output())
                .containsPattern(
                        "198\\.51\\.100\\.62 +guard +OWN-BAN +5\\d\\d s|198\\.51\\.100\\.62 +guard +OWN-BAN +600 s");
        assertThat(agent("bans remove --ctid 102 198.51.100.62").exit()).isZero();
        assertThat(fleet.connect("hn1/102", "198.51.100.62", 2)).containsExactly(true, true);
        assertThat(agent("bans add --ctid 102 10.0.0.0/8").exit()).isEqualTo(2);
    }

    @Test
    @Order(13)
    void aListThatIsFullRefusesMoreThanItHolds() {
        fleet.shell("hn1/102", "for i in $(seq 1 98); do echo +203.0.113.$i >/proc/net/xt_recent/OWN-DENY; done");
        RealLab.Outcome full = agent("bans add --ctid 102 198.51.100.1 198.51.100.2");
        assertThat(full.exit()).as(full.output()).isEqualTo(4);
        assertThat(full.output()).contains("LIST_FULL", "holds 99 of 100 addresses: for 2 more");
        assertThat(agent("bans add --ctid 102 198.51.100.1").exit()).isZero();
        assertThat(agent("revert --ctid 102").exit()).isZero();
    }

    /** The running agent, at its next sweep, on the host and in a VE; other rules stay as the stranger left them. */
    @Test
    @Order(14)
    void whatAStrangerFlushesComesBackWithItsBansAndIsTold() {
        local.policy("rule: fixed-ban, ban: 10m, list: HEAL", "enforce");
        RealLab.Outcome applied = agent("apply -f /root/policy.yaml --yes --host --prove --ctid 102");
        assertThat(applied.exit()).as(applied.output()).isZero();
        fleet.cli("bans", "add", "hn1/102", "198.51.100.70").exits(0);
        String inVe = hosts.rules("hn1/102");
        String onHost = hosts.rules("hn1");
        fleet.shell("hn1/102", "iptables -F; iptables -X; iptables -A INPUT -s 203.0.113.9 -j DROP");
        fleet.shell("hn1", "iptables -I INPUT 1 -p tcp --dport 22 -j ACCEPT; ip6tables -F VZG");
        await("both guards are back").atMost(Fleet.PATIENCE).untilAsserted(() -> {
            assertThat(own(hosts.rules("hn1/102"))).isEqualTo(own(inVe));
            assertThat(own(hosts.rules("hn1"))).isEqualTo(own(onHost));
        });
        assertThat(fleet.shell("hn1/102", "iptables -S INPUT").lines()).anyMatch(rule -> rule.contains("203.0.113.9"));
        assertThat(fleet.shell("hn1", "iptables -S INPUT").lines().skip(1).findFirst())
                .hasValueSatisfying(first -> assertThat(first).endsWith("-j VZG"));
        assertThat(fleet.connect("hn1/102", "198.51.100.70", 1)).containsExactly(false);
        await("both are told")
                .atMost(Fleet.PATIENCE)
                .untilAsserted(() -> assertThat(
                                fleet.cli("hosts", "show", "hn1").exits(0).out())
                        .contains("VE 102: IPv4: ", "host: IPv4: another rule stands before it", "healed"));
    }

    /** Somebody works in the VE and has connected as often as the new guard permits: it is not written over their head. */
    @Test
    @Order(15)
    void aGuardThatWouldShutOutWhoIsConnectedIsRefused() {
        apply("102", "hits: 10, list: OUT");
        String address = fleet.ve("hn1/102")
                .getAsJsonObject("facts")
                .getAsJsonArray("addresses")
                .get(0)
                .getAsString();
        fleet.shell("hn1", """
                connect() { exec 3<>/dev/tcp/%s/22 && read -r greeting <&3; }
                (connect); (connect)
                setsid bash -c "exec 3<>/dev/tcp/%s/22; read -r greeting <&3; read -r never <&3" >/dev/null 2>&1 </dev/null &
                echo $! >/run/held
                """.formatted(address, address));
        await("held")
                .atMost(Fleet.PATIENCE)
                .until(() -> fleet.shell("hn1/102", "grep -c ':0016 [0-9A-F:]* 01 ' /proc/net/tcp || true")
                        .strip()
                        .equals("1"));
        String before = hosts.rules("hn1/102");
        policy("hits: 3, list: OUT");
        RealLab.Outcome refused = agent("apply -f /root/policy.yaml --yes --ctid 102");
        assertThat(refused.exit()).as(refused.output()).isEqualTo(4);
        assertThat(refused.output()).contains("WOULD_LOCK_OUT", "who is connected now", "number 3 is dropped");
        assertThat(hosts.rules("hn1/102")).isEqualTo(before);

        fleet.shell("hn1", "kill -- -$(cat /run/held) || kill $(cat /run/held)");
        await("gone").atMost(Fleet.PATIENCE).untilAsserted(() -> apply("102", "hits: 3, list: OUT"));
    }

    /** Long before the next sweep: a list that only the guard names is gone. */
    @Test
    @Order(16)
    void aFlushOfTheHostIsSeenBetweenTwoSweeps() {
        local.policy("rule: fixed-ban, ban: 10m, list: CANARY", "enforce");
        RealLab.Outcome applied = agent("apply -f /root/policy.yaml --yes --host --prove");
        assertThat(applied.exit()).as(applied.output()).isZero();
        String onHost = hosts.rules("hn1");
        // What the agent that is there now sees is no sweep of the next one.
        fleet.shell("hn1", "sed -i 's/^sweep=.*/sweep=1h/' /etc/vzguard/agent.conf; /etc/init.d/vzguard-agent stop");
        await("the agent is gone")
                .atMost(Fleet.PATIENCE)
                .until(() ->
                        !fleet.json("hosts", "show", "hn1").get("connected").getAsBoolean());
        String before = observedAt();
        fleet.shell("hn1", "/etc/init.d/vzguard-agent start");
        await("its first sweep")
                .atMost(Fleet.PATIENCE)
                .until(() -> !observedAt().equals(before));
        String log = "grep -c 'a list of the guard of the host is gone' /var/log/vzguard-agent.log || true";
        String seen = fleet.shell("hn1", log);
        fleet.shell("hn1", "iptables -F; iptables -X");
        await("it is back").atMost(Fleet.PATIENCE).untilAsserted(() -> {
            assertThat(own(hosts.rules("hn1"))).isEqualTo(own(onHost));
            assertThat(fleet.shell("hn1", log)).isNotEqualTo(seen);
        });
    }

    private String observedAt() {
        return fleet.json("hosts", "show", "hn1")
                .getAsJsonObject("facts")
                .get("observedAt")
                .getAsString();
    }

    private static List<String> own(String rules) {
        return rules.lines().filter(rule -> rule.contains("VZG")).toList();
    }
}
