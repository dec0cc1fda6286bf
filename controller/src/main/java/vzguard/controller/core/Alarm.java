package vzguard.controller.core;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Rings at the earliest of the instants it was set to; those after it are to be set again when it has rung. What is due already
 * does not ring: whoever sets it looks at the time once in a while, so a step of the clock costs no more than that. Any thread.
 */
public final class Alarm {
    private final Clock clock;
    private final BiConsumer<Duration, Runnable> timer;
    private final Runnable ring;
    private @Nullable Instant earliest;

    /**
     * @param timer runs something after a time; may drop it when it shuts down
     * @param ring must not block
     */
    public Alarm(Clock clock, BiConsumer<Duration, Runnable> timer, Runnable ring) {
        this.clock = clock;
        this.timer = timer;
        this.ring = ring;
    }

    /** Rings at that instant, or earlier if it was set to. */
    public synchronized void set(Instant at) {
        Instant now = clock.instant();
        if (!at.isAfter(now) || (earliest != null && !at.isBefore(earliest))) {
            return;
        }
        earliest = at;
        timer.accept(Duration.between(now, at), () -> rung(at));
    }

    private void rung(Instant at) {
        synchronized (this) {
            if (at.equals(earliest)) {
                earliest = null;
            }
        }
        ring.run();
    }
}
