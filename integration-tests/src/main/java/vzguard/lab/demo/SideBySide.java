package vzguard.lab.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import vzguard.lab.demo.Stage.StageFailure;

/** Runs what does not depend on each other at the same time; what comes of it is in the order of the tasks. */
final class SideBySide {
    private SideBySide() {}

    /** Something that happens on the stage. */
    interface Task<T> {
        T run() throws StageFailure;
    }

    /** Something that happens beside what follows. */
    static final class Started<T> {
        private final FutureTask<T> task;

        private Started(FutureTask<T> task) {
            this.task = task;
        }

        /** Returns when it is done; fails as it failed. */
        T await() throws StageFailure {
            return result(task);
        }
    }

    /** Begins it; whoever begins it awaits it. */
    static <T> Started<T> start(Task<T> work) {
        FutureTask<T> task = new FutureTask<>(work::run);
        Thread thread = new Thread(task, "beside");
        thread.setDaemon(true);
        thread.start();
        return new Started<>(task);
    }

    /** Returns when all of them are done; the first failure in their order is that of the whole. */
    static <T> List<T> run(List<Task<T>> tasks) throws StageFailure {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<Callable<T>> calls =
                    tasks.stream().<Callable<T>>map(task -> task::run).toList();
            List<T> results = new ArrayList<>();
            for (Future<T> done : threads.invokeAll(calls)) {
                results.add(result(done));
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StageFailure("interrupted", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static <T> T result(Future<T> future) throws StageFailure {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StageFailure("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StageFailure failure) {
                throw failure;
            }
            throw new StageFailure(String.valueOf(e.getCause()), e);
        }
    }
}
