package vzguard.agent.link;

import java.time.Duration;
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
                schedule(spread(interval));
            }
        }
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
