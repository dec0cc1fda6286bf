package vzguard.agent.link;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When to try again: at random between now and a limit that doubles with each failure in a row. A stream that lived for
 * a minute ends the row. How far it doubles follows the slot that the controller named, since that grows with the fleet: few
 * agents may ask often, and are back seconds after a controller that was started again; thousands may not.
 */
final class Reconnect {
    /** A stream that lived this long was no failure. */
    static final Duration STABLE = Duration.ofMinutes(1);

    private static final Duration FIRST = Duration.ofSeconds(1);
    /** Of an agent that no controller has told anything yet. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final Duration SHORTEST_LIMIT = Duration.ofSeconds(3);
    private static final int MAX_DOUBLINGS = 10;

    private Reconnect() {}

    /**
     * @param failures in a row before this one
     * @param named what the controller asked for when it was last heard; it knows how many agents there are
     */
    static Duration delay(int failures, Optional<Duration> named, RandomGenerator random) {
        Duration first = longer(named.orElse(FIRST), FIRST);
        Duration limit = longer(first, named.map(Reconnect::limit).orElse(LIMIT));
        Duration window = first.multipliedBy(1L << Math.min(failures, MAX_DOUBLINGS));
        return within(window.compareTo(limit) > 0 ? limit : window, random);
    }

    private static Duration limit(Duration slot) {
        Duration twice = slot.multipliedBy(2);
        return longer(SHORTEST_LIMIT, twice.compareTo(LIMIT) < 0 ? twice : LIMIT);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /** At random up to the window. */
    static Duration within(Duration window, RandomGenerator random) {
        return Duration.ofMillis(random.nextLong(window.toMillis() + 1));
    }
}
