package vzguard.lab.simulated;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A host's own time. It follows another clock, and what takes time on the host takes it at once: the host is ahead then, and
 * its time stands still until the other clock has caught up. Over a clock that stands still it moves only when something on the
 * host takes time. Safe for several threads.
 */
public final class SimulatedClock extends Clock {
    private final Clock followed;
    private final AtomicLong reached;

    /** Time that passes only on the host itself. */
    public SimulatedClock(Instant start) {
        this(Clock.fixed(start, ZoneOffset.UTC));
    }

    public SimulatedClock(Clock followed) {
        this.followed = followed;
        this.reached = new AtomicLong(followed.millis());
    }

    /** Lets time pass. */
    public void advance(Duration time) {
        reached.updateAndGet(now -> Math.max(now, followed.millis()) + time.toMillis());
    }

    @Override
    public long millis() {
        return reached.updateAndGet(now -> Math.max(now, followed.millis()));
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return zone.equals(ZoneOffset.UTC) ? this : Clock.fixed(instant(), zone);
    }
}
