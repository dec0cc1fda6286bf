package vzguard.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.lab.model.Generation;
import vzguard.lab.model.Trap;
import vzguard.lab.model.VeState;
import vzguard.lab.simulated.SimulatedFleet;
import vzguard.lab.simulated.SimulatedHost;
import vzguard.lab.simulated.SimulatedTraps;
import vzguard.values.Ctid;

/** Every trap of the simulated lab does what it says. What real programs then show is facts.md 7 and the transcripts. */
class TrapsTest {
    private static final Ctid CTID = new Ctid("101");

    private final SimulatedHost host = SimulatedFleet.boot(1, 2).host("hn1");
    private final SimulatedTraps traps = new SimulatedTraps(host);

    private CommandResult run(String line) {
        return host.run(Command.of("bash", "-c", line).withDeadline(Duration.ofHours(1)));
    }

    private Duration taken(String line, int exit) {
        long before = host.clock().millis();
        assertThat(run(line).exit()).as(line).isEqualTo(exit);
        return Duration.ofMillis(host.clock().millis() - before);
    }

    @Test
    void aHaltThatIsNotHeardCostsTwoMinutes() {
        traps.set(Trap.HALT_IGNORED, CTID);
        assertThat(taken("vzctl restart 101", 0)).isBetween(Duration.ofSeconds(120), Duration.ofSeconds(125));
        traps.undo(Trap.HALT_IGNORED, CTID);
        assertThat(taken("vzctl restart 101", 0)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void whatNoKillEndsIsGivenUpAfterFourMinutes() {
        traps.set(Trap.KILL_IGNORED, CTID);
        assertThat(taken("vzctl restart 101", 33)).isBetween(Duration.ofSeconds(241), Duration.ofSeconds(245));
        assertThat(host.state(CTID)).isEqualTo(VeState.RUNNING);
        traps.undo(Trap.KILL_IGNORED, CTID);
        assertThat(run("vzctl restart 101").exit()).isZero();
    }

    @Test
    void aStartSaysZeroAndTheVeIsDead() {
        traps.set(Trap.DEAD_AFTER_START, CTID);
        CommandResult restart = run("vzctl restart 101");
        assertThat(restart.exit()).isZero();
        assertThat(restart.out()).endsWith("Container start in progress...\n");
        assertThat(host.state(CTID)).isEqualTo(VeState.DOWN);
        traps.undo(Trap.DEAD_AFTER_START, CTID);
        assertThat(run("vzctl start 101").exit()).isZero();
        assertThat(host.state(CTID)).isEqualTo(VeState.RUNNING);
    }

    @Test
    void aKilledRestartLeavesAHalfStoppedVeAndAStaleLock() {
        traps.set(Trap.VZCTL_KILLED, CTID);
        assertThat(run("vzctl restart 101").exit()).isEqualTo(137);
        assertThat(run("vzctl status 101").out()).isEqualTo("CTID 101 exist mounted down\n");
        CommandResult next = run("vzctl start 101");
        assertThat(next.exit()).isZero();
        assertThat(next.out()).contains("Removing stale lock file /vz/lock/101.lck");
    }

    @Test
    void locksAreHeldByTheLivingOnly() {
        traps.set(Trap.LOCKED, CTID);
        assertThat(run("vzctl set 101 --onboot yes --save").exit()).isEqualTo(9);
        traps.undo(Trap.LOCKED, CTID);
        traps.set(Trap.LOCK_STALE, CTID);
        assertThat(run("vzctl set 101 --onboot yes --save").out()).contains("Removing stale lock file");
    }

    @Test
    void keysThatStandTwiceSwallowAChange() {
        traps.set(Trap.KEYS_TWICE, CTID);
        run("vzctl set 101 --netfilter full --save");
        String config = run("grep NETFILTER /etc/vz/conf/101.conf").out();
        assertThat(config).isEqualTo("NETFILTER=\"full\"\nNETFILTER=\"stateless\"\n");
        assertThat(run("vzlist -H -o netfilter 101").out()).isEqualTo("stateless\n");
    }

    @Test
    void odditiesOfStateAndConfiguration() {
        traps.set(Trap.STUB, CTID);
        assertThat(run("cat /etc/vz/conf/4242.conf").out()).isEqualTo("ONBOOT=\"no\"\n");
        assertThat(run("vzctl status 4242").out()).startsWith("CTID 4242 deleted");
        traps.set(Trap.HOSTNAME_QUOTED, CTID);
        assertThat(run("vzlist -j -o hostname 101").out()).contains("\"hostname\": \"a\"b\\c\"");
        traps.set(Trap.DISABLED, CTID);
        assertThat(run("vzctl restart 101").exit()).isEqualTo(105);
        traps.undo(Trap.DISABLED, CTID);
        run("vzctl start 101");
        traps.set(Trap.SUSPENDED, CTID);
        assertThat(run("vzctl status 101").out()).isEqualTo("CTID 101 exist unmounted down suspended\n");
        traps.undo(Trap.SUSPENDED, CTID);
        traps.undo(Trap.STOPPED, CTID);
        traps.set(Trap.STOPPED, CTID);
        assertThat(host.state(CTID)).isEqualTo(VeState.DOWN);
    }

    @Test
    void aVeGoesAwayAndComesBack() {
        traps.set(Trap.MIGRATED_AWAY, CTID);
        assertThat(run("vzctl start 101").exit()).isEqualTo(14);
        assertThat(run("vzlist -H -o veid").out().strip()).isEqualTo("102");
        traps.undo(Trap.MIGRATED_AWAY, CTID);
        assertThat(run("vzctl start 101").exit()).isZero();
    }

    @Test
    void whatIsPlantedInAVe() {
        traps.set(Trap.LINKS_PLANTED, CTID);
        assertThat(Files.isSymbolicLink(host.root().resolve("vz/private/101/etc/vzguard")))
                .isTrue();
        traps.set(Trap.IPTABLES_LIES, CTID);
        assertThat(run("vzctl exec2 101 iptables-save").out()).isEqualTo("*filter\nCOMMIT\n");
        traps.set(Trap.IPTABLES_HANGS, CTID);
        assertThat(host.run(Command.of("vzctl", "exec3", "101", "iptables-save").withDeadline(Duration.ofSeconds(5)))
                        .timedOut())
                .isTrue();
        traps.set(Trap.IPTABLES_FLOODS, CTID);
        CommandResult flood = host.run(Command.of("vzctl", "exec3", "101", "iptables-save")
                .withDeadline(Duration.ofSeconds(5))
                .withOutputLimit(1000));
        assertThat(flood.truncated()).isTrue();
        assertThat(flood.timedOut()).isTrue();
        traps.undo(Trap.IPTABLES_FLOODS, CTID);
        assertThat(run("vzctl exec2 101 iptables-save").exit()).isZero();
        traps.set(Trap.SHELL_LIES, CTID);
        assertThat(run("vzctl exec2 101 id").out()).isEqualTo("you are root\n");
    }

    @Test
    void conntrackOfTheHostIsGoneAfterAReboot() {
        run("modprobe -a xt_state iptable_nat");
        assertThat(run("iptables -t nat -L").exit()).isZero();
        traps.set(Trap.CONNTRACK_OFF, CTID);
        assertThat(run("iptables -t nat -L").exit()).isZero();
        host.reboot();
        run("modprobe -a xt_state iptable_nat");
        assertThat(run("iptables -t nat -L").err()).contains("Table does not exist");
        assertThat(run("iptables -A INPUT -m state --state NEW").err()).contains("Invalid argument");
        assertThat(run("cat /sys/module/nf_conntrack/parameters/ip_conntrack_disable_ve0")
                        .out())
                .isEqualTo("1\n");
        assertThat(run("vzctl exec2 101 iptables -A INPUT -m state --state NEW").exit())
                .as("VEs keep theirs")
                .isZero();
    }

    @Test
    void moreRulesThanTheVeMayHaveAreOutOfMemory() {
        traps.set(Trap.RULES_FULL, CTID);
        run("vzctl restart 101");
        for (int rule = 0; rule < 4; rule++) {
            assertThat(run("vzctl exec2 101 iptables -A INPUT -j ACCEPT").exit())
                    .isZero();
        }
        CommandResult fifth = run("vzctl exec2 101 iptables -A INPUT -j ACCEPT");
        assertThat(fifth.exit()).isEqualTo(1);
        assertThat(fifth.err()).isEqualTo("iptables: Memory allocation problem.\n");
        assertThat(run("grep numiptent /proc/user_beancounters").out().lines().findFirst())
                .hasValueSatisfying(row ->
                        assertThat(row.strip().split(" +")).containsExactly("numiptent", "4", "4", "4", "4", "1"));
    }

    @Test
    void aFreshHostHasNothingToListAndTwoHundredAreListed() {
        SimulatedHost empty = SimulatedFleet.boot(1, 0).host("hn1");
        CommandResult none = empty.run(Command.of("vzlist", "-a"));
        assertThat(none.exit()).isEqualTo(1);
        assertThat(none.err()).isEqualTo("Container(s) not found\n");
        assertThat(empty.run(Command.of("vzlist", "-j", "-a")).out()).isEqualTo("[]\n");
        SimulatedHost many = SimulatedFleet.boot(1, 200, Generation.OVZ6).host("hn1");
        assertThat(many.run(Command.of("vzlist", "-H", "-a", "-o", "veid,status"))
                        .out()
                        .lines())
                .hasSize(200)
                .allSatisfy(line -> assertThat(line).endsWith("running"));
    }
}
