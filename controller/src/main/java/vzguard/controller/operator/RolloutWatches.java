package vzguard.controller.operator;

import io.grpc.stub.ServerCallStreamObserver;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import vzguard.controller.dispatch.ActiveRollout;
import vzguard.controller.dispatch.Rollouts;
import vzguard.v1.RolloutView;

/**
 * Operators who watch a rollout. Changes are collected and sent by {@link #flush}, so a watcher gets at most one message per
 * flush, and one that reads slowly gets fewer and larger ones instead of a growing queue. Belongs to the event loop's thread.
 */
public final class RolloutWatches implements Rollouts.Listener {
    private final Clock clock;
    private final List<Watch> watches = new ArrayList<>();
    private volatile boolean active;

    public RolloutWatches(Clock clock) {
        this.clock = clock;
    }

    private static final class Watch {
        private final ActiveRollout rollout;
        private final ServerCallStreamObserver<RolloutView> observer;
        private final Set<Integer> changedTasks = new HashSet<>();
        private boolean changed;

        Watch(ActiveRollout rollout, ServerCallStreamObserver<RolloutView> observer) {
            this.rollout = rollout;
            this.observer = observer;
        }
    }

    /** Somebody watches: {@link #flush} has something to look at. Any thread. */
    public boolean isActive() {
        return active;
    }

    /** Sends the whole, then what changes, until the rollout has ended. */
    void add(ActiveRollout rollout, ServerCallStreamObserver<RolloutView> observer) {
        if (observer.isCancelled()) {
            return;
        }
        observer.onNext(RolloutViews.whole(rollout, clock.instant()));
        if (rollout.machine().hasEnded()) {
            observer.onCompleted();
            return;
        }
        watches.add(new Watch(rollout, observer));
        active = true;
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
        if (!watch.changed || !watch.observer.isReady()) {
            return false;
        }
        watch.observer.onNext(RolloutViews.delta(watch.rollout, watch.changedTasks, clock.instant()));
        watch.changed = false;
        watch.changedTasks.clear();
        if (watch.rollout.machine().hasEnded()) {
            watch.observer.onCompleted();
            return true;
        }
        return false;
    }
}
