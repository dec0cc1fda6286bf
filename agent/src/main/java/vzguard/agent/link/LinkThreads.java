package vzguard.agent.link;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The threads that a link runs on: one for time, those that sweep, and those that carry out jobs. An agent has its own; thousands
 * of agents in one process share one set, and end it when all of them are closed.
 */
public final class LinkThreads {
    private static final Logger LOG = Logger.getLogger(LinkThreads.class.getName());
    /** Jobs at once on one host; how many of them may change something at once is the applier's business. */
    private static final int WORKERS = 6;

    private static final long END_SECONDS = 5;

    private final ScheduledExecutorService timer;
    private final ScheduledExecutorService sweeps;
    private final ExecutorService workers;
    private final boolean shared;

    private LinkThreads(
            ScheduledExecutorService timer, ScheduledExecutorService sweeps, ExecutorService workers, boolean shared) {
        this.timer = timer;
        this.sweeps = sweeps;
        this.workers = workers;
        this.shared = shared;
    }

    /** Of one agent: they end with its link, and those for jobs go when idle. */
    public static LinkThreads own() {
        return of(1, WORKERS, false);
    }

    /**
     * For any number of agents.
     *
     * @param sweeping threads that sweep, each for one agent at a time
     * @param working threads that carry out jobs
     */
    public static LinkThreads shared(int sweeping, int working) {
        return of(sweeping, working, true);
    }

    /** Somebody else's, who ends them: a simulation's, in which nothing happens by itself. */
    public static LinkThreads of(
            ScheduledExecutorService timer, ScheduledExecutorService sweeps, ExecutorService workers) {
        return new LinkThreads(timer, sweeps, workers, true);
    }

    private static LinkThreads of(int sweeping, int working, boolean shared) {
        ThreadPoolExecutor workers = new ThreadPoolExecutor(
                working, working, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named("vzguard-job"));
        workers.allowCoreThreadTimeOut(true);
        return new LinkThreads(
                Executors.newSingleThreadScheduledExecutor(named("vzguard-link")),
                Executors.newScheduledThreadPool(sweeping, named("vzguard-sweep")),
                workers,
                shared);
    }

    ScheduledExecutorService timer() {
        return timer;
    }

    ScheduledExecutorService sweeps() {
        return sweeps;
    }

    ExecutorService workers() {
        return workers;
    }

    /** A link that used them is closed. */
    void released() {
        if (!shared) {
            end();
        }
    }

    /** Ends them, also in the middle of something. Whoever takes a state directory next finds no thread writing into it. */
    public void end() {
        List<ExecutorService> all = List.of(sweeps, timer, workers);
        all.forEach(ExecutorService::shutdownNow);
        all.forEach(LinkThreads::awaitEnd);
    }

    private static void awaitEnd(ExecutorService threads) {
        try {
            if (!threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(Level.WARNING, "work did not end within {0} s; it is left behind", END_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
