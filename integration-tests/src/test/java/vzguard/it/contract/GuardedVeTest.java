package vzguard.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.lab.simulated.SimulatedFleet;
import vzguard.lab.simulated.SimulatedHost;
import vzguard.lab.simulated.SimulatedNetwork.Kind;

/** The field report's two rules in a simulated VE, with connections through them. */
class GuardedVeTest {
    private static final String SET =
            "iptables -A INPUT -p tcp --dport 22 -m state --state NEW -m recent --set --name SSH";
    private static final String UPDATE = "iptables -A INPUT -p tcp --dport 22 -m state --state NEW -m recent --update"
            + " --seconds 60 --hitcount 3 --rttl --name SSH -j DROP";
    private static final String ATTACKER = "198.51.100.7";

    private final SimulatedFleet fleet = SimulatedFleet.boot(3, 4);

    private CommandResult inVe(String host, String script) {
        return fleet.host(host).run(Command.of("vzctl", "--quiet", "exec2", "101", script));
    }

    private Kind connect(String from, String to) {
        return fleet.network().connect(from, to, 22, Duration.ofMillis(900)).kind();
    }

    private Stream<Kind> attempts(int count, String from, String to) {
        return IntStream.range(0, count).mapToObj(number -> connect(from, to));
    }

    @Test
    void aModuleThatIsNotLoadedAndConntrackThatIsNotSharedFailInTheReportsTwoWays() {
        assertThat(inVe("hn1", SET).err())
                .endsWith("Warning: Extension recent revision 0 not supported, missing kernel module?\n"
                        + "iptables: No chain/target/match by that name.\n");
        assertThat(inVe("hn2", SET).err()).isEqualTo("iptables: Invalid argument. Run `dmesg' for more information.\n");
        assertThat(inVe("hn3", SET).exit()).isZero();
    }

    @Test
    void theThirdConnectionWithinAMinuteIsDroppedAndEveryRetryProlongsTheBlock() {
        assertThat(inVe("hn3", SET + ";" + UPDATE).exit()).isZero();
        assertThat(attempts(4, ATTACKER, "10.67.3.1"))
                .containsExactly(Kind.ANSWERED, Kind.ANSWERED, Kind.SILENT, Kind.SILENT);
        assertThat(connect("198.51.100.8", "10.67.3.1")).isEqualTo(Kind.ANSWERED);
        assertThat(inVe("hn3", "cat /proc/net/xt_recent/SSH").out()).contains("src=198.51.100.7 ttl: 62 ");
        fleet.host("hn3").advance(Duration.ofSeconds(40));
        assertThat(connect(ATTACKER, "10.67.3.1")).isEqualTo(Kind.SILENT);
        fleet.host("hn3").advance(Duration.ofSeconds(40));
        assertThat(connect(ATTACKER, "10.67.3.1")).isEqualTo(Kind.SILENT);
        fleet.host("hn3").advance(Duration.ofSeconds(61));
        assertThat(connect(ATTACKER, "10.67.3.1")).isEqualTo(Kind.ANSWERED);
    }

    @Test
    void aRestoreOfTheSameRulesKeepsTheListAndARestartLosesRulesAndList() {
        inVe("hn3", SET + ";" + UPDATE);
        assertThat(attempts(3, ATTACKER, "10.67.3.1")).contains(Kind.SILENT);
        inVe("hn3", "iptables-save > /tmp/rules; iptables-restore < /tmp/rules");
        assertThat(connect(ATTACKER, "10.67.3.1")).isEqualTo(Kind.SILENT);
        SimulatedHost host = fleet.host("hn3");
        host.run(Command.of("vzctl", "--quiet", "restart", "101").withDeadline(Duration.ofMinutes(5)));
        assertThat(inVe("hn3", "iptables-save").out()).doesNotContain("recent");
        assertThat(attempts(4, ATTACKER, "10.67.3.1")).containsOnly(Kind.ANSWERED);
    }

    @Test
    void theHundredAndFirstAddressPushesOutTheOneSeenLongestAgo() {
        inVe("hn3", "iptables -A INPUT -p tcp --syn -m recent --set --name SSH");
        IntStream.rangeClosed(1, 101).forEach(number -> connect("198.51.100." + number, "10.67.3.1"));
        assertThat(inVe("hn3", "cat /proc/net/xt_recent/SSH").out().lines())
                .hasSize(100)
                .noneMatch(line -> line.startsWith("src=198.51.100.1 "))
                .anyMatch(line -> line.startsWith("src=198.51.100.101 "));
    }

    @Test
    void ipv6IsCountedByItsMaskInAListOfItsOwn() {
        inVe(
                "hn3",
                "ip6tables -A INPUT -p tcp --syn -m recent --set --name SSH6 --mask ffff:ffff:ffff:ffff::;"
                        + "ip6tables -A INPUT -p tcp --syn -m recent --update --seconds 60 --hitcount 3 --name SSH6"
                        + " --mask ffff:ffff:ffff:ffff:: -j DROP");
        assertThat(Stream.of(
                        connect("fd66:bad::1", "fd67:0:0:3::1"),
                        connect("fd66:bad::2", "fd67:0:0:3::1"),
                        connect("fd66:bad::3", "fd67:0:0:3::1"),
                        connect("fd66:bad:0:1::3", "fd67:0:0:3::1")))
                .containsExactly(Kind.ANSWERED, Kind.ANSWERED, Kind.SILENT, Kind.ANSWERED);
    }

    @Test
    void theTroubleOfTheFleetIsAsDelivered() {
        assertThat(fleet.host("hn1").run(Command.of("lsmod")).out())
                .doesNotContain("recent")
                .contains("ip_tables");
        assertThat(fleet.host("hn2").run(Command.of("lsmod")).out()).contains("xt_recent");
        assertThat(fleet.host("hn3")
                        .run(Command.of("vzlist", "-a", "-H", "-o", "ctid,status,disabled"))
                        .out())
                .isEqualTo("""
                               101 running       no
                               102 running       no
                               103 running      yes
                               104 stopped       no
                        """.indent(0).replaceAll("(?m)^ *(?=10)", "       "));
    }

    @Test
    void aRebootBringsBackWhatTheFilesSayAndNothingElse() {
        SimulatedHost host = fleet.host("hn1");
        host.run(Command.of("modprobe", "ipt_recent"));
        assertThat(host.run(Command.of("lsmod")).out()).contains("xt_recent");
        host.reboot();
        assertThat(host.run(Command.of("lsmod")).out()).doesNotContain("xt_recent");
        host.write("/etc/modules-load.d/vzguard.conf", "ipt_recent\n");
        host.reboot();
        assertThat(host.run(Command.of("lsmod")).out()).contains("xt_recent");
        assertThat(host.run(Command.of("vzlist", "-H", "-o", "ctid")).out().lines())
                .hasSize(4);
    }
}
