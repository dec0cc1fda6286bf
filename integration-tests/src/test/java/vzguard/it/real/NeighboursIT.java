package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static vzguard.it.real.Neighbours.FAIL2BAN;
import static vzguard.it.real.Neighbours.UFW;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The guard beside the real ufw and the real fail2ban: neither spoils the other for good, and what they do to it is told. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NeighboursIT {
    private static final List<String> VES = List.of(UFW, FAIL2BAN);
    private static final String BEFORE_IT =
            "another rule stands before it: -p tcp -m multiport --dports 22 -j f2b-sshd (fail2ban)";

    private static final String JUMP = "-A INPUT -p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -j VZG";
    private static final String F2B_JUMP = "-A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd";
    private static final Pattern EVENT = Pattern.compile("(?m)^ +\\d{4}-\\S+ \\S+ (VE \\d+: .*|host: .*)$");

    @TempDir
    private Path folder;

    private Fleet fleet;
    private HostState hosts;
    private Neighbours neighbours;

    @BeforeAll
    void up() {
        fleet = Fleet.up("it-neighbours", 1, 2, "--neighbours");
        hosts = new HostState(fleet);
        neighbours = new Neighbours(fleet);
        neighbours.start();
    }

    @AfterAll
    void down() {
        if (fleet != null) {
            fleet.close();
        }
    }

    /** Rolls the policy out with something of it changed. */
    private void roll(String from, String to) throws IOException {
        String policy = Files.readString(Policies.file("neighbours.yaml"));
        assertThat(policy).contains(from);
        fleet.apply(Files.writeString(folder.resolve("policy.yaml"), policy.replace(from, to)));
        fleet.rollOut("neighbours").accounted().ended("DONE", "NO_OP");
    }

    /** The agent is away while a neighbour acts, so that what is seen then is the neighbour's doing alone. */
    private void agentGoes() {
        fleet.shell("hn1", "/etc/init.d/vzguard-agent stop");
    }

    /**
     * An agent that starts looks at once. What it finds unchanged it does not tell again, so something that is no guard's
     * business is changed to see that it has looked.
     */
    private void agentComesAndLooks() {
        boolean before = startsOnBoot();
        String config = "/etc/vz/conf/102.conf";
        fleet.shell("hn1", "sed -i 's/^ONBOOT=.*/ONBOOT=\"" + (before ? "no" : "yes") + "\"/' " + config);
        fleet.shell("hn1", "/etc/init.d/vzguard-agent start");
        await("the agent has looked").atMost(Fleet.PATIENCE).until(() -> startsOnBoot() != before);
    }

    private boolean startsOnBoot() {
        JsonElement onboot = fleet.ve("hn1/102").getAsJsonObject("facts").get("onboot");
        return onboot != null && onboot.getAsBoolean();
    }

    /** The drift events, newest first, without their times. */
    private List<String> events() {
        return EVENT.matcher(fleet.cli("hosts", "show", "hn1").exits(0).out())
                .results()
                .map(MatchResult::group)
                .map(line -> line.strip().replaceFirst("^\\S+ \\S+ ", ""))
                .toList();
    }

    private List<String> input(String place, String program) {
        return fleet.shell(place, program + " -S INPUT").lines().skip(1).toList();
    }

    private void assertActs(String place, String from) {
        assertThat(fleet.connect(place, from, 3)).as(place + " " + from).containsExactly(true, true, false);
    }

    @Test
    @Order(1)
    void theirRulesStayThroughApplyAndReapply() throws IOException {
        neighbours.ban(Neighbours.BANNED, Neighbours.BANNED_6);
        List<String> before = VES.stream().map(hosts::foreignRules).toList();
        assertThat(before.get(0))
                .contains("-A INPUT -j ufw-before-input", "-A ufw-user-input -s 203.0.113.66/32 -j DROP");
        assertThat(before.get(1))
                .contains(F2B_JUMP, "-A f2b-sshd -s 203.0.113.77/32", "-A f2b-sshd -s fd66:bad::77/128");

        for (String window : List.of("window: 90s", "window: 60s")) {
            roll("window: 60s", window);
            VES.forEach(hosts::assertOneGuard);
            assertThat(VES.stream().map(hosts::foreignRules).toList())
                    .as(window)
                    .isEqualTo(before);
        }
        assertActs(UFW, "198.51.100.11");
        assertActs(UFW, "fd66:bad:0:11::1");
        assertActs(FAIL2BAN, "198.51.100.12");
    }

    @Test
    @Order(2)
    void aReloadAndAnEnableOfUfwLeaveTheGuardFirst() {
        List<String> before = VES.stream().map(hosts::rules).toList();
        agentGoes();
        fleet.shell(UFW, "ufw reload && ufw --force disable && ufw --force enable");
        assertThat(VES.stream().map(hosts::rules).toList()).isEqualTo(before);
        assertActs(UFW, "198.51.100.13");
        assertThat(neighbours.connection(UFW, Neighbours.DENIED)).contains("no answer");
        agentComesAndLooks();
        assertThat(events()).as("nothing was changed").isEmpty();
    }

    @Test
    @Order(3)
    void whatUfwFlushesComesBackAboveUfw() {
        agentGoes();
        neighbours.manageBuiltins(true);
        fleet.shell(UFW, "ufw reload");
        assertThat(hosts.rules(UFW)).contains("-A INPUT -j ufw-before-input").doesNotContain("VZG");
        String theirs = hosts.foreignRules(UFW);
        assertThat(fleet.connect(UFW, "198.51.100.14", 4)).as("nobody guards").containsOnly(true);

        agentComesAndLooks();
        hosts.assertOneGuard(UFW);
        assertThat(hosts.foreignRules(UFW)).isEqualTo(theirs);
        assertActs(UFW, "198.51.100.15");
        assertThat(neighbours.connection(UFW, Neighbours.DENIED)).contains("no answer");
        assertThat(events())
                .containsExactly(
                        "VE 101: IPv4: it was applied, and its rules are gone; IPv6: it was applied, and its rules"
                                + " are gone; healed");

        agentGoes();
        neighbours.loadTheGuardAfterUfw();
        fleet.shell(UFW, "ufw reload");
        hosts.assertOneGuard(UFW);
        assertThat(hosts.foreignRules(UFW)).isEqualTo(theirs);
        neighbours.manageBuiltins(false);
    }

    /** It puts its jump first whenever it starts with bans to bring back, else at its first ban. */
    @Test
    @Order(4)
    void fail2banGetsAboveTheGuardAndIsPutBelowWithItsBans() {
        agentGoes();
        neighbours.fail2banWithItsBans("restart");
        for (String program : List.of("iptables", "ip6tables")) {
            assertThat(input(FAIL2BAN, program)).as(program).containsExactly(F2B_JUMP, JUMP);
        }
        String theirs = hosts.foreignRules(FAIL2BAN);

        agentComesAndLooks();
        for (String program : List.of("iptables", "ip6tables")) {
            assertThat(input(FAIL2BAN, program)).as(program).containsExactly(JUMP, F2B_JUMP);
        }
        assertThat(hosts.foreignRules(FAIL2BAN)).isEqualTo(theirs);
        assertThat(events().get(0)).isEqualTo("VE 102: IPv4: " + BEFORE_IT + "; IPv6: " + BEFORE_IT + "; healed");
        assertThat(neighbours.connection(FAIL2BAN, Neighbours.BANNED)).contains("Connection refused");
        // The ICMPv6 that fail2ban answers with ends no attempt at once; the guard lets the first two in.
        assertThat(fleet.connect(FAIL2BAN, Neighbours.BANNED_6, 1)).containsExactly(false);
        neighbours.guessPasswords("203.0.113.78");
        assertThat(neighbours.connection(FAIL2BAN, "203.0.113.78")).contains("Connection refused");
        assertActs(FAIL2BAN, "198.51.100.16");
        assertThat(events()).as("none of them anew").hasSize(2);
    }

    @Test
    @Order(5)
    void withModeReportItIsToldAndLeftAsItIs() throws IOException {
        roll("mode: enforce", "mode: report");
        agentGoes();
        neighbours.fail2banWithItsBans("restart");
        fleet.shell(UFW, "iptables -I INPUT 1 -p tcp --dport 22 -j ACCEPT; ip6tables -D VZG 1");
        List<String> left = VES.stream().map(hosts::rules).toList();

        agentComesAndLooks();
        assertThat(VES.stream().map(hosts::rules).toList()).isEqualTo(left);
        assertThat(events().subList(0, 2))
                .containsExactlyInAnyOrder(
                        "VE 101: IPv4: another rule stands before it: -p tcp -m tcp --dport 22 -j ACCEPT;"
                                + " IPv6: its rules differ from those that were applied;"
                                + " not healed: mode: report",
                        "VE 102: IPv4: " + BEFORE_IT + "; IPv6: " + BEFORE_IT + "; not healed:" + " mode: report");
        assertThat(fleet.connect(UFW, "198.51.100.17", 4))
                .as("the ACCEPT above it")
                .containsOnly(true);
        assertActs(FAIL2BAN, "198.51.100.18");

        List<String> theirs = VES.stream().map(hosts::foreignRules).toList();
        roll("", "");
        VES.forEach(hosts::assertOneGuard);
        assertThat(VES.stream().map(hosts::foreignRules).toList()).isEqualTo(theirs);
        assertActs(UFW, "198.51.100.19");
        fleet.shell(UFW, "iptables -D INPUT -p tcp --dport 22 -j ACCEPT");
    }

    @Test
    @Order(6)
    void whatUfwLimitsIsWarnedOfAndTheStricterWins() {
        fleet.shell(UFW, "ufw limit 22/tcp");
        assertThat(fleet.cli("plan", "--policy", "neighbours").exits(0).out())
                .contains(
                        "counts SSH connections too; it is left alone, the stricter wins: ufw-user-input",
                        "--name DEFAULT");
        assertActs(UFW, "198.51.100.22");
    }

    @Test
    @Order(7)
    void fail2banGoesWithoutTheGuardAndTheGuardWithoutTheNeighbours() {
        neighbours.fail2ban("stop");
        assertThat(hosts.rules(FAIL2BAN)).doesNotContain("f2b");
        hosts.assertOneGuard(FAIL2BAN);
        assertActs(FAIL2BAN, "198.51.100.20");
        neighbours.fail2banWithItsBans("start");
        List<String> theirs = VES.stream().map(hosts::foreignRules).toList();

        fleet.shell("hn1", "\"${LAB_JAVA_HOME:+$LAB_JAVA_HOME/bin/}java\" -jar /opt/vzguard/agent.jar revert");
        VES.forEach(hosts::assertNoGuard);
        assertThat(VES.stream().map(hosts::foreignRules).toList()).isEqualTo(theirs);
        assertThat(neighbours.connection(UFW, Neighbours.DENIED)).contains("no answer");
        assertThat(fleet.connect(UFW, "198.51.100.21", 6))
                .as("the sixth is ufw's")
                .containsExactly(true, true, true, true, true, false);
        neighbours.ban("203.0.113.79");
        assertThat(neighbours.connection(FAIL2BAN, "203.0.113.79")).contains("Connection refused");
        neighbours.unban("203.0.113.79");
        assertThat(fleet.connect(FAIL2BAN, "203.0.113.79", 4)).containsOnly(true);
    }
}
