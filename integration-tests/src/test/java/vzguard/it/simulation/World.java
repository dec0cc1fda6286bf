package vzguard.it.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Time and chance of one simulation: what is to happen, in order, on one thread. While something takes its time ({@link #pass})
 * everything else that is due happens within it, as deep as {@link #DEEPEST}.
 */
final class World {
    /** Operations that take time within each other. */
    private static final int DEEPEST = 4;

    private static final int LAST_WORDS = 4000;
    private static final Instant BEGINNING = Instant.parse("2026-03-01T00:00:00Z");

    private record Event(long at, long order, String what, Runnable run) {}

    final SplittableRandom random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private final boolean traced;
    private final Deque<String> trace = new ArrayDeque<>();
    private Runnable afterStep = () -> {};
    private long now;
    private long order;
    private int depth;
    private int steps;
    private long fingerprint = 17;

    World(long seed, boolean traced) {
        this.random = new SplittableRandom(seed);
        this.traced = traced;
    }

    void afterEachStep(Runnable check) {
        afterStep = check;
    }

    /** Milliseconds since the beginning, of a clock that never jumps. */
    long now() {
        return now;
    }

    Instant trueTime() {
        return BEGINNING.plusMillis(now);
    }

    int steps() {
        return steps;
    }

    /** Equal for two runs that did the same. */
    long fingerprint() {
        return fingerprint;
    }

    /** Once in so many times. */
    boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    void after(long millis, String what, Runnable run) {
        events.add(new Event(now + millis, order++, what, run));
    }

    /** Does what is next. False when nothing ever is, or not before that time. */
    boolean step(long until) {
        Event next = events.peek();
        if (next == null || next.at > until) {
            return false;
        }
        events.remove();
        now = Math.max(now, next.at);
        steps++;
        fingerprint = (fingerprint * 31 + next.what.hashCode()) * 31 + now;
        try {
            next.run.run();
        } catch (Crash crash) {
            say(() -> "  crash: " + crash.getMessage());
        }
        afterStep.run();
        return true;
    }

    boolean canNest() {
        return depth < DEEPEST;
    }

    /** That much time goes by, and all else with it. No time when too many wait for each other already. */
    void pass(long millis) {
        if (!canNest()) {
            return;
        }
        depth++;
        try {
            runUntil(now + millis);
        } finally {
            depth--;
        }
    }

    void pass(Duration time) {
        pass(time.toMillis());
    }

    void runUntil(long until) {
        while (step(until)) {
            // One thing after the other.
            continue;
        }
        now = Math.max(now, until);
    }

    void say(Supplier<String> line) {
        if (traced) {
            if (trace.size() == LAST_WORDS) {
                trace.removeFirst();
            }
            trace.add(String.format("%8.3f %s%s", now / 1000.0, "  ".repeat(depth), line.get()));
        }
    }

    String trace() {
        return String.join("\n", trace);
    }
}
