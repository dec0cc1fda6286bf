package vzguard.agent.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.HostFiles;

/** Modules by kernel, as {@code /proc/modules} and lsmod show them (openvz/facts.md 4.1, 4.2). */
class LsmodTest {
    private static final String STATE_ALONE = """
            xt_state 1508 0 - Live 0xffffffffa0010000
            nf_conntrack 80390 1 xt_state, Live 0xffffffffa0002000
            nf_defrag_ipv4 1531 0 - Live 0xffffffffa0001000
            """;

    private final Path root = Jimfs.newFileSystem(Configuration.unix()).getPath("/");

    private Lsmod.Modules look(String procModules, String builtIn) throws IOException {
        Files.createDirectories(root.resolve("proc"));
        Files.writeString(root.resolve("proc/modules"), procModules);
        Files.createDirectories(root.resolve("lib/modules/kernel"));
        Files.writeString(root.resolve("lib/modules/kernel/modules.builtin"), builtIn);
        return new Lsmod(command -> CommandResult.notStarted("not needed"), new HostFiles(root)).look("kernel");
    }

    @Test
    void onOldKernelsConnectionTrackingForIpv4IsAModuleOfItsOwn() throws IOException {
        Lsmod.Modules alone = look(STATE_ALONE, "");
        assertThat(alone.loaded("ipt_state")).contains("xt_state");
        assertThat(alone.loaded("ip_conntrack")).isEmpty();
        Lsmod.Modules both = look(
                "nf_conntrack_ipv4 9946 0 - Live 0xffffffffa0020000\n"
                        + STATE_ALONE.replace("nf_defrag_ipv4 1531 0 -", "nf_defrag_ipv4 1531 1 nf_conntrack_ipv4,"),
                "");
        assertThat(both.loaded("ip_conntrack")).contains("nf_conntrack_ipv4");
        assertThat(look("ip_conntrack 53281 1 xt_state, Live 0xf8a10000\n", "").loaded("ip_conntrack"))
                .contains("ip_conntrack");
    }

    @Test
    void onNewKernelsItIsPartOfNfConntrack() throws IOException {
        Lsmod.Modules merged = look("""
                nf_conntrack 176128 1 xt_conntrack, Live 0xffffffffc0a00000
                nf_defrag_ipv6 24576 1 nf_conntrack, Live 0xffffffffc09f0000
                nf_defrag_ipv4 16384 1 nf_conntrack, Live 0xffffffffc09e0000
                """, "");
        assertThat(merged.loaded("ip_conntrack")).contains("nf_conntrack");
        Lsmod.Modules builtIn = look(
                "loop 1 0 - Live 0x0\n",
                "kernel/net/netfilter/nf_conntrack.ko\nkernel/net/ipv4/netfilter/nf_defrag_ipv4.ko\n");
        assertThat(builtIn.builtIn("ip_conntrack")).contains("nf_conntrack");
        assertThat(look("loop 1 0 - Live 0x0\n", "kernel/net/netfilter/nf_conntrack.ko\n")
                        .builtIn("ip_conntrack"))
                .isEmpty();
    }

    @Test
    void lsmodShowsTheSame() {
        String printed = """
                Module                  Size  Used by
                nf_conntrack          176128  1 xt_conntrack
                nf_defrag_ipv4         16384  1 nf_conntrack
                loop                   40960  0
                """;
        Lsmod.Modules modules =
                new Lsmod(command -> CommandResult.of(0, printed, ""), new HostFiles(root)).look("kernel");
        assertThat(modules.loaded("ip_conntrack")).contains("nf_conntrack");
        assertThat(modules.loaded("loop")).contains("loop");
    }
}
