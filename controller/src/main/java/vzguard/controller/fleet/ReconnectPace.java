package vzguard.controller.fleet;

import java.time.Duration;

/**
 * How fast agents come back after a break: each waits at random within a slot that grows with the number of agents, so a small
 * fleet is back at once and a large one is no storm of TLS handshakes. Pure.
 *
 * @param shortest the slot of a small fleet
 * @param perAgent what each enrolled agent adds to the slot: at most one handshake in this time, on average
 * @param longest the slot of however many
 */
public record ReconnectPace(Duration shortest, Duration perAgent, Duration longest) {
    public ReconnectPace {
        if (shortest.isNegative() || perAgent.isNegative() || longest.compareTo(shortest) < 0) {
            throw new IllegalArgumentException("no pace: " + shortest + ", " + perAgent + ", " + longest);
        }
    }

    /**
     * Of production: 1 s up to 666 agents, 15 s at 10,000, 5 min from 200,000 on. 10,000 handshakes were measured to take two
     * cores 13 to 22 s, so a slot of 15 s keeps the controller busy without a queue that outlives the agents' patience.
     */
    public static ReconnectPace standard() {
        return new ReconnectPace(Duration.ofSeconds(1), Duration.ofNanos(1_500_000), Duration.ofMinutes(5));
    }

    /** The same slot whatever the number. */
    public static ReconnectPace fixed(Duration slot) {
        return new ReconnectPace(slot, Duration.ZERO, slot);
    }

    /** The slot for that many enrolled agents, connected or not: those that are away come back too. */
    public Duration within(int agents) {
        Duration slot = perAgent.multipliedBy(agents);
        if (slot.compareTo(shortest) < 0) {
            return shortest;
        }
        return slot.compareTo(longest) > 0 ? longest : slot;
    }
}
