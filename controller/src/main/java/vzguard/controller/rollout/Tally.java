package vzguard.controller.rollout;

import java.util.Arrays;

/** How many tasks are in which state. {@code targets()} is the sum of all, at every instant. */
public final class Tally {
    static final Tally EMPTY = new Tally(new int[TaskState.values().length], 0);

    private final int[] counts;
    private final int timedOut;

    Tally(int[] counts, int timedOut) {
        this.counts = counts.clone();
        this.timedOut = timedOut;
    }

    public int of(TaskState state) {
        return counts[state.ordinal()];
    }

    /** Of the failed ones those that timed out. */
    public int timedOut() {
        return timedOut;
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

    Tally plus(TaskRow row, int sign) {
        Tally next = new Tally(counts, timedOut + (row.timedOut() ? sign : 0));
        next.counts[row.state().ordinal()] += sign;
        return next;
    }

    Tally plus(Tally other) {
        Tally next = new Tally(counts, timedOut + other.timedOut);
        for (int i = 0; i < counts.length; i++) {
            next.counts[i] += other.counts[i];
        }
        return next;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tally that && timedOut == that.timedOut && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(counts) + timedOut;
    }

    @Override
    public String toString() {
        return Arrays.toString(counts) + " timed out " + timedOut;
    }
}
