package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A guard of a host stays when the controller still gets in from outside, and its agent reaches the controller anew: else the one
 * before it is back, though the agent's own proof passed. By packets, over the host's real sshd.
 *
 * <p>With each of agent, controller and host dying while the guard waits: in the profile {@code seeds}, or with
 * {@code -Dtests.excluded=none}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutsideIT {
    /** From where the controller reaches hosts of the lab. */
    private static final String CONTROLLER = "10.66.0.254";

    private static final String PENDING = "/var/lib/vzguard/agent/confirm";
    private static final String LOG = "/var/log/vzguard-agent.log";

    @TempDir
    private Path folder;

    private Fleet fleet;
    private HostState hosts;

    @BeforeAll
    void up() throws IOException {
        fleet = Fleet.up("it-outside", 1, 1);
        hosts = new HostState(fleet);
        fleet.shell(
                "hn1",
                "modprobe ipt_recent; echo confirm=25s >>/etc/vzguard/agent.conf;"
                        + " /etc/init.d/vzguard-agent stop; /etc/init.d/vzguard-agent start");
        fleet.awaitConnected("hn1");
    }

    @AfterAll
    void down() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @BeforeEach
    void anEarlierGuard() throws IOException {
        rollOut("BEFORE").ended("DONE", "NO_OP");
        assertThat(hosts.rules("hn1")).contains("--name BEFORE ");
    }

    @AfterEach
    void nothingOfOthers() {
        fleet.shell(
                "hn1",
                "iptables -D INPUT -s " + CONTROLLER + " -p tcp --dport 22 -j DROP 2>/dev/null;"
                        + " iptables -D OUTPUT -p tcp --dport 7443 --syn -j DROP 2>/dev/null;"
                        + " iptables -F ANCHOR 2>/dev/null; iptables -X ANCHOR 2>/dev/null; true");
    }

    private String policy(String list) {
        return """
                apiVersion: vzguard/v1
                kind: Policy
                metadata: {name: outside}
                spec:
                  selector: {hosts: "*"}
                  sshGuard: {placement: [host], rule: field-report, window: 60s, hits: 2, list: %s}
                  rollout: {canary: 0, waves: [100%%], soak: 0s}
                  mode: report
                """.formatted(list);
    }

    private void store(String list) throws IOException {
        fleet.apply(Files.writeString(folder.resolve("outside.yaml"), policy(list)));
    }

    private Rollout rollOut(String list) throws IOException {
        store(list);
        return fleet.rollOut("outside").accounted();
    }

    private String log() {
        return fleet.shell("hn1", "cat " + LOG);
    }

    private String summary(Rollout rollout) {
        return rollout.task("hn1").get("summary").getAsString();
    }

    /** From now on no new connection to the controller is made; those that stand go on. As soon as the new guard is there. */
    private void cutWhenWritten(String list) {
        whenWritten(list, "iptables -A OUTPUT -p tcp --dport 7443 --syn -j DROP");
    }

    /** Does something as soon as the guard with this list is there. */
    private void whenWritten(String list, String command) {
        fleet.shell(
                "hn1",
                "(until iptables -S VZG 2>/dev/null | grep -q -- '--name " + list + " '; do sleep 0.02; done; "
                        + command + "; echo done >/run/cut." + list + ") >/dev/null 2>&1 </dev/null &");
    }

    private void awaitCut(String list) {
        await("the guard is written")
                .atMost(Fleet.PATIENCE)
                .until(() -> fleet.exec("hn1", "test", "-s", "/run/cut." + list).exit() == 0);
    }

    @Test
    void theControllerGetsInAndIsNotCounted() throws IOException {
        Rollout rollout = rollOut("LETIN").ended("DONE");
        assertThat(log()).contains("a new connection from " + CONTROLLER + " was let in at 10.66.0.1:22");
        assertThat(summary(rollout)).doesNotContain("unproven");
        assertThat(fleet.shell("hn1", "cat /proc/net/xt_recent/LETIN"))
                .as("two looks would be one too many for this guard")
                .doesNotContain(CONTROLLER);
        assertThat(fleet.connect("hn1", "198.51.100.9", 2)).containsExactly(true, false);
        assertThat(fleet.exec("hn1", "bash", "-c", "ls " + PENDING + "/host*").exit())
                .as("nothing waits any more")
                .isNotZero();
    }

    /** Somebody's rule keeps a list alive by the name of the new guard's, in which the controller stands. */
    @Test
    void aGuardThatWouldShutTheControllerOutIsNotEvenWritten() throws IOException {
        String before = hosts.rules("hn1");
        fleet.shell(
                "hn1",
                "iptables -N ANCHOR; iptables -A ANCHOR -m recent --rcheck --name SHUT-DENY;" + " echo +" + CONTROLLER
                        + " >/proc/net/xt_recent/SHUT-DENY");
        Rollout rollout = rollOut("SHUT").ended("REFUSED");
        assertThat(rollout.causes("hn1")).containsExactly("WOULD_LOCK_OUT");
        assertThat(summary(rollout)).contains("the next connection of " + CONTROLLER, "SHUT-DENY");
        nothingOfOthers();
        assertThat(hosts.rules("hn1")).isEqualTo(before);
    }

    /** What shuts it out comes with the guard, and nothing on the host itself shows it: the agent's own source gets in. */
    @Test
    void aGuardBehindWhichTheControllerIsShutOutIsTakenBackThoughTheAgentsProofPasses() throws IOException {
        String before = hosts.rules("hn1");
        whenWritten("BEHIND", "iptables -A INPUT -s " + CONTROLLER + " -p tcp --dport 22 -j DROP");
        Rollout rollout = rollOut("BEHIND").ended("FAILED");
        assertThat(rollout.causes("hn1")).containsExactly("NOT_CONFIRMED");
        assertThat(summary(rollout))
                .contains("a new connection from the controller to 10.66.0.1:22 was not let in", "one was before");
        nothingOfOthers();
        assertThat(hosts.rules("hn1")).isEqualTo(before);
        assertThat(fleet.connect("hn1", "198.51.100.10", 2)).containsExactly(true, false);
    }

    @Test
    void aHostThatTheControllerNeverReachedIsUnprovenAndNotTakenBack() throws IOException {
        fleet.shell("hn1", "iptables -A INPUT -s " + CONTROLLER + " -p tcp --dport 22 -j DROP");
        Rollout rollout = rollOut("FAR").ended("DONE");
        assertThat(summary(rollout))
                .contains("unproven from outside: the controller was not let in before the guard was written either");
        assertThat(hosts.rules("hn1")).contains("--name FAR ");
    }

    @Test
    void anAgentThatCannotReachTheControllerAnewTakesItsGuardBack() throws IOException {
        String before = hosts.rules("hn1");
        cutWhenWritten("CUT");
        Rollout rollout = rollOut("CUT").ended("FAILED");
        assertThat(rollout.causes("hn1")).containsExactly("NOT_CONFIRMED");
        nothingOfOthers();
        assertThat(hosts.rules("hn1")).isEqualTo(before);
        assertThat(log()).contains("the controller could not be reached anew");
    }

    private Ran.Running startAndCut(String list) throws IOException {
        store(list);
        cutWhenWritten(list);
        Ran.Running watching = fleet.startCli("rollout", "start", "outside");
        awaitCut(list);
        return watching;
    }

    private void assertBack(String before) {
        await("taken back").atMost(Fleet.PATIENCE).untilAsserted(() -> {
            nothingOfOthers();
            assertThat(hosts.rules("hn1")).isEqualTo(before);
        });
    }

    /** When each was due and when it was done, in whole seconds: one second late may read as two. */
    private void assertInTime() {
        List<String> late = fleet.shell(
                        "hn1",
                        "for file in " + PENDING + "/host*.reverted; do"
                                + " echo $(($(stat -c %Z \"$file\") - $(sed -n 's/^#until //p' \"$file\"))); done")
                .lines()
                .toList();
        assertThat(late).isNotEmpty().allMatch(seconds -> Integer.parseInt(seconds) <= 2);
    }

    @Test
    @Tag("deaths")
    void aControllerThatDiesMeanwhileConfirmsNothing() throws IOException {
        String before = hosts.rules("hn1");
        Ran.Running watching = startAndCut("DEAD");
        fleet.lab().killController();
        assertBack(before);
        fleet.lab().startController();
        fleet.awaitConnected("hn1");
        watching.await(Duration.ofMinutes(2));
        assertThat(hosts.rules("hn1")).isEqualTo(before);
    }

    @Test
    @Tag("deaths")
    void anAgentThatDiesMeanwhileConfirmsNothing() throws IOException {
        String before = hosts.rules("hn1");
        Ran.Running watching = startAndCut("KILLED");
        fleet.shell("hn1", "/etc/init.d/vzguard-agent stop");
        await("both families")
                .atMost(Fleet.PATIENCE)
                .until(() -> fleet.shell("hn1", "ls " + PENDING + "/host*.reverted 2>/dev/null | wc -l")
                        .strip()
                        .equals("2"));
        assertInTime();
        assertBack(before);
        fleet.shell("hn1", "/etc/init.d/vzguard-agent start");
        // It does the job again, and this time the controller gets in.
        watching.await(Duration.ofMinutes(2));
        fleet.lastRollout(0, "").accounted().ended("DONE");
        assertThat(hosts.rules("hn1")).contains("--name KILLED ");
    }

    @Test
    @Tag("deaths")
    void aHostThatDiesMeanwhileHasItsFormerGuardUntilTheControllerGetsIn() throws IOException {
        Ran.Running watching = startAndCut("REBOOTED");
        fleet.reboot("hn1");
        watching.await(Duration.ofMinutes(2));
        assertThat(log()).contains("the guard of the host was not confirmed and is taken back");
        fleet.lastRollout(0, "").accounted().ended("DONE");
        assertThat(hosts.rules("hn1")).contains("--name REBOOTED ");
    }
}
