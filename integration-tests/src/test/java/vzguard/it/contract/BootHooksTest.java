package vzguard.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import vzguard.agent.exec.Command;
import vzguard.lab.simulated.SimulatedFleet;
import vzguard.lab.simulated.SimulatedHost;
import vzguard.lab.simulated.SimulatedNetwork.Kind;

/** What a VE runs when its network comes up: run-parts' rules, and the price of a failing script. */
class BootHooksTest {
    private static final String VE = "10.67.1.1";

    private final SimulatedFleet fleet = SimulatedFleet.boot(1, 1);
    private final SimulatedHost host = fleet.host("hn1");

    private void inVe(String script) {
        assertThat(host.run(Command.of("vzctl", "--quiet", "exec2", "101", "-").withStdin(script))
                        .exit())
                .isZero();
    }

    private void restart() {
        assertThat(host.run(Command.of("vzctl", "--quiet", "restart", "101").withDeadline(Duration.ofMinutes(5)))
                        .exit())
                .isZero();
    }

    @Test
    void runsExecutableFilesWithPlainNamesOncePerInterface() {
        inVe("""
                for name in iptables iptables.sh 10-ipt vz_guard vz-guard .hid vz~ x.dpkg-old UP plain; do
                    printf '#!/bin/sh\\necho %s >> /tmp/ran\\n' "$name" > "/etc/network/if-pre-up.d/$name"
                    chmod +x "/etc/network/if-pre-up.d/$name"
                done
                chmod 644 /etc/network/if-pre-up.d/plain
                """);
        restart();
        assertThat(host.run(Command.of("vzctl", "--quiet", "exec3", "101", "sort", "/tmp/ran"))
                        .exit())
                .isZero();
        assertThat(host.run(Command.of("vzctl", "--quiet", "exec3", "101", "cat", "/tmp/ran"))
                        .out()
                        .lines()
                        .distinct())
                .containsExactlyInAnyOrder("10-ipt", "UP", "iptables", "vz-guard", "vz_guard");
        assertThat(host.run(Command.of("vzctl", "--quiet", "exec3", "101", "cat", "/tmp/ran"))
                        .out()
                        .lines())
                .hasSize(10);
    }

    @Test
    void aFailingScriptKeepsTheNetworkDown() {
        assertThat(fleet.network()
                        .connect("198.51.100.7", VE, 22, Duration.ofMillis(900))
                        .kind())
                .isEqualTo(Kind.ANSWERED);
        inVe("printf '#!/bin/sh\\nexit 1\\n' > /etc/network/if-pre-up.d/bad; chmod 755 /etc/network/if-pre-up.d/bad");
        restart();
        assertThat(fleet.network()
                        .connect("198.51.100.7", VE, 22, Duration.ofMillis(900))
                        .kind())
                .isEqualTo(Kind.SILENT);
    }

    /** The field report's own persistence: iptables-restore from a file. */
    @Test
    void rulesComeBackByAForeignRestoreScript() {
        inVe("""
                iptables -A INPUT -s 198.51.100.9 -j DROP
                iptables-save > /etc/iptables.rules
                printf '#!/bin/sh\\niptables-restore < /etc/iptables.rules\\n' > /etc/network/if-pre-up.d/iptables
                chmod +x /etc/network/if-pre-up.d/iptables
                """);
        restart();
        assertThat(fleet.network()
                        .connect("198.51.100.9", VE, 22, Duration.ofMillis(900))
                        .kind())
                .isEqualTo(Kind.SILENT);
        assertThat(fleet.network()
                        .connect("198.51.100.8", VE, 22, Duration.ofMillis(900))
                        .kind())
                .isEqualTo(Kind.ANSWERED);
    }
}
