package vzguard.agent.apply;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Lets time pass between two looks. The real one sleeps; a simulated host moves its clock. */
@FunctionalInterface
public interface Pause {
    /** Sleeps. An interrupt ends it at once and stays set. */
    Pause REAL = time -> {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    };

    void pause(Duration time);

    /**
     * Looks again and again until what is seen is enough, at least once.
     *
     * @return what was seen last: not enough when the limit passed or the thread was interrupted
     */
    default <T> T until(Supplier<T> look, Predicate<T> enough, Duration limit, Duration between, Clock clock) {
        Instant end = clock.instant().plus(limit);
        T seen = look.get();
        while (!enough.test(seen)
                && clock.instant().isBefore(end)
                && !Thread.currentThread().isInterrupted()) {
            pause(between);
            seen = look.get();
        }
        return seen;
    }
}
