package vzguard.agent.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.exec.HostFiles;

class FirewallTracesTest {
    private static final Instant GOOD = Instant.parse("2026-11-28T12:00:00Z");

    @TempDir
    private Path root;

    private FirewallTraces traces;

    @BeforeEach
    void host() {
        traces = new FirewallTraces(new HostFiles(root));
    }

    private void file(String name, int seconds) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "1\n");
        Files.setLastModifiedTime(file, FileTime.from(GOOD.plusSeconds(seconds)));
    }

    @Test
    void whatRanBetweenTwoLooksIsToldInItsOrderWithWhereItIsRead() throws IOException {
        file("var/lib/dpkg/status", 50);
        file("run/fail2ban/fail2ban.pid", 20);
        file("etc/iptables/rules.v4", 70);
        file("etc/ufw/user.rules", -5);
        assertThat(traces.between(GOOD, GOOD.plusSeconds(60)))
                .containsExactly(
                        "2026-11-28T12:00:20Z fail2ban was started (/run/fail2ban/fail2ban.pid)",
                        "2026-11-28T12:00:50Z packages changed (/var/lib/dpkg/status)");
        assertThat(traces.between(GOOD.plusSeconds(100), GOOD.plusSeconds(160))).isEmpty();
    }

    /** Its target is the number of the run, no file. */
    @Test
    void systemdsLinkOfTheRunIsLookedAtItself() throws IOException {
        Path units = Files.createDirectories(root.resolve("run/systemd/units"));
        Files.createSymbolicLink(units.resolve("invocation:ufw.service"), Path.of("0123456789abcdef"));
        Instant now = Instant.now();
        assertThat(traces.between(now.minusSeconds(600), now.plusSeconds(600)))
                .singleElement()
                .satisfies(told ->
                        assertThat(told).endsWith("ufw was started (/run/systemd/units/invocation:ufw.service)"));
    }

    @Test
    void whereNothingIsKnownNothingIsSaid() {
        assertThat(traces.between(Instant.EPOCH, Instant.MAX)).isEmpty();
    }
}
