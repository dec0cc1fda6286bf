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
 * A guard that nobody confirmed goes, and the one before it is back: with the agent killed, with the host cut off its power,
 * and where the guard's proof shows that strangers are shut out. By real logins over the host's sshd.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConfirmIT {
    private static final String BEFORE = "rule: field-report, list: BEFORE";
    private static final String AFTER = "rule: fixed-ban, ban: 10m, action: reject, ports: [22, 2222], list: AFTER";
    private static final String PENDING = "/var/lib/vzguard/agent/confirm";

    private Fleet fleet;
    private HostState hosts;
    private LocalVerbs local;
    private String address = "";

    @BeforeAll
    void up() {
        fleet = Fleet.up("it-confirm", 1, 1);
        hosts = new HostState(fleet);
        local = new LocalVerbs(fleet, "hn1");
        address = fleet.shell("hn1", """
                ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/login
                mkdir -p -m 700 /root/.ssh && cat /etc/ssh/login.pub >>/root/.ssh/authorized_keys
                ip -4 -o address show scope global | sed -n 's/.*inet \\([0-9.]*\\).*/\\1/p' | head -1
                """).strip();
    }

    @AfterAll
    void down() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @BeforeEach
    void anEarlierGuard() {
        local.apply(BEFORE, "--host --prove");
    }

    private String login(String command) {
        return "ssh -i /etc/ssh/login -o BatchMode=yes -o StrictHostKeyChecking=no -o ControlPath=none root@" + address
                + " '" + command + "'";
    }

    private String state() {
        return hosts.rules("hn1")
                + fleet.shell(
                        "hn1", "cat /etc/vzguard/rules.v4 /etc/vzguard/rules.v6 /etc/network/if-pre-up.d/vzguard");
    }

    /** Goes on in the background; its process is known, what it says stands in a file. */
    private void applyByHand(int seconds) {
        applyByHand(seconds, "");
    }

    private void applyByHand(int seconds, String options) {
        local.policy(AFTER, "report");
        fleet.shell(
                "hn1",
                "rm -f /run/apply.exit; (vzguard-agent apply -f /root/policy.yaml --yes --host --confirm-within "
                        + seconds + " " + options + "; echo $? >/run/apply.exit) >/run/apply.out 2>&1 </dev/null &");
        await("it waits")
                .atMost(Fleet.PATIENCE)
                .until(() -> hosts.file("hn1", "/run/apply.out").contains("log in anew"));
        assertThat(hosts.rules("hn1")).contains("AFTER", "--dport 2222").doesNotContain("BEFORE");
    }

    private int applied() {
        await("it ends")
                .atMost(Fleet.PATIENCE)
                .until(() -> fleet.exec("hn1", "test", "-s", "/run/apply.exit").exit() == 0);
        return Integer.parseInt(hosts.file("hn1", "/run/apply.exit").strip());
    }

    @Test
    void onlyALoginThatIsNewerThanTheGuardConfirmsIt() {
        fleet.shell(
                "hn1",
                "rm -f /run/go /run/old.*; mkfifo /run/go; ("
                        + login("echo in; cat /run/go; vzguard-agent confirm")
                        + "; echo $? >/run/old.exit) >/run/old.out 2>&1 </dev/null &");
        await("logged in")
                .atMost(Fleet.PATIENCE)
                .until(() -> hosts.file("hn1", "/run/old.out").contains("in"));
        applyByHand(600);

        RealLab.Outcome none = local.run("confirm");
        assertThat(none.exit()).as(none.output()).isEqualTo(4);
        assertThat(none.output()).contains("no SSH login");
        fleet.shell("hn1", "echo >/run/go");
        await("refused")
                .atMost(Fleet.PATIENCE)
                .until(() -> fleet.exec("hn1", "test", "-s", "/run/old.exit").exit() == 0);
        assertThat(hosts.file("hn1", "/run/old.exit").strip()).isEqualTo("4");
        assertThat(hosts.file("hn1", "/run/old.out")).contains("is older than the guard", "log in anew");

        assertThat(fleet.shell("hn1", login("vzguard-agent confirm"))).contains("the guard of the host is confirmed");
        assertThat(applied()).as(hosts.file("hn1", "/run/apply.out")).isZero();
        assertThat(hosts.rules("hn1")).contains("AFTER");
        assertThat(local.run("confirm").output()).contains("no guard of this host waits");
    }

    @Test
    void whatNobodyConfirmsIsTakenBackAndSaysSo() {
        String before = state();
        applyByHand(5);
        assertThat(applied()).isEqualTo(1);
        assertThat(hosts.file("hn1", "/run/apply.out")).contains("NOT_CONFIRMED", "nobody confirmed it within 5 s");
        assertThat(state()).isEqualTo(before);
    }

    /** No JVM is left that could do it. */
    @Test
    void theGuardOfAKilledAgentIsTakenBackInTime() {
        String before = state();
        applyByHand(10);
        fleet.shell("hn1", "pkill -9 -f 'agent.jar apply'");
        assertThat(hosts.rules("hn1")).contains("AFTER");
        await("taken back")
                .atMost(Fleet.PATIENCE)
                .untilAsserted(() -> assertThat(state()).isEqualTo(before));
        await("both families")
                .atMost(Fleet.PATIENCE)
                .until(() -> fleet.shell("hn1", "ls " + PENDING + "/host*.reverted | wc -l")
                        .strip()
                        .equals("2"));
        List<String> until = fleet.shell("hn1", "grep -h '^#until' " + PENDING + "/host*.reverted")
                .lines()
                .toList();
        List<String> ended = fleet.shell("hn1", "stat -c %Z " + PENDING + "/host*.reverted")
                .lines()
                .toList();
        assertThat(until).hasSize(2).hasSameSizeAs(ended);
        for (int i = 0; i < until.size(); i++) {
            long end = Long.parseLong(until.get(i).substring("#until ".length()));
            // Whole seconds: one second late may read as two.
            assertThat(Long.parseLong(ended.get(i))).isBetween(end, end + 2);
        }
    }

    @Test
    void aHostThatWentDownMeanwhileHasItsGuardBackWhenItsAgentIs() {
        String before = state();
        applyByHand(600);
        fleet.reboot("hn1");
        await("taken back")
                .atMost(Fleet.PATIENCE)
                .untilAsserted(() -> assertThat(state()).isEqualTo(before));
        assertThat(fleet.exec("hn1", "bash", "-c", "ls " + PENDING + "/host*").exit())
                .as("nothing waits")
                .isNotZero();
    }

    /** What others had written drops whom nobody allows, behind a guard that changes. */
    @Test
    void aGuardBehindWhichStrangersAreShutOutIsTakenBack() {
        assertThat(local.apply(BEFORE, "--ctid 101")).contains("IPv4 proven", "IPv6 proven");
        fleet.shell(
                "hn1/101",
                "iptables -A INPUT -s 198.19.255.254 -p tcp --dport 22 -j ACCEPT;"
                        + " iptables -A INPUT -p tcp --dport 22 --syn -j DROP");
        String before = hosts.rules("hn1/101");
        local.policy(AFTER, "report");
        RealLab.Outcome outcome = local.run("apply -f /root/policy.yaml --yes --ctid 101");
        assertThat(outcome.exit()).as(outcome.output()).isEqualTo(1);
        assertThat(outcome.output()).contains("NOT_CONFIRMED", "VE 101 was taken back");
        assertThat(hosts.rules("hn1/101")).isEqualTo(before);
    }

    @Test
    void aConnectionFromTheNamedAddressConfirms() {
        assertThat(fleet.connect("hn1", "192.0.2.50", 1)).containsExactly(true);
        applyByHand(60, "--probe-from 192.0.2.50");
        assertThat(fleet.shell("hn1", "cat /run/apply.out")).contains("192.0.2.50 connects anew to port 22");
        // One that only reads the banner may be over between two looks.
        await("confirmed")
                .atMost(Fleet.PATIENCE)
                .until(() -> fleet.connect("hn1", "192.0.2.50", 1).get(0)
                        && fleet.exec("hn1", "test", "-s", "/run/apply.exit").exit() == 0);
        assertThat(applied()).isZero();
        assertThat(hosts.rules("hn1")).contains("AFTER").doesNotContain("BEFORE");
        assertThat(fleet.shell("hn1", "ls " + PENDING)).isBlank();
    }

    @Test
    void aConnectionFromElsewhereDoesNot() {
        String before = state();
        applyByHand(5, "--probe-from 192.0.2.50");
        assertThat(fleet.connect("hn1", "192.0.2.51", 1)).containsExactly(true);
        assertThat(applied()).isOne();
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void aProbeFromTheHostItselfIsRefused() {
        for (String own : List.of(address, "127.0.0.1", "192.0.2.0/24", "nobody")) {
            RealLab.Outcome refused = local.run("apply -f /root/policy.yaml --yes --host --probe-from " + own);
            assertThat(refused.exit()).as(refused.output()).isEqualTo(2);
            assertThat(refused.output()).contains("--probe-from");
        }
    }
}
