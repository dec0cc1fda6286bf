package vzguard.agent.apply;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import vzguard.agent.model.Place;

/**
 * Who may change what at the same time, within one agent: one job per place, two changing vzctl per host, one edit of the
 * host's own files. Thread safe.
 */
public final class HostGate {
    private static final int CHANGING_VZCTL = 2;

    private final Map<Place, Lock> places = new ConcurrentHashMap<>();
    private final Semaphore vzctl = new Semaphore(CHANGING_VZCTL, true);
    private final Lock hostFiles = new ReentrantLock(true);

    /** Runs alone at its place. */
    <T> T at(Place place, Supplier<T> work) {
        return holding(places.computeIfAbsent(place, key -> new ReentrantLock(true)), work);
    }

    /** Runs alone on the host's files and modules. */
    <T> T onHost(Supplier<T> work) {
        return holding(hostFiles, work);
    }

    /** Runs a vzctl that changes something. */
    <T> T changing(Supplier<T> work) {
        vzctl.acquireUninterruptibly();
        try {
            return work.get();
        } finally {
            vzctl.release();
        }
    }

    private static <T> T holding(Lock lock, Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
