package vzguard.agent.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines of /proc/net/tcp and tcp6 as a little-endian kernel prints them. */
class SshPeersTest {
    private static final String REST =
            " 00000000:00000000 00:00000000 00000000     0        0 12345 1 0000000000000000";

    @Test
    void peersOfThePortsAreReadAndNobodyElse() {
        assumeTrue(
                ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "the lines are those of a little-endian machine");
        List<String> lines = List.of(
                "  sl  local_address rem_address   st tx_queue",
                // 10.66.1.1:22 from 198.51.100.5; the same twice; port 80; listening; loopback.
                "   0: 0101420A:0016 056433C6:C350 01" + REST,
                "   1: 0101420A:0016 056433C6:C351 01" + REST,
                "   2: 0101420A:0050 066433C6:C350 01" + REST,
                "   3: 00000000:0016 00000000:0000 0A" + REST,
                "   4: 0100007F:0016 0100007F:C350 01" + REST,
                // IPv4 mapped into IPv6, and IPv6 itself.
                "   5: 0000000000000000FFFF00000101420A:0016 0000000000000000FFFF0000076433C6:C350 01" + REST,
                "   6: 000066FD000000000000000001000000:0016 B80D0120000000000000000009000000:C350 01" + REST,
                "junk");
        assertThat(SshPeers.read(lines, List.of("0016")))
                .extracting(Object::toString)
                .containsExactlyInAnyOrder("198.51.100.5", "198.51.100.7", "2001:db8::9");
    }
}
