package vzguard.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.lab.simulated.SimulatedHost;

/** Lock files under two programs at a time, and under a kill. */
class VzctlLockTest {
    @Test
    void oneOfTwoProgramsIsLockedOutAndTheOtherSaves() {
        try (SimulatedTranscriptFloor floor = new SimulatedTranscriptFloor()) {
            floor.shell("vzctl --quiet start 105");
            // Both run at once as often as it takes for them to meet; either both save or one says why not.
            for (int round = 0; round < 50; round++) {
                CountDownLatch go = new CountDownLatch(1);
                CompletableFuture<CommandResult> other = CompletableFuture.supplyAsync(() -> {
                    awaitQuietly(go);
                    return floor.shell("vzctl set 105 --cpuunits 1001 --save");
                });
                go.countDown();
                CommandResult first = floor.shell("vzctl set 105 --cpuunits 1000 --save");
                assertThat(first.exit()).isIn(0, 9);
                assertThat(other.join().exit()).isIn(0, 9);
                assertThat(first.exit() + other.join().exit()).isLessThan(18);
                if (first.exit() == 9) {
                    assertThat(first.err()).contains("Locked by: pid ").endsWith("Container already locked\n");
                }
                assertThat(floor.shell("ls /vz/lock").out()).isEmpty();
                assertThat(floor.shell("grep -c ^CPUUNITS /etc/vz/conf/105.conf")
                                .out())
                        .isEqualTo("1\n");
            }
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As observed: killed 0.4 s after its start, the CT is down, mounted and locked by a dead process. */
    @Test
    void aKilledRestartLeavesTheCtDownMountedAndItsLockStale() {
        try (SimulatedTranscriptFloor floor = new SimulatedTranscriptFloor()) {
            floor.shell("vzctl --quiet start 105");
            SimulatedHost host = floor.host();
            CommandResult killed =
                    host.run(Command.of("vzctl", "restart", "105").withDeadline(Duration.ofMillis(400)));
            assertThat(killed.timedOut()).isTrue();
            host.advance(Duration.ofSeconds(2));
            assertThat(floor.shell("ls /vz/lock").out()).isEqualTo("105.lck\n");
            assertThat(floor.shell("vzctl status 105").out()).isEqualTo("CTID 105 exist mounted down\n");
            CommandResult next = floor.shell("vzctl start 105");
            assertThat(next.exit()).isZero();
            assertThat(next.out())
                    .startsWith("Removing stale lock file /vz/lock/105.lck\n")
                    .contains("Container is unmounted\nContainer is mounted\n");
            assertThat(floor.shell("ls /vz/lock").out()).isEmpty();
        }
    }

    /** An exec that meets a CT on its way down ends with 4, while status still says running. */
    @Test
    void execOnACtThatIsEndingFailsWithFour() {
        try (SimulatedTranscriptFloor floor = new SimulatedTranscriptFloor()) {
            floor.shell("vzctl --quiet start 105");
            floor.host().run(Command.of("vzctl", "stop", "105").withDeadline(Duration.ofMillis(300)));
            assertThat(floor.shell("vzctl status 105").out()).isEqualTo("CTID 105 exist mounted running\n");
            assertThat(floor.shell("vzctl --quiet exec2 105 true").exit()).isEqualTo(4);
        }
    }
}
