package vzguard.controller.rollout;

import java.time.Instant;
import java.util.List;

/**
 * One host as a rollout sees it. Not stored: after a crash every host counts as away until its agent is back.
 *
 * @param tasks indexes of its tasks, ascending; shared, never written
 * @param hostTask index of the task that changes the host itself, or -1
 * @param firstWave of its tasks
 * @param connected an agent's stream is there
 * @param silent it was there, and has gone
 * @param since when that became so
 * @param live jobs out that may not restart
 * @param restarting restart slots its VEs hold
 */
record HostSlots(
        String name,
        TaskIndexes tasks,
        int hostTask,
        int firstWave,
        boolean connected,
        boolean silent,
        Instant since,
        int live,
        int restarting) {

    static HostSlots away(List<TaskRow> own, Instant since) {
        int hostTask = own.stream()
                .filter(row -> row.target().isHost())
                .mapToInt(TaskRow::index)
                .findFirst()
                .orElse(-1);
        TaskIndexes indexes =
                new TaskIndexes(own.stream().mapToInt(TaskRow::index).toArray());
        int firstWave = own.stream().mapToInt(TaskRow::wave).min().orElse(0);
        return new HostSlots(own.get(0).target().hostName(), indexes, hostTask, firstWave, false, false, since, 0, 0);
    }

    HostSlots with(boolean nowConnected, Instant at) {
        boolean gone = !nowConnected && (connected || silent);
        return new HostSlots(name, tasks, hostTask, firstWave, nowConnected, gone, at, live, restarting);
    }

    HostSlots plus(int moreLive, int moreRestarting) {
        return new HostSlots(
                name,
                tasks,
                hostTask,
                firstWave,
                connected,
                silent,
                since,
                live + moreLive,
                restarting + moreRestarting);
    }

    /** Its silence no longer counts. */
    HostSlots forgiven() {
        return new HostSlots(name, tasks, hostTask, firstWave, connected, false, since, live, restarting);
    }

    /** Positions in the task list, without a box for each. */
    static final class TaskIndexes {
        private final int[] indexes;

        TaskIndexes(int[] indexes) {
            this.indexes = indexes;
        }

        int size() {
            return indexes.length;
        }

        int get(int position) {
            return indexes[position];
        }
    }
}
