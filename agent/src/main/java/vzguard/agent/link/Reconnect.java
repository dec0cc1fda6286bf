package vzguard.agent.link;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When to try again: at random between now and a limit that doubles with each failure in a row. A stream that lived for
 * a minute ends the row.
 */
final class Reconnect {
    /** A stream that lived this long was no failure. */
    static final Duration STABLE = Duration.ofMinutes(1);

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MAX_DOUBLINGS = 10;

    private Reconnect() {}

    /**
     * @param failures in a row before this one
     * @param named what the controller asked for when it was last heard; it knows how many agents there are
     */
    static Duration delay(int failures, Optional<Duration> named, RandomGenerator random) {
        Duration first = named.filter(window -> window.compareTo(FIRST) > 0).orElse(FIRST);
        Duration limit = first.compareTo(LIMIT) > 0 ? first : LIMIT;
        Duration window = first.multipliedBy(1L << Math.min(failures, MAX_DOUBLINGS));
        return within(window.compareTo(limit) > 0 ? limit : window, random);
    }

    /** At random up to the window. */
    static Duration within(Duration window, RandomGenerator random) {
        return Duration.ofMillis(random.nextLong(window.toMillis() + 1));
    }
}
