package vzguard.it.simulation;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** An executor of so many threads, none of them real: each task is something that happens in the world. */
final class Threads extends AbstractExecutorService implements ScheduledExecutorService {
    private static final long BUSY_AGAIN = 40;

    private final Machine machine;
    private final String name;
    private final int threads;
    private final int stretch;
    private int busy;
    private boolean shut;

    /** @param stretch of periodic tasks: each comes after up to so many periods, as chance has it */
    Threads(Machine machine, String name, int threads, int stretch) {
        this.stretch = stretch;
        this.machine = machine;
        this.name = name;
        this.threads = threads;
    }

    private final class Task implements ScheduledFuture<Object> {
        private final Runnable run;
        private final long at;
        private boolean over;
        private boolean cancelled;

        Task(Runnable run, long delay) {
            this.run = run;
            this.at = machine.world.now() + delay;
            machine.after(delay, name, this::go);
        }

        private void go() {
            if (over || shut) {
                return;
            }
            if (busy >= threads) {
                machine.after(BUSY_AGAIN, name, this::go);
                return;
            }
            over = true;
            busy++;
            try {
                run.run();
            } finally {
                busy--;
            }
        }

        @Override
        public boolean cancel(boolean interrupt) {
            boolean inTime = !over;
            over = true;
            cancelled |= inTime;
            return inTime;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(at - machine.world.now(), TimeUnit.MILLISECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.MILLISECONDS), other.getDelay(TimeUnit.MILLISECONDS));
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public boolean isDone() {
            return over;
        }

        @Override
        public Object get() {
            throw new UnsupportedOperationException("nobody waits in a simulation");
        }

        @Override
        public Object get(long timeout, TimeUnit unit) {
            throw new UnsupportedOperationException("nobody waits in a simulation");
        }
    }

    @Override
    public void execute(Runnable task) {
        if (shut) {
            throw new RejectedExecutionException("shut down");
        }
        Task unused = new Task(task, machine.world.random.nextInt(20));
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        if (shut) {
            throw new RejectedExecutionException("shut down");
        }
        return new Task(task, unit.toMillis(delay) + machine.world.random.nextInt(10));
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initial, long period, TimeUnit unit) {
        long first = unit.toMillis(initial);
        return schedule(() -> again(task, unit.toMillis(period)), first, TimeUnit.MILLISECONDS);
    }

    private void again(Runnable task, long period) {
        task.run();
        if (!shut) {
            long stretched = period * (1 + machine.world.random.nextInt(stretch(period)));
            ScheduledFuture<?> unused = schedule(() -> again(task, period), stretched, TimeUnit.MILLISECONDS);
        }
    }

    /** What is late is no error, and costs less to simulate. */
    private int stretch(long period) {
        return period < 1000 ? 50 : period < 10_000 ? stretch : 2;
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("not used");
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initial, long period, TimeUnit unit) {
        throw new UnsupportedOperationException("not used");
    }

    @Override
    public void shutdown() {
        shut = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shut = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shut;
    }

    @Override
    public boolean isTerminated() {
        return shut;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shut;
    }
}
