package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Whom a guard itself banned stays banned through what makes the kernel forget: a flush, a restart of the VE, a reboot of the
 * host; and is let in when the ban's own time is over. The host and VE 101 ban for a fixed time, VE 102 by the published rule.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BansReturnIT {
    private static final String ATTACKER = "198.51.100.66";
    private static final String ATTACKER_6 = "fd66:bad:0:66::1";
    private static final List<String> PLACES = List.of("hn1", "hn1/101", "hn1/102");
    /** Where the agent keeps what it knows of each. */
    private static final Map<String, String> KEPT = Map.of("hn1", "host", "hn1/101", "ve-101", "hn1/102", "ve-102");

    private Fleet fleet;
    private LocalVerbs local;

    @BeforeAll
    void up() {
        fleet = Fleet.up("it-bans", 1, 2);
        local = new LocalVerbs(fleet, "hn1");
        fleet.shell(
                "hn1",
                "sed -i 's/^sweep=.*/sweep=1s/' /etc/vzguard/agent.conf;"
                        + " /etc/init.d/vzguard-agent stop; /etc/init.d/vzguard-agent start");
        apply("rule: fixed-ban, window: 60s, hits: 3, ban: 1h, list: SSH", "--host --prove --ctid 101");
        apply("rule: field-report, window: 10m, hits: 3, list: SSH", "--ctid 102");
    }

    @AfterAll
    void down() {
        if (fleet != null) {
            fleet.close();
        }
    }

    private void apply(String settings, String targets) {
        local.policy(settings, "enforce");
        assertThat(local.run("apply -f /root/policy.yaml --yes " + targets))
                .satisfies(applied ->
                        assertThat(applied.exit()).as(applied.output()).isZero());
    }

    private boolean letsIn(String place, String from) {
        return fleet.connect(place, from, 1).get(0);
    }

    private String kept(String place, int family) {
        return fleet.shell(
                "hn1", "cat /var/lib/vzguard/agent/bans/" + KEPT.get(place) + ".v" + family + " 2>/dev/null || true");
    }

    private void awaitSshd(String place) {
        await("sshd of " + place).atMost(Fleet.PATIENCE).until(() -> letsIn(place, "192.0.2.50"));
    }

    private void awaitBanned(String place, String from) {
        await(from + " is banned at " + place)
                .atMost(Fleet.PATIENCE)
                .until(() -> fleet.cli("bans", "list", place).out().contains(from.replaceAll("::1$", "::")));
        assertThat(letsIn(place, from)).as(place + " " + from).isFalse();
    }

    private void assertOthersAreLetIn(String place, String from) {
        assertThat(fleet.connect(place, from, 3)).as(place + " " + from).containsExactly(true, true, false);
    }

    @Test
    @Order(1)
    void whomAGuardBansIsKept() {
        for (String place : PLACES) {
            assertOthersAreLetIn(place, ATTACKER);
            await("IPv6 of " + place).atMost(Fleet.PATIENCE).until(() -> letsIn(place, "fd66::fffe"));
            assertOthersAreLetIn(place, ATTACKER_6);
            await("kept").atMost(Fleet.PATIENCE).untilAsserted(() -> {
                assertThat(kept(place, 4)).contains(" " + ATTACKER + " ");
                assertThat(kept(place, 6)).contains(" fd66:bad:0:66::/64 ");
            });
        }
    }

    @Test
    @Order(2)
    void aStrangersFlushFreesNobody() {
        for (String place : PLACES) {
            fleet.shell(place, "for ip in iptables ip6tables; do $ip -F; $ip -X; done");
            awaitBanned(place, ATTACKER);
            awaitBanned(place, ATTACKER_6);
            assertOthersAreLetIn(place, "198.51.100.67");
        }
    }

    @Test
    @Order(3)
    void aRestartOfAVeFreesNobody() {
        for (String ctid : List.of("101", "102")) {
            fleet.shell("hn1", "vzctl restart " + ctid);
            awaitSshd("hn1/" + ctid);
            awaitBanned("hn1/" + ctid, ATTACKER);
            awaitBanned("hn1/" + ctid, ATTACKER_6);
            assertOthersAreLetIn("hn1/" + ctid, "198.51.100.68");
        }
    }

    @Test
    @Order(4)
    void aRebootOfTheHostFreesNobody() {
        fleet.lab().reboot("hn1");
        fleet.awaitVes(2, ve -> true);
        for (String place : PLACES) {
            awaitSshd(place);
            awaitBanned(place, ATTACKER);
            assertOthersAreLetIn(place, "198.51.100.69");
        }
    }

    @Test
    @Order(5)
    void whomAnOperatorLetsInStaysFree() {
        fleet.cli("bans", "remove", "hn1/101", ATTACKER).exits(0);
        fleet.shell("hn1/101", "iptables -F; iptables -X");
        await("the guard is back")
                .atMost(Fleet.PATIENCE)
                .until(() -> fleet.shell("hn1/101", "iptables -S INPUT").contains("-j VZG"));
        awaitBanned("hn1/101", "198.51.100.69");
        assertOthersAreLetIn("hn1/101", ATTACKER);
    }

    /** The kernel itself would begin the ban anew when it is put back. */
    @Test
    @Order(6)
    void aBanThatWasPutBackEndsAtItsOwnTime() {
        apply("rule: fixed-ban, window: 2s, hits: 2, ban: 40s, list: SHORT", "--ctid 101");
        assertThat(fleet.connect("hn1/101", "198.51.100.70", 2)).containsExactly(true, false);
        await("kept").atMost(Fleet.PATIENCE).until(() -> kept("hn1/101", 4).contains(" 198.51.100.70 "));
        String before = keptOf("198.51.100.70");
        long end = Long.parseLong(before.split(" ")[3]);
        await("half of it has passed").atMost(Fleet.PATIENCE).until(() -> System.currentTimeMillis() > end - 20_000);
        fleet.shell("hn1/101", "iptables -F; iptables -X");
        awaitBanned("hn1/101", "198.51.100.70");
        assertThat(keptOf("198.51.100.70"))
                .as("put back, with the same end")
                .startsWith(before.substring(0, before.length() - 1))
                .doesNotEndWith("-");
        assertThat(Integer.parseInt(fleet.cli("bans", "list", "hn1/101")
                        .exits(0)
                        .out()
                        .lines()
                        .filter(line -> line.startsWith("198.51.100.70 "))
                        .findFirst()
                        .orElseThrow()
                        .replaceAll(".* (\\d+)s$", "$1")))
                .as("what is told is not what the kernel would do")
                .isLessThan(21);
        await("it is over").atMost(Fleet.PATIENCE).until(() -> letsIn("hn1/101", "198.51.100.70"));
        assertThat(fleet.shell("hn1/101", "cat /proc/net/xt_recent/SHORT-BAN"))
                .as("the kernel alone would have kept it there, and him out")
                .doesNotContain("198.51.100.70");
    }

    private String keptOf(String address) {
        return kept("hn1/101", 4)
                .lines()
                .filter(line -> line.contains(" " + address + " "))
                .findFirst()
                .orElseThrow();
    }
}
