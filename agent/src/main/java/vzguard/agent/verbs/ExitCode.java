package vzguard.agent.verbs;

import java.util.List;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;

/** Exit codes of the agent's commands; the same as the command line's. */
final class ExitCode {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int BAD_INPUT = 2;
    static final int PARTLY = 3;
    static final int REFUSED = 4;
    static final int UNREACHABLE = 5;
    static final int CHANGES = 6;

    private ExitCode() {}

    /** What results of several targets make together. Skipped ones are pending, no failure. */
    static int of(List<JobResult> results) {
        long bad = results.stream().filter(result -> !isFine(result)).count();
        if (bad == 0) {
            return DONE;
        }
        if (bad < results.size()) {
            return PARTLY;
        }
        boolean refused = results.stream().allMatch(result -> result.getOutcome() == Outcome.OUTCOME_REFUSED);
        return refused ? REFUSED : FAILED;
    }

    private static boolean isFine(JobResult result) {
        return switch (result.getOutcome()) {
            case OUTCOME_DONE, OUTCOME_NO_OP, OUTCOME_SKIPPED -> true;
            default -> false;
        };
    }
}
