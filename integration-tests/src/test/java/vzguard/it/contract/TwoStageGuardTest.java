package vzguard.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import vzguard.agent.exec.Command;
import vzguard.lab.simulated.SimulatedFleet;
import vzguard.lab.simulated.SimulatedHost;
import vzguard.lab.simulated.SimulatedNetwork.Connection;
import vzguard.lab.simulated.SimulatedNetwork.Kind;

/** Packets through chains that ban in two stages, on a simulated host and in a simulated VE: as measured on a real kernel. */
class TwoStageGuardTest {
    private static final String ATTACKER = "198.51.100.7";
    private static final String VE = "10.67.3.1";
    private static final String HOST = "10.66.0.3";
    private static final int HZ = 250;
    private static final String GUARD = """
            *filter
            :VZG - [0:0]
            :VZG-BAN - [0:0]
            -A VZG -m recent --rcheck --name DENY -j DROP
            -A VZG -p tcp -m recent --rcheck --seconds 600 --name BAN -j REJECT --reject-with tcp-reset
            -A VZG -m recent --set --name HITS
            -A VZG -m recent --rcheck --seconds 60 --hitcount 4 --name HITS -j VZG-BAN
            -A VZG-BAN -m recent --set --name BAN
            -A VZG-BAN -j DROP
            -I INPUT 1 -p tcp -m tcp --dport 22 --syn -j VZG
            COMMIT
            """;

    private final SimulatedFleet fleet = SimulatedFleet.boot(3, 4);
    private final SimulatedHost host = fleet.host("hn3");

    private String inVe(String script) {
        return host.run(Command.of("vzctl", "--quiet", "exec2", "101", script)).out();
    }

    private String onHost(String script) {
        return host.run(Command.of("bash", "-c", script)).out();
    }

    private void guardVe() {
        assertThat(host.run(Command.of("vzctl", "--quiet", "exec2", "101", "iptables-restore --noflush")
                                .withStdin(GUARD))
                        .exit())
                .isZero();
    }

    private Connection connect(String from, String to) {
        return fleet.network().connect(from, to, 22, Duration.ofMillis(900));
    }

    private Stream<Kind> attempts(int count, String from, String to) {
        return IntStream.range(0, count).mapToObj(number -> connect(from, to).kind());
    }

    @Test
    void theFourthIsDroppedThoseAfterItAreRefusedAtOnceAndTheBanEndsAfterItsTimeHoweverOftenOneTries() {
        guardVe();
        assertThat(attempts(6, ATTACKER, VE))
                .containsExactly(Kind.ANSWERED, Kind.ANSWERED, Kind.ANSWERED, Kind.SILENT, Kind.REFUSED, Kind.REFUSED);
        assertThat(connect(ATTACKER, VE).detail()).isEqualTo("Connection refused");
        assertThat(connect("198.51.100.8", VE).kind()).isEqualTo(Kind.ANSWERED);
        for (int minute = 0; minute < 9; minute++) {
            host.advance(Duration.ofMinutes(1));
            assertThat(connect(ATTACKER, VE).kind()).isEqualTo(Kind.REFUSED);
        }
        host.advance(Duration.ofMinutes(1));
        assertThat(connect(ATTACKER, VE).kind()).isEqualTo(Kind.ANSWERED);
    }

    @Test
    void aListWithoutSecondsBansForEverFromOneWriteToAnother() {
        guardVe();
        inVe("echo +" + ATTACKER + " >/proc/net/xt_recent/DENY");
        assertThat(connect(ATTACKER, VE).kind()).isEqualTo(Kind.SILENT);
        host.advance(Duration.ofDays(30));
        assertThat(connect(ATTACKER, VE).kind()).isEqualTo(Kind.SILENT);
        inVe("echo -" + ATTACKER + " >/proc/net/xt_recent/DENY");
        assertThat(connect(ATTACKER, VE).kind()).isEqualTo(Kind.ANSWERED);
    }

    @Test
    void aRuleThatCountsAndThenStampsDoesBothInOrderAndWithoutATargetThePacketGoesOn() {
        inVe(
                "iptables -A INPUT -p tcp --syn -m recent --rcheck --seconds 60 --hitcount 3 --name A -m recent --set --name B;"
                        + " iptables -A INPUT -p tcp --syn -m recent --set --name A");
        assertThat(attempts(3, ATTACKER, VE)).containsOnly(Kind.ANSWERED);
        assertThat(inVe("cat /proc/net/xt_recent/B")).isEmpty();
        assertThat(connect(ATTACKER, VE).kind()).isEqualTo(Kind.ANSWERED);
        assertThat(inVe("cat /proc/net/xt_recent/B")).startsWith("src=198.51.100.7 ttl: 62 ");
    }

    @Test
    void aChainInAnotherTableKeepsTheBansThroughAFlush() {
        guardVe();
        assertThat(attempts(4, ATTACKER, VE)).contains(Kind.SILENT);
        inVe(
                "iptables -t mangle -N KEEP; iptables -t mangle -A KEEP -m recent --rcheck --name BAN; iptables -F; iptables -X");
        assertThat(connect(ATTACKER, VE).kind()).isEqualTo(Kind.ANSWERED);
        guardVe();
        assertThat(connect(ATTACKER, VE).kind()).isEqualTo(Kind.REFUSED);
        inVe("iptables -F; iptables -t mangle -F");
        guardVe();
        assertThat(connect(ATTACKER, VE).kind()).isEqualTo(Kind.ANSWERED);
    }

    @Test
    void theFirstRuleFixesTheMaskAndAWrittenAddressIsNotMasked() {
        String mask = " --mask 255.255.255.0";
        inVe("iptables -A INPUT -p tcp --syn -m recent --rcheck --name NET" + mask + " -j DROP;"
                + " echo +198.51.100.9 >/proc/net/xt_recent/NET");
        assertThat(connect("198.51.100.9", VE).kind()).isEqualTo(Kind.ANSWERED);
        inVe("echo +198.51.100.0 >/proc/net/xt_recent/NET");
        assertThat(connect("198.51.100.9", VE).kind()).isEqualTo(Kind.SILENT);
        inVe("iptables -F; iptables -A INPUT -p tcp --syn -m recent --set --name NET;"
                + " iptables -A INPUT -p tcp --syn -m recent --rcheck --hitcount 2 --name NET" + mask + " -j DROP");
        assertThat(Stream.of(connect("198.51.100.1", VE), connect("198.51.100.2", VE))
                        .map(Connection::kind))
                .containsOnly(Kind.ANSWERED);
    }

    @Test
    void anUnreachableHostIsNoClosedPort() {
        inVe("iptables -A INPUT -p tcp --syn -j REJECT --reject-with icmp-host-prohibited");
        assertThat(connect(ATTACKER, VE)).isEqualTo(new Connection(Kind.REFUSED, "No route to host"));
        inVe("iptables -R INPUT 1 -p tcp --syn -j REJECT");
        assertThat(connect(ATTACKER, VE)).isEqualTo(new Connection(Kind.REFUSED, "Connection refused"));
    }

    @Test
    void stampsAndTimerListCountTheSameJiffies() {
        onHost("iptables -A INPUT -p tcp --syn -m recent --set --name SEEN");
        connect(ATTACKER, HOST);
        long then = jiffies();
        assertThat(onHost("cat /proc/net/xt_recent/SEEN")).contains("last_seen: " + then + " oldest_pkt: 1 " + then);
        assertThat(then).isEqualTo((1L << 32) - 300 * HZ + nanoseconds() / (1_000_000_000 / HZ));
        host.advance(Duration.ofSeconds(10));
        assertThat(jiffies() - then).isEqualTo(10 * HZ);
        onHost("echo +" + ATTACKER + " >/proc/net/xt_recent/SEEN");
        assertThat(onHost("cat /proc/net/xt_recent/SEEN"))
                .isEqualTo("src=198.51.100.7 ttl: 63 last_seen: " + (then + 10 * HZ) + " oldest_pkt: 2 " + then + ", "
                        + (then + 10 * HZ) + "\n");
        host.reboot();
        assertThat(jiffies()).isLessThan(then);
    }

    private long jiffies() {
        return numberAfter("jiffies: ");
    }

    private long nanoseconds() {
        return numberAfter("now at ");
    }

    private long numberAfter(String word) {
        Matcher matcher = Pattern.compile(word + "([0-9]+)").matcher(onHost("cat /proc/timer_list"));
        assertThat(matcher.find()).isTrue();
        return Long.parseLong(matcher.group(1));
    }
}
