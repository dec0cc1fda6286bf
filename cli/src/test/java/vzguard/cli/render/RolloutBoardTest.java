package vzguard.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import vzguard.cli.Fixtures;
import vzguard.cli.Golden;
import vzguard.cli.Rollouts;
import vzguard.v1.RolloutView;

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
}
