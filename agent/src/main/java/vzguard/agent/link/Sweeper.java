package vzguard.agent.link;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Observes everything each interval; never two sweeps at once. A sweep that breaks is logged, and the next one comes. */
public final class Sweeper {
    private static final Logger LOG = Logger.getLogger(Sweeper.class.getName());
    private static final Duration SOON = Duration.ofSeconds(1);
    /** Who restores an old table does so right after what changed it; what is found within 5 s must be looked for before. */
    private static final Duration AGAIN = Duration.ofSeconds(4);

    /** What fights over a guard is not fought every 4 s. */
    private static final Duration HEALED_BEFORE = Duration.ofMinutes(1);

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Supplier<Sections> observe;
    private final Consumer<Sections> report;
    private final RandomGenerator random;
    private final ScheduledExecutorService threads;
    private final Object sweeping = new Object();
    private Duration interval;
    private @Nullable ScheduledFuture<?> next;
    private boolean ended;
    /** A sweep must begin at this time or after it, by the machine's nanoseconds. */
    private OptionalLong again = OptionalLong.empty();

    private OptionalLong healed = OptionalLong.empty();

    /** @param threads to sweep on; others may use them too */
    public Sweeper(
            Supplier<Sections> observe,
            Consumer<Sections> report,
            Duration interval,
            RandomGenerator random,
            ScheduledExecutorService threads) {
        this.threads = threads;
        this.observe = observe;
        this.report = report;
        this.interval = interval;
        this.random = random;
    }

    /** The first sweep starts at once. */
    public synchronized void start() {
        schedule(Duration.ZERO);
    }

    /**
     * A sweep within a second, or right after the one that runs. Requests before it starts are one: a rollout ends many jobs
     * on a host, and a sweep looks at all of its VEs.
     */
    public synchronized void sweepSoon() {
        if (next == null || next.getDelay(TimeUnit.MILLISECONDS) > SOON.toMillis()) {
            schedule(SOON);
        }
    }

    /**
     * This agent has just written a guard: a sweep 4 s from now looks whether it still stands. However many guards are written
     * meanwhile, there is one sweep in 4 s.
     */
    public synchronized void sweepAfterWriting() {
        again = OptionalLong.of(System.nanoTime() + AGAIN.toNanos());
        if (next == null || next.getDelay(TimeUnit.NANOSECONDS) > AGAIN.toNanos()) {
            schedule(AGAIN);
        }
    }

    /** As {@link #sweepAfterWriting}, for a guard that a sweep brought back: once a minute at most. */
    public synchronized void sweepAfterHealing() {
        long now = System.nanoTime();
        if (healed.isEmpty() || now - healed.getAsLong() > HEALED_BEFORE.toNanos()) {
            healed = OptionalLong.of(now);
            sweepAfterWriting();
        }
    }

    /** The time between two sweeps from now on, held to 1 s to 1 h. */
    public synchronized void interval(Duration wanted) {
        Duration held = wanted.compareTo(SHORTEST) < 0 ? SHORTEST : wanted.compareTo(LONGEST) > 0 ? LONGEST : wanted;
        if (!held.equals(interval)) {
            interval = held;
            schedule(spread(held));
        }
    }

    /** No further sweep begins. */
    synchronized void end() {
        ended = true;
        if (next != null) {
            next.cancel(false);
        }
    }

    private void sweep() {
        synchronized (this) {
            next = null;
            if (again.isPresent() && System.nanoTime() - again.getAsLong() >= 0) {
                again = OptionalLong.empty();
            }
        }
        try {
            synchronized (sweeping) {
                report.accept(observe.get());
            }
        } catch (RuntimeException e) {
            LOG.log(Level.SEVERE, "a sweep broke", e);
        }
        synchronized (this) {
            // A sweep that was asked for while this one ran stays planned.
            if (next == null) {
                schedule(until(spread(interval)));
            }
        }
    }

    /** At the end of this time, unless a guard that was written must be looked at before. */
    private Duration until(Duration time) {
        if (again.isEmpty()) {
            return time;
        }
        Duration left = Duration.ofNanos(Math.max(0, again.getAsLong() - System.nanoTime()));
        return left.compareTo(time) < 0 ? left : time;
    }

    private synchronized void schedule(Duration delay) {
        if (next != null) {
            next.cancel(false);
        }
        if (ended) {
            return;
        }
        try {
            next = threads.schedule(this::sweep, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.fine("the agent ends");
        }
    }

    /** A tenth either way, so that the agents of a fleet do not sweep in step. */
    private Duration spread(Duration time) {
        long tenth = time.toMillis() / 10;
        return time.plusMillis(random.nextLong(-tenth, tenth + 1));
    }
}
