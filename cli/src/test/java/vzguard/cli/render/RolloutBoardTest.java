package vzguard.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import vzguard.cli.Fixtures;
import vzguard.cli.Golden;
import vzguard.cli.Rollouts;
import vzguard.v1.RolloutView;
import vzguard.v1.TaskState;

class RolloutBoardTest {
    private static final Screen SCREEN = new Screen(Format.TABLE, false, Fixtures.NOW);

    @Test
    void inAPipeALineComesOnlyForAChange() {
        StringBuilder lines = new StringBuilder();
        RolloutBoard board = RolloutBoard.empty();
        for (RolloutView message : new RolloutView[] {
            Rollouts.first(), Rollouts.first(), Rollouts.second(), Rollouts.third(), Rollouts.third(), Rollouts.last()
        }) {
            RolloutBoard next = board.with(message);
            next.changesSince(board).forEach(line -> lines.append(line).append('\n'));
            board = next;
        }
        Golden.check("watch-pipe", lines + board.ending(SCREEN));
    }

    @Test
    void theBlockShowsWhatRunsAndNoLineIsWiderThanTheTerminal() {
        RolloutBoard board = RolloutBoard.empty().with(Rollouts.first()).with(Rollouts.second());
        assertThat(board.block(40, false)).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(40));
        Golden.check("watch-block", String.join("\n", board.block(80, false)) + "\n");
    }

    @Test
    void keepsTheTasksThatALaterMessageDoesNotRepeat() {
        RolloutBoard board = RolloutBoard.empty().with(Rollouts.first()).with(Rollouts.third());
        assertThat(board.rollout().getTasksList()).hasSize(4);
        assertThat(board.rollout().getDone()).isEqualTo(1);
    }

    @Test
    void everyTargetIsAccountedForOnce() {
        assertThat(RolloutText.accounting(Rollouts.last()))
                .isEqualTo("4 targets = 1 done + 1 no-op + 1 failed + 0 refused + 0 unreachable + 1 skipped"
                        + " + 0 pending + 0 running");
    }

    @Test
    void aLargeRolloutIsToldByPercentAndByItsFirstTroubles() {
        RolloutBoard board = RolloutBoard.empty();
        List<String> lines = new ArrayList<>();
        for (int over = 0; over <= 10_000; over += 50) {
            RolloutView.Builder message = large(over);
            for (int task = over; task < over + 50 && over < 10_000; task++) {
                message.addTasks(Rollouts.task("hn" + task, "101", 1, TaskState.TASK_STATE_RUNNING, ""));
            }
            for (int task = over - 50; task < over && over > 0; task++) {
                message.addTasks(Rollouts.task(
                        "hn" + task,
                        "101",
                        1,
                        task % 100 == 7 ? TaskState.TASK_STATE_FAILED : TaskState.TASK_STATE_DONE,
                        ""));
            }
            RolloutBoard next = board.with(message.build());
            lines.addAll(next.changesSince(board));
            board = next;
        }
        assertThat(lines).hasSize(1 + 101 - 1 + 20 + 1);
        assertThat(lines)
                .filteredOn(line -> line.contains(" failed"))
                .filteredOn(line -> line.startsWith("  hn"))
                .hasSize(20);
        assertThat(lines).last().asString().contains("10000 targets = 9900 done + 0 no-op + 100 failed");
        // What ended well is not kept.
        assertThat(board.rollout().getTasksList()).hasSize(100);
        assertThat(board.block(80, false)).hasSize(3);
    }

    private static RolloutView.Builder large(int over) {
        return Rollouts.first().toBuilder()
                .clearTasks()
                .setTargets(10_000)
                .setDone(over - over / 100)
                .setFailed(over / 100)
                .setRunning(Math.min(50, 10_000 - over))
                .setPending(Math.max(0, 10_000 - over - 50))
                .setWaitingFor("restart budget: " + over % 7 + " of 20 in use");
    }
}
