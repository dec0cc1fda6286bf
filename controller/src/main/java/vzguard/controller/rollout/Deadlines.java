package vzguard.controller.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When time alone may next change a rollout: until then a {@link RolloutEvent.Tick} does nothing, so none is needed. Pure.
 *
 * <p>A look at every open target ({@link #of}) is needed after a tick only. Between ticks {@link #after} keeps the answer with the
 * targets that an event changed: what else an event can bring about (a host is away, a wave begins, a rollout is resumed) matters
 * after {@link Limits#patience} at the earliest, and no answer is further away than that.
 */
public final class Deadlines {
    private Deadlines() {}

    /** By looking at every open target; nothing when the rollout has ended. */
    public static Optional<Instant> of(Rollout rollout, Instant now) {
        if (rollout.hasEnded()) {
            return Optional.empty();
        }
        Draft draft = new Draft(rollout, Surroundings.QUIET);
        Instant due = earlier(now.plus(patience(rollout)), ofTheWhole(rollout, now));
        for (int index = draft.skipEnded(0); index < draft.size(); index = draft.skipEnded(index + 1)) {
            due = earlier(due, ofTask(rollout, draft.task(index)));
        }
        return Optional.of(due);
    }

    /**
     * After an event, from what it changed.
     *
     * @param before the answer before it
     */
    public static Optional<Instant> after(Optional<Instant> before, RolloutEvent event, Step step) {
        Rollout rollout = step.next();
        if (rollout.hasEnded()) {
            return Optional.empty();
        }
        if (before.isEmpty() || event instanceof RolloutEvent.Tick) {
            return of(rollout, event.at());
        }
        Instant due = earlier(before.get(), ofTheWhole(rollout, event.at()));
        for (TaskRow row : step.changedTasks()) {
            due = earlier(due, ofTask(rollout, row));
        }
        return Optional.of(due);
    }

    private static Duration patience(Rollout rollout) {
        return rollout.terms().limits().patience();
    }

    /** The end of a soak, the next time at which restarts may start, the end of what was approved. */
    private static @Nullable Instant ofTheWhole(Rollout rollout, Instant now) {
        if (rollout.state() != RolloutState.RUNNING) {
            return null;
        }
        Instant soak = rollout.progress().soakUntil();
        Instant expires = rollout.progress().wordAt().plus(rollout.settings().expires());
        Instant due = earlier(expires, soak);
        return rollout.times().mayStart(now)
                ? due
                : earlier(due, rollout.times().next(now));
    }

    private static @Nullable Instant ofTask(Rollout rollout, TaskRow row) {
        if (row.state() == TaskState.RUNNING) {
            return row.deadline();
        }
        HostSlots host = rollout.hosts().get(rollout.hostOf(row));
        boolean waits = row.state() == TaskState.PENDING
                && rollout.state() == RolloutState.RUNNING
                && row.wave() <= rollout.wave()
                && (!host.connected() || row.outstanding() != null);
        return waits
                ? Silence.patienceEnds(host, rollout.progress(), rollout.terms().limits())
                : null;
    }

    private static Instant earlier(Instant one, @Nullable Instant other) {
        return other != null && other.isBefore(one) ? other : one;
    }
}
