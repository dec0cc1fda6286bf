package vzguard.it.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.lab.simulated.SimulatedClock;
import vzguard.lab.simulated.SimulatedFleet;
import vzguard.lab.simulated.SimulatedHost;

/** What a fleet needs that lives as long as people look at it, with agents that are closed in the middle of their work. */
class SimulatedTimeAndInterruptsTest {
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    @Test
    void aProgramIsAProcessThatAnInterruptOfItsCallerDoesNotReach() {
        SimulatedHost host = SimulatedFleet.boot(1, 1).hosts().get(0);

        Thread.currentThread().interrupt();
        CommandResult set = host.run(Command.of("vzctl", "set", "101", "--onboot", "no", "--save"));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(set.succeeded()).as(set.explain()).isTrue();
        assertThat(host.run(Command.of("cat", "/etc/vz/conf/101.conf")).out()).contains("ONBOOT=\"no\"");
    }

    @Test
    void aHostThatIsAheadWaitsUntilTheClockThatItFollowsHasCaughtUp() {
        SimulatedClock machine = new SimulatedClock(START);
        SimulatedClock host = new SimulatedClock(machine);

        host.advance(Duration.ofSeconds(20));
        assertThat(host.instant()).isEqualTo(START.plusSeconds(20));
        machine.advance(Duration.ofSeconds(15));
        assertThat(host.instant()).isEqualTo(START.plusSeconds(20));
        machine.advance(Duration.ofSeconds(15));
        assertThat(host.instant()).isEqualTo(START.plusSeconds(30));
    }

    @Test
    void aFleetStartsAtTheTimeItIsGiven() {
        Instant later = START.plus(Duration.ofDays(400));
        SimulatedHost host = SimulatedFleet.boot(1, 0, Clock.fixed(later, ZoneOffset.UTC))
                .hosts()
                .get(0);

        assertThat(host.clock().instant()).isAfterOrEqualTo(later).isBefore(later.plus(Duration.ofHours(1)));
    }
}
