package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * VEs guarded in their host's FORWARD: nothing of them is needed and nothing in them is changed, each has its own lists, no
 * tenant can take the guard away, and it goes where the VE's addresses go.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EdgeIT {
    private static final List<String> VES = List.of("hn1/101", "hn1/102");

    @TempDir
    private Path folder;

    private Fleet fleet;
    private HostState hosts;

    @BeforeAll
    void up() {
        fleet = Fleet.up("it-edge", 1, 3);
        hosts = new HostState(fleet);
    }

    @AfterAll
    void down() {
        if (fleet != null) {
            fleet.close();
        }
    }

    private Rollout roll(String from, String to) throws IOException {
        String policy = Files.readString(Policies.file("edge.yaml"));
        assertThat(policy).contains(from);
        fleet.apply(Files.writeString(folder.resolve("policy.yaml"), policy.replace(from, to)));
        return fleet.rollOut("edge").accounted();
    }

    private void assertActs(String place, String from) {
        assertThat(fleet.connect(place, from, 3)).as(place + " " + from).containsExactly(true, true, false);
    }

    private List<String> forward() {
        return fleet.shell("hn1", "iptables -S FORWARD").lines().skip(1).toList();
    }

    private static String jump(String address, int ctid) {
        return "-A FORWARD -d " + address + "/32 -p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -j VZG-E"
                + ctid;
    }

    private void awaitSshd(String place) {
        await("sshd of " + place)
                .atMost(Fleet.PATIENCE)
                .until(() -> fleet.connect(place, "192.0.2.50", 1).get(0));
    }

    @Test
    @Order(1)
    void everyVeIsGuardedAndNoneIsTouched() throws IOException {
        fleet.shell("hn1", "vzctl stop 103");
        // The first packet over IPv6 may be lost while host and outside find each other; no guard counts it yet.
        VES.forEach(ve -> await("IPv6 of " + ve)
                .atMost(Fleet.PATIENCE)
                .until(() -> fleet.connect(ve, "fd66::fffe", 1).get(0)));
        List<String> before = VES.stream().map(this::inside).toList();
        assertThat(fleet.shell("hn1", "lsmod")).as("it loads what it needs").doesNotContain("ipt_recent", "xt_recent");

        roll("", "").ended("DONE");
        assertThat(VES.stream().map(this::inside).toList()).isEqualTo(before);
        assertThat(forward())
                .containsExactlyInAnyOrder(jump("10.67.1.1", 101), jump("10.67.1.2", 102), jump("10.67.1.3", 103));
        for (String ve : VES) {
            assertActs(ve, "198.51.100.11");
            assertActs(ve, "fd66:bad:0:11::1");
        }

        fleet.shell("hn1", "vzctl start 103");
        awaitSshd("hn1/103");
        assertActs("hn1/103", "198.51.100.12");
        assertThat(List.of("hn1/101", "hn1/102", "hn1/103"))
                .as("one who visits each of them once")
                .allSatisfy(
                        ve -> assertThat(fleet.connect(ve, "198.51.100.13", 1)).containsExactly(true));
        await("the controller knows")
                .atMost(Fleet.PATIENCE)
                .until(() -> fleet.cli("status").exits(0).out().contains("3 of 3 running VEs"));
    }

    /** Rules, files and the start of a VE. */
    private String inside(String ve) {
        return hosts.rules(ve) + hosts.files(ve) + hosts.start(ve);
    }

    @Test
    @Order(2)
    void noTenantCanTakeItAway() {
        fleet.shell("hn1/101", "iptables -P INPUT ACCEPT; iptables -F; iptables -X; rm -rf /etc/vzguard");
        assertActs("hn1/101", "198.51.100.14");
    }

    @Test
    @Order(3)
    void anOperatorBansAtTheEdge() {
        fleet.cli("bans", "add", "hn1/101", "203.0.113.50", "fd66:bad:0:50::1").exits(0);
        assertThat(fleet.connect("hn1/101", "203.0.113.50", 1)).containsExactly(false);
        assertThat(fleet.connect("hn1/101", "fd66:bad:0:50::2", 1)).containsExactly(false);
        assertThat(fleet.connect("hn1/102", "203.0.113.50", 1)).containsExactly(true);
        assertThat(fleet.cli("bans", "list", "hn1/101").exits(0).out()).contains("203.0.113.50", "ve101.SSH-DENY");
    }

    @Test
    @Order(4)
    void theGuardsAndTheirBansComeBackWithTheHost() {
        fleet.shell("hn1", "mv /opt/vzguard/agent.jar /opt/vzguard/away.jar");
        fleet.lab().reboot("hn1");
        awaitSshd("hn1/101");
        awaitSshd("hn1/102");
        assertThat(forward()).hasSize(3);
        assertActs("hn1/102", "198.51.100.15");
        assertThat(fleet.connect("hn1/101", "203.0.113.50", 1)).containsExactly(false);
        fleet.shell(
                "hn1",
                "mv /opt/vzguard/away.jar /opt/vzguard/agent.jar;"
                        + " /etc/init.d/vzguard-agent stop; /etc/init.d/vzguard-agent start");
        fleet.awaitConnected("hn1");
    }

    /** With mode: report what others do to a guard is only told; where the VE went, the guard goes all the same. */
    @Test
    @Order(5)
    void itFollowsTheAddresses() throws IOException {
        roll("mode: enforce", "mode: report").ended("NO_OP", "DONE");
        fleet.shell("hn1/102", "ip address add 10.67.1.202/32 dev venet0");
        fleet.shell(
                "hn1",
                "ip route add 10.67.1.202/32 dev veth102.0;"
                        + " sed -i 's/^IP_ADDRESS=\"/IP_ADDRESS=\"10.67.1.202 /' /etc/vz/conf/102.conf");
        await("the guard follows")
                .atMost(Fleet.PATIENCE)
                .untilAsserted(() -> assertThat(forward()).contains(jump("10.67.1.202", 102), jump("10.67.1.2", 102)));
        await("that is told")
                .atMost(Fleet.PATIENCE)
                .untilAsserted(() -> assertThat(
                                fleet.cli("hosts", "show", "hn1").exits(0).out())
                        .contains("addresses or the ports differ from those it guards; healed"));
    }

    /** An address that a VE had may be another's tomorrow. */
    @Test
    @Order(6)
    void withoutAddressesThereIsNothingToGuardAndTheyComeBackWithTheirGuard() {
        String without = "sed -i.kept 's/^IP_ADDRESS=.*/IP_ADDRESS=\"\"/' /etc/vz/conf/103.conf";
        fleet.shell("hn1", without);
        await("its guard goes")
                .atMost(Fleet.PATIENCE)
                .until(() -> !fleet.shell("hn1", "iptables -S; ip6tables -S; ls /etc/vzguard")
                        .contains("103"));
        await("that is told")
                .atMost(Fleet.PATIENCE)
                .untilAsserted(() -> assertThat(
                                fleet.cli("hosts", "show", "hn1").exits(0).out())
                        .contains("the host knows no address of VE 103", "--ipadd"));
        assertThat(fleet.cli("diagnose", "hn1/103").exits(1).out()).contains("NO_ADDRESS");
        assertThat(fleet.cli("plan", "--policy", "edge").out()).contains("NO_ADDRESS", "1 blocked");

        fleet.shell("hn1", "mv /etc/vz/conf/103.conf.kept /etc/vz/conf/103.conf");
        await("it is back")
                .atMost(Fleet.PATIENCE)
                .untilAsserted(() -> assertThat(forward()).contains(jump("10.67.1.3", 103)));
        assertActs("hn1/103", "198.51.100.20");
    }

    @Test
    @Order(7)
    void whatOthersDoToItIsHealed() throws IOException {
        roll("", "").ended("NO_OP", "DONE");
        fleet.shell(
                "hn1",
                "iptables -F FORWARD; iptables -A FORWARD -p tcp --dport 22 -j ACCEPT; ip6tables -X; ip6tables -F VZG-E103");
        await("they are back").atMost(Fleet.PATIENCE).untilAsserted(() -> {
            assertThat(forward()).hasSize(5);
            assertThat(forward().get(4)).isEqualTo("-A FORWARD -p tcp -m tcp --dport 22 -j ACCEPT");
            assertThat(fleet.shell("hn1", "ip6tables -S VZG-E103")).contains("--set");
        });
        assertActs("hn1/103", "198.51.100.16");
        fleet.shell("hn1", "iptables -D FORWARD -p tcp --dport 22 -j ACCEPT");
    }

    @Test
    @Order(8)
    void insideAndAtTheEdgeShareNoList() throws IOException {
        fleet.shell("hn1", "vzctl set 101 --netfilter full --save && vzctl restart 101");
        awaitSshd("hn1/101");
        roll("placement: [edge]", "placement: [ve, edge]").ended("DONE", "SKIPPED", "FAILED");
        assertThat(hosts.rules("hn1/101")).contains("-A INPUT -p tcp", "-j VZG", "--name SSH-BAN");
        assertActs("hn1/101", "198.51.100.17");
        assertThat(fleet.shell("hn1/101", "cat /proc/net/xt_recent/SSH")).contains("198.51.100.17");
        assertThat(fleet.shell("hn1", "cat /proc/net/xt_recent/ve101.SSH")).contains("198.51.100.17");
        roll("", "").ended("DONE");
        hosts.assertNoGuard("hn1/101");
        assertActs("hn1/101", "198.51.100.18");
    }

    /** All go at once, and what loads them at boot with the last. */
    @Test
    @Order(9)
    void aDeletedPolicyLeavesNothing() throws IOException {
        roll("canary: 1", "canary: 0").ended("NO_OP");
        fleet.cli("policy", "delete", "edge", "--yes").exits(0);
        hosts.assertNoGuard("hn1");
        assertThat(fleet.shell("hn1", "ls /etc/vzguard /etc/network/if-pre-up.d"))
                .doesNotContain("edge", "rules", "\nvzguard\n");
        roll("", "").ended("DONE");
    }

    @Test
    @Order(10)
    void aVeThatIsGoneLeavesNothing() {
        fleet.shell("hn1", "vzctl stop 103 && vzctl destroy 103");
        await("nothing is left of it")
                .atMost(Fleet.PATIENCE)
                .until(() -> !fleet.shell("hn1", "iptables -S; ip6tables -S; ls /etc/vzguard")
                        .contains("103"));
        await("that is told")
                .atMost(Fleet.PATIENCE)
                .untilAsserted(() -> assertThat(
                                fleet.cli("hosts", "show", "hn1").exits(0).out())
                        .contains("VE 103: the VE is gone from this host, and had a guard at its edge; healed"));
        fleet.shell("hn1", "\"${LAB_JAVA_HOME:+$LAB_JAVA_HOME/bin/}java\" -jar /opt/vzguard/agent.jar revert");
        hosts.assertNoGuard("hn1");
        assertThat(fleet.shell("hn1", "ls /etc/vzguard")).doesNotContain("edge");
    }
}
