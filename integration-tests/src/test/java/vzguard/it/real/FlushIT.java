package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Between two sweeps a flush in a VE is found by the list that vanished, which the host's own /proc shows; bans go into the lists of
 * VEs by the same way.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlushIT {
    private Fleet fleet;
    private LocalVerbs local;

    @BeforeAll
    void up() {
        fleet = Fleet.up("it-flush", 1, 1);
        local = new LocalVerbs(fleet, "hn1");
        local.policy("rule: field-report, list: SSH", "enforce");
        assertThat(local.run("apply -f /root/policy.yaml --yes --ctid 101").exit())
                .isZero();
        fleet.shell(
                "hn1",
                "sed -i 's/^sweep=.*/sweep=60s/' /etc/vzguard/agent.conf;"
                        + " /etc/init.d/vzguard-agent stop; /etc/init.d/vzguard-agent start");
        fleet.awaitConnected("hn1");
        await("the sweep of its start")
                .atMost(Fleet.PATIENCE)
                .until(() -> fleet.ve("hn1/101").toString().contains("GUARD_STATE_"));
    }

    @AfterAll
    void down() {
        if (fleet != null) {
            fleet.close();
        }
    }

    private List<String> jumps() {
        return fleet.shell("hn1/101", "iptables -S INPUT; ip6tables -S INPUT")
                .lines()
                .filter(line -> line.endsWith("-j VZG"))
                .toList();
    }

    @Test
    void aFlushInAVeIsFoundByTheListThatVanished() {
        fleet.shell("hn1/101", "for ip in iptables ip6tables; do $ip -F; $ip -X; done");
        assertThat(jumps()).isEmpty();
        await("it comes back").atMost(Fleet.PATIENCE).until(() -> jumps().size() == 2);
        assertThat(fleet.shell("hn1", "cat /var/log/vzguard-agent.log"))
                .contains("a list of the guard of VE 101 is gone: it is looked at now");
    }

    @Test
    void bansOfSeveralAddressesOfBothFamiliesStandInTheVesListsAndGoAgain() {
        fleet.cli("bans", "add", "hn1/101", "198.51.100.80", "198.51.100.81", "fd66:bad:0:80::1")
                .exits(0);
        assertThat(fleet.shell("hn1/101", "cat /proc/net/xt_recent/SSH-DENY /proc/net/xt_recent/SSH6-DENY"))
                .contains("src=198.51.100.80 ", "src=198.51.100.81 ", "src=fd66:0bad:0000:0080:");
        assertThat(fleet.connect("hn1/101", "198.51.100.81", 1)).containsExactly(false);
        assertThat(fleet.shell("hn1", "cat /proc/net/xt_recent/* 2>/dev/null; true"))
                .as("the host's own lists are others")
                .doesNotContain("198.51.100.8");
        fleet.cli("bans", "remove", "hn1/101", "198.51.100.80", "198.51.100.81", "fd66:bad:0:80::1")
                .exits(0);
        assertThat(fleet.connect("hn1/101", "198.51.100.81", 1)).containsExactly(true);
        assertThat(fleet.cli("bans", "remove", "hn1/101", "198.51.100.99").toString())
                .contains("not in any list of this guard");
    }
}
