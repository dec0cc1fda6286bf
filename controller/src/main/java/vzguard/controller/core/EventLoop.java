package vzguard.controller.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vzguard.controller.store.Database;
import vzguard.controller.store.LeaseLost;

/**
 * The single writer: one thread takes steps in the order they were submitted and runs each in a savepoint; steps that
 * wait together are committed together (group commit). Only after the commit are their effects carried out and their
 * futures completed, so whatever anybody was told is durable.
 *
 * <p>Rule for steps: decide, then write, then change memory; the part after the last statement cannot fail. A step that
 * throws is undone and fails alone. A statement or commit that fails leaves memory ahead of the disk: the loop stops for good and
 * tells {@code onFatal}; after a restart the disk is the truth.
 */
public final class EventLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final int MAX_BATCH = 256;

    private final BlockingQueue<Entry<?>> queue = new LinkedBlockingQueue<>();
    private final Database database;
    private final Consumer<Handle> guard;
    private final Consumer<Throwable> onFatal;
    /** None when somebody else's thread gives it its turns. */
    private final @Nullable Thread thread;

    private volatile boolean closed;

    /**
     * Owns the database once a step was submitted: it is used by the loop's thread only. {@link #close} closes it.
     *
     * @param guard run first in each transaction; when it throws, no step is run and the loop stops as when a commit fails
     */
    public EventLoop(Database database, Consumer<Handle> guard, Consumer<Throwable> onFatal) {
        this(database, guard, onFatal, true);
    }

    private EventLoop(Database database, Consumer<Handle> guard, Consumer<Throwable> onFatal, boolean threaded) {
        this.database = database;
        this.guard = guard;
        this.onFatal = onFatal;
        if (threaded) {
            thread = new Thread(this::run, "vzguard-core");
            thread.setDaemon(true);
            thread.start();
        } else {
            thread = null;
        }
    }

    /** One without a thread: whoever calls {@link #turn} lends it his. For simulations, in which nothing happens by itself. */
    public static EventLoop withoutThread(Database database, Consumer<Handle> guard, Consumer<Throwable> onFatal) {
        return new EventLoop(database, guard, onFatal, false);
    }

    /** A unit of work. */
    @FunctionalInterface
    public interface Step<T> {
        T run(Transaction transaction);
    }

    /** Queues a step. The future completes on the loop's thread, after the commit; do not block in its callbacks. */
    public <T> CompletableFuture<T> submit(Step<T> step) {
        Entry<T> entry = new Entry<>(step);
        if (closed) {
            entry.future.completeExceptionally(new RejectedExecutionException("the controller is shutting down"));
        } else {
            queue.add(entry);
        }
        return entry.future;
    }

    /** As {@link #submit}, for a step without an answer; a failure is logged. */
    public void post(String what, Consumer<Transaction> step) {
        submit(transaction -> {
                    step.accept(transaction);
                    return true;
                })
                .whenComplete((done, failure) -> {
                    if (failure != null && !(failure instanceof RejectedExecutionException)) {
                        LOG.error("{} failed", what, failure);
                    }
                });
    }

    private void run() {
        while (!closed || !queue.isEmpty()) {
            try {
                Entry<?> first = queue.take();
                if (!commitWith(first, MAX_BATCH)) {
                    return;
                }
            } catch (InterruptedException e) {
                // close() woke the loop: what is queued is still done.
                continue;
            }
        }
    }

    /**
     * What waits, committed together. Of a loop without a thread; not from within one of its steps.
     *
     * @param most of the steps that wait, 1 to 256
     * @return whether the loop goes on
     */
    public boolean turn(int most) {
        if (thread != null) {
            throw new IllegalStateException("this loop has its own thread");
        }
        Entry<?> first = queue.poll();
        return first == null ? !closed : commitWith(first, Math.min(most, MAX_BATCH));
    }

    /** Steps that wait; of a loop without a thread. */
    public int waiting() {
        return queue.size();
    }

    private boolean commitWith(Entry<?> first, int most) {
        List<Entry<?>> batch = new ArrayList<>(List.of(first));
        queue.drainTo(batch, most - 1);
        try {
            commit(batch);
            return true;
        } catch (RuntimeException e) {
            closed = true;
            queue.drainTo(batch);
            letGo();
            RuntimeException answer =
                    e instanceof LeaseLost ? new RejectedExecutionException("not done: " + e.getMessage(), e) : e;
            batch.forEach(entry -> entry.future.completeExceptionally(answer));
            onFatal.accept(e);
            return false;
        }
    }

    /** What the transaction holds is nobody's business any more. */
    private void letGo() {
        try {
            Handle handle = database.handle();
            if (handle.isInTransaction()) {
                handle.rollback();
            }
        } catch (RuntimeException e) {
            // The connection that broke: the database lets go by itself.
            LOG.debug("nothing is left to roll back", e);
        }
    }

    private void commit(List<Entry<?>> batch) {
        Handle handle = database.handle();
        handle.begin();
        guard.accept(handle);
        for (Entry<?> entry : batch) {
            entry.run(handle);
        }
        handle.commit();
        batch.forEach(Entry::finish);
    }

    /** Completes what was submitted, then stops and closes the database. */
    @Override
    public void close() {
        closed = true;
        // Wakes a loop that waits for work.
        queue.add(new Entry<>(transaction -> true));
        boolean interrupted = false;
        while (thread != null && thread.isAlive() && Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        while (thread == null && turn(MAX_BATCH) && !queue.isEmpty()) {
            // What was submitted is still done.
            continue;
        }
        queue.forEach(entry ->
                entry.future.completeExceptionally(new RejectedExecutionException("the controller is shutting down")));
        database.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Entry<T> {
        private static final String SAVEPOINT = "step";

        private final Step<T> step;
        private final CompletableFuture<T> future = new CompletableFuture<>();
        private final List<Runnable> effects = new ArrayList<>();
        private Runnable answer = () -> {};

        Entry(Step<T> step) {
            this.step = step;
        }

        void run(Handle handle) {
            boolean[] saved = {false};
            try {
                T value = step.run(new Transaction() {
                    @Override
                    public Handle sql() {
                        // A step that reads and writes nothing has nothing to undo.
                        if (!saved[0]) {
                            handle.savepoint(SAVEPOINT);
                            saved[0] = true;
                        }
                        return handle;
                    }

                    @Override
                    public void afterCommit(Runnable effect) {
                        effects.add(effect);
                    }
                });
                if (saved[0]) {
                    handle.releaseSavepoint(SAVEPOINT);
                }
                answer = () -> future.complete(value);
            } catch (JdbiException e) {
                // As with a commit that fails: memory may be ahead of the disk.
                throw e;
            } catch (RuntimeException e) {
                if (saved[0]) {
                    handle.rollbackToSavepoint(SAVEPOINT);
                }
                effects.clear();
                answer = () -> future.completeExceptionally(e);
            }
        }

        void finish() {
            for (Runnable effect : effects) {
                try {
                    effect.run();
                } catch (RuntimeException e) {
                    LOG.error("an effect failed", e);
                }
            }
            answer.run();
        }
    }
}
