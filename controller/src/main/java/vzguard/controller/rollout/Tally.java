package vzguard.controller.rollout;

import java.util.Arrays;

/** How many tasks are in which state. {@code targets()} is the sum of all, at every instant. */
public final class Tally {
    static final Tally EMPTY = new Tally(new int[TaskState.values().length]);

    private final int[] counts;

    Tally(int[] counts) {
        this.counts = counts.clone();
    }

    public int of(TaskState state) {
        return counts[state.ordinal()];
    }

    public int targets() {
        int targets = 0;
        for (int count : counts) {
            targets += count;
        }
        return targets;
    }

    /** Pending or running. */
    public int open() {
        return of(TaskState.PENDING) + of(TaskState.RUNNING);
    }

    /** A target may be another than before, so that there is something to watch. */
    boolean mayHaveChanged() {
        for (TaskState state : TaskState.values()) {
            if (state.mayHaveChanged() && of(state) > 0) {
                return true;
            }
        }
        return false;
    }

    Tally plus(TaskState state, int difference) {
        Tally next = new Tally(counts);
        next.counts[state.ordinal()] += difference;
        return next;
    }

    Tally plus(Tally other) {
        Tally next = new Tally(counts);
        for (int i = 0; i < counts.length; i++) {
            next.counts[i] += other.counts[i];
        }
        return next;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tally that && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return Arrays.toString(counts);
    }
}
