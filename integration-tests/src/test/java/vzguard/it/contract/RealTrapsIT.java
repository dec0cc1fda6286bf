package vzguard.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import vzguard.it.real.BareLab;
import vzguard.it.real.Fleet;
import vzguard.it.real.Ran;
import vzguard.lab.model.Trap;

/**
 * Traps in a real lab do what they do in the simulated one. vzctl's own waits of 120 and 241 s are over fifty times as fast, or as
 * {@code -Dvzguard.hurry} says: 1 is life.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealTrapsIT {
    private static final String HURRY = System.getProperty("vzguard.hurry", "50");

    /** Kills vzctl once its command runs, and looks whether that still does. */
    private static final String KILLED_VZCTL = """
            vzctl exec2 103 iptables-save & vzctl=$!
            running() { grep -aqs '^sleep.86400' /proc/[0-9]*/cmdline; }
            until running; do sleep 0.05; done
            kill -KILL $vzctl
            wait $vzctl 2>/dev/null
            running && echo left
            """;

    private BareLab lab;

    @BeforeAll
    void up() {
        Fleet.assumeRoot();
        lab = BareLab.up("it-traps", 1, 4, "--hurry", HURRY);
    }

    @AfterAll
    void down() {
        if (lab != null) {
            lab.close();
        }
    }

    private Ran host(String line) {
        return lab.run("hn1", line);
    }

    @Test
    void haltsAndKillsThatAreNotHeard() {
        lab.set(Trap.HALT_IGNORED, "hn1/101");
        assertThat(host("vzctl restart 101").exits(0).out()).contains("Killing container ...");
        lab.undo(Trap.HALT_IGNORED, "hn1/101");
        lab.set(Trap.KILL_IGNORED, "hn1/101");
        assertThat(host("vzctl restart 101").exits(33).err()).contains("operation timed out");
        assertThat(host("vzctl status 101").out()).contains("running");
        lab.undo(Trap.KILL_IGNORED, "hn1/101");
        assertThat(host("vzctl restart 101").exits(0).out()).doesNotContain("Killing");
    }

    @Test
    void startsThatLieAndVzctlThatIsKilled() {
        lab.set(Trap.DEAD_AFTER_START, "hn1/102");
        host("vzctl restart 102").exits(0);
        assertThat(host("vzctl status 102").out()).contains("down");
        lab.undo(Trap.DEAD_AFTER_START, "hn1/102");
        host("vzctl start 102").exits(0);
        lab.set(Trap.VZCTL_KILLED, "hn1/102");
        host("vzctl restart 102").exits(137);
        assertThat(host("vzctl status 102").out()).isEqualTo("CTID 102 exist mounted down\n");
        assertThat(host("vzctl start 102").exits(0).out()).contains("Removing stale lock file");
        lab.set(Trap.LOCKED, "hn1/102");
        host("vzctl restart 102").exits(9);
        lab.undo(Trap.LOCKED, "hn1/102");
    }

    @Test
    void whatIsPlantedInAVe() {
        lab.set(Trap.LINKS_PLANTED, "hn1/103");
        assertThat(lab.run("hn1/103", "readlink /etc/vzguard").out()).isEqualTo("/tmp/planted\n");
        lab.set(Trap.IPTABLES_LIES, "hn1/103");
        assertThat(host("vzctl exec2 103 iptables-save").out()).isEqualTo("*filter\nCOMMIT\n");
        lab.set(Trap.IPTABLES_FLOODS, "hn1/103");
        assertThat(host("vzctl exec2 103 iptables-save | head -c 3000000 | wc -c")
                        .out())
                .isEqualTo("3000000\n");
        lab.set(Trap.IPTABLES_HANGS, "hn1/103");
        assertThat(host(KILLED_VZCTL).out())
                .as("a killed vzctl leaves its command in the VE")
                .isEqualTo("left\n");
        lab.undo(Trap.IPTABLES_HANGS, "hn1/103");
        lab.set(Trap.SHELL_LIES, "hn1/103");
        assertThat(host("vzctl exec2 103 id").out()).isEqualTo("you are root\n");
    }

    @Test
    void filesOfTheHost() {
        lab.set(Trap.TMP_NOEXEC, "hn1");
        host("printf '#!/bin/sh\\n' >/tmp/x; chmod 755 /tmp/x; /tmp/x").exits(126);
        lab.undo(Trap.TMP_NOEXEC, "hn1");
        lab.set(Trap.ETC_READ_ONLY, "hn1");
        assertThat(host("echo x >/etc/x").err()).contains("Read-only file system");
        lab.undo(Trap.ETC_READ_ONLY, "hn1");
        lab.set(Trap.DISK_FULL, "hn1");
        assertThat(host("echo x >/var/lib/vzguard/x").err()).contains("No space left on device");
        lab.undo(Trap.DISK_FULL, "hn1");
        lab.set(Trap.KEYS_TWICE, "hn1/104");
        host("vzctl set 104 --netfilter full --save");
        assertThat(host("vzlist -H -o netfilter 104").out()).isEqualTo("stateless\n");
    }

    @Test
    void conntrackOfTheHost() {
        lab.set(Trap.CONNTRACK_OFF, "hn1");
        host("modprobe -a xt_state iptable_nat").exits(0);
        assertThat(host("iptables -t nat -L").exits(3).err()).contains("Table does not exist");
        assertThat(host("iptables -A INPUT -m state --state NEW").exits(1).err())
                .contains("Invalid argument");
    }
}
