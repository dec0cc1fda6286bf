package vzguard.controller.outside;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * How often one host may be looked at: an agent that asks for more has a fault, or somebody else has its key. Remembers the last
 * minute of those hosts alone that asked in it. Safe for use by many threads.
 */
final class Pace {
    private static final Duration PERIOD = Duration.ofMinutes(1);

    private final int most;
    private final Map<String, Deque<Instant>> looks = new HashMap<>();
    private Instant cleared = Instant.EPOCH;

    /** @param most looks at one host within a minute */
    Pace(int most) {
        this.most = most;
    }

    /** Whether this host may be looked at now; then it counts. */
    synchronized boolean permits(String hostId, Instant now) {
        Instant since = now.minus(PERIOD);
        if (cleared.isBefore(since)) {
            cleared = now;
            for (Iterator<Deque<Instant>> all = looks.values().iterator(); all.hasNext(); ) {
                if (all.next().getLast().isBefore(since)) {
                    all.remove();
                }
            }
        }
        Deque<Instant> last = looks.computeIfAbsent(hostId, first -> new ArrayDeque<>());
        while (!last.isEmpty() && last.getFirst().isBefore(since)) {
            last.removeFirst();
        }
        boolean permitted = last.size() < most;
        if (permitted) {
            last.addLast(now);
        }
        return permitted;
    }

    synchronized int hosts() {
        return looks.size();
    }
}
