package vzguard.cli.outcome;

import vzguard.v1.RolloutState;
import vzguard.v1.RolloutView;

/** What a rollout's state means for whoever waits for it. */
public final class RolloutOutcome {
    private RolloutOutcome() {}

    /**
     * Nothing more happens unless a person acts: it is over, or its thresholds stopped it and the targets that were running
     * have reported.
     */
    public static boolean isSettled(RolloutView rollout) {
        return switch (rollout.getState()) {
            case ROLLOUT_STATE_COMPLETED, ROLLOUT_STATE_ABORTED -> true;
            case ROLLOUT_STATE_STOPPED -> rollout.getRunning() == 0;
            default -> false;
        };
    }

    /**
     * The exit code of a settled rollout: 0 when every target is done or needed nothing, 1 when it was stopped or all failed,
     * 3 when a part was done, 4 when all that could be tried was refused, 5 when no host of it answered.
     */
    public static int exitCode(RolloutView rollout) {
        if (rollout.getState() == RolloutState.ROLLOUT_STATE_STOPPED) {
            return ExitCode.FAILED;
        }
        int good = rollout.getDone() + rollout.getNoOp();
        if (good == rollout.getTargets()) {
            return ExitCode.DONE;
        }
        if (good > 0) {
            return ExitCode.PARTLY;
        }
        if (rollout.getState() == RolloutState.ROLLOUT_STATE_ABORTED || rollout.getFailed() > 0) {
            return ExitCode.FAILED;
        }
        if (rollout.getRefused() > 0) {
            return ExitCode.REFUSED;
        }
        return rollout.getUnreachable() > 0 ? ExitCode.UNREACHABLE : ExitCode.PARTLY;
    }
}
