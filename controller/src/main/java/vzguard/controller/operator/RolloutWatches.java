package vzguard.controller.operator;

import io.grpc.stub.ServerCallStreamObserver;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import vzguard.controller.dispatch.ActiveRollout;
import vzguard.controller.dispatch.Rollouts;
import vzguard.controller.rollout.TaskRow;
import vzguard.controller.rollout.TaskState;
import vzguard.v1.RolloutView;

/**
 * Operators who watch a rollout. Changes are collected and sent by {@link #flush}: a watcher gets at most one message per flush
 * with at most {@link #MOST} tasks, and one that reads slowly gets fewer of them instead of a growing queue. Belongs to the event
 * loop's thread.
 */
public final class RolloutWatches implements Rollouts.Listener {
    /** Tasks of one message: some 100 KiB. */
    static final int MOST = 500;

    private final Clock clock;
    private final List<Watch> watches = new ArrayList<>();
    private volatile boolean active;

    public RolloutWatches(Clock clock) {
        this.clock = clock;
    }

    private static final class Watch {
        private final ActiveRollout rollout;
        private final ServerCallStreamObserver<RolloutView> observer;
        private final TreeSet<Integer> changedTasks = new TreeSet<>();
        private boolean changed = true;

        Watch(ActiveRollout rollout, ServerCallStreamObserver<RolloutView> observer) {
            this.rollout = rollout;
            this.observer = observer;
            List<TaskRow> rows = rollout.machine().tasks();
            boolean all = rows.size() <= MOST;
            rows.stream()
                    .filter(row -> all
                            || row.state() == TaskState.RUNNING
                            || row.state().isRetriable())
                    .forEach(row -> changedTasks.add(row.index()));
        }

        /** The next of the changed tasks, by position. */
        List<Integer> next() {
            List<Integer> next = new ArrayList<>();
            while (next.size() < MOST && !changedTasks.isEmpty()) {
                next.add(changedTasks.pollFirst());
            }
            return next;
        }
    }

    /** Somebody watches: {@link #flush} has something to look at. Any thread. */
    public boolean isActive() {
        return active;
    }

    /** Sends what is there, then what changes, until the rollout has ended. */
    void add(ActiveRollout rollout, ServerCallStreamObserver<RolloutView> observer) {
        if (observer.isCancelled()) {
            return;
        }
        Watch watch = new Watch(rollout, observer);
        if (!sent(watch)) {
            watches.add(watch);
            active = true;
        }
    }

    @Override
    public void changed(ActiveRollout rollout, Set<Integer> tasks) {
        for (Watch watch : watches) {
            if (watch.rollout == rollout) {
                watch.changed = true;
                watch.changedTasks.addAll(tasks);
            }
        }
    }

    /** To be called at most ten times a second. */
    public void flush() {
        watches.removeIf(watch -> watch.observer.isCancelled() || flushed(watch));
        active = !watches.isEmpty();
    }

    private boolean flushed(Watch watch) {
        return watch.changed && watch.observer.isReady() && sent(watch);
    }

    /** One message; true when it was the last. */
    private boolean sent(Watch watch) {
        watch.observer.onNext(RolloutViews.with(watch.rollout, watch.next(), clock.instant()));
        watch.changed = !watch.changedTasks.isEmpty();
        if (!watch.changed && watch.rollout.machine().hasEnded()) {
            watch.observer.onCompleted();
            return true;
        }
        return false;
    }
}
