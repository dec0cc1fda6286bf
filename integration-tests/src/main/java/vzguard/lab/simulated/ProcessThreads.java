package vzguard.lab.simulated;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * The threads that programs of simulated hosts run on. A program is a process of its own: interrupting the thread that waits for
 * it does not reach into it, as it does not with a real one, and does not tear its files from its hands.
 */
final class ProcessThreads {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "simulated-process");
        thread.setDaemon(true);
        return thread;
    });

    private ProcessThreads() {}

    /** Runs a program to its end. An interrupt of the calling thread stays set. */
    static <T> T run(Supplier<T> program) {
        Future<T> running = THREADS.submit(program::get);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return running.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
