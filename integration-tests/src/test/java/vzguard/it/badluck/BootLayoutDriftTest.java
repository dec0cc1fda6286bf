package vzguard.it.badluck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.jobs.Drift;
import vzguard.agent.jobs.Host;
import vzguard.agent.journal.Journal;
import vzguard.agent.tools.FirewallTraces;
import vzguard.v1.Job;
import vzguard.v1.RevertJob;

/** A VE that boots as RHEL 6 does: its guard comes back by links of runlevels, and drift sees when one of them goes. */
class BootLayoutDriftTest {
    private static final String LINK = "/etc/rc.d/rc3.d/S09vzguard-guard";

    @TempDir
    private Path folder;

    private BadLuckHost lucky;

    @BeforeEach
    void guarded() {
        lucky = new BadLuckHost(folder);
        lucky.luck(command -> Optional.empty());
        inVe(
                "rm -r /etc/network; for level in 2 3 4 5; do mkdir -p /etc/rc.d/rc$level.d; done; mkdir -p /etc/rc.d/init.d");
        lucky.applyToAll("first");
    }

    private String inVe(String line) {
        CommandResult result = lucky.host()
                .run(Command.of("vzctl", "--quiet", "exec2", "101", "-").withStdin(line + "\n"));
        assertThat(result.succeeded()).as(line + result.explain()).isTrue();
        return result.out();
    }

    private void restart() {
        assertThat(lucky.host()
                        .run(Command.of("vzctl", "--quiet", "restart", "101").withDeadline(Duration.ofMinutes(5)))
                        .exit())
                .isZero();
    }

    private boolean sweep() {
        try (Journal journal = lucky.journal()) {
            Host parts = lucky.parts();
            return new Drift(
                            parts.observer(),
                            parts.applier(),
                            parts.memory(),
                            journal,
                            new FirewallTraces(lucky.host().files()),
                            lucky.host().clock())
                    .look(parts.observer().observe());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void theGuardComesBackByItsLinks() {
        assertThat(inVe("readlink " + LINK)).isEqualTo("../init.d/vzguard-guard\n");
        restart();
        assertThat(inVe("iptables -S INPUT").lines().skip(1).findFirst().orElse(""))
                .endsWith("-j VZG");
    }

    @Test
    void aLinkThatWentIsBroughtBack() {
        assertThat(sweep()).isFalse();
        inVe("rm " + LINK);
        assertThat(sweep()).isTrue();
        assertThat(inVe("readlink " + LINK)).isEqualTo("../init.d/vzguard-guard\n");
        assertThat(sweep()).isFalse();
    }

    @Test
    void nothingIsLeftWhenTheGuardGoes() {
        lucky.run(Job.newBuilder()
                .setJobId("gone")
                .setRevert(RevertJob.newBuilder().setCtid("101"))
                .build());
        assertThat(inVe("ls /etc/rc.d/rc2.d /etc/rc.d/rc3.d /etc/rc.d/rc4.d /etc/rc.d/rc5.d /etc/rc.d/init.d"))
                .isEmpty();
        assertThat(inVe("[ ! -e /etc/vzguard ] && echo gone")).isEqualTo("gone\n");
        restart();
        assertThat(inVe("iptables -S INPUT")).doesNotContain("VZG");
    }
}
