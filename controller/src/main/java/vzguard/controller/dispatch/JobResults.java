package vzguard.controller.dispatch;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import vzguard.controller.rollout.Outcome;
import vzguard.v1.Cause;
import vzguard.v1.JobResult;
import vzguard.v1.Proof;
import vzguard.v1.Verdict;

/** What an agent's result is to a rollout. Pure. */
final class JobResults {
    private static final String RESTART_NOT_ALLOWED = "RESTART_NOT_ALLOWED";
    private static final String PLAN_CHANGED = "PLAN_CHANGED";
    private static final Set<String> LEFT_ALONE = Set.of(
            "VE_STOPPED", "VE_SUSPENDED", "VE_DISABLED", "VE_MISSING", "CT_LOCKED", PLAN_CHANGED, RESTART_NOT_ALLOWED);

    private JobResults() {}

    static Outcome outcome(JobResult result) {
        return switch (result.getOutcome()) {
            case OUTCOME_DONE -> Outcome.DONE;
            case OUTCOME_NO_OP -> Outcome.NO_OP;
            case OUTCOME_REFUSED -> planChanged(result) ? Outcome.SKIPPED : Outcome.REFUSED;
            case OUTCOME_SKIPPED -> Outcome.SKIPPED;
            // What this version does not know is no success.
            case OUTCOME_FAILED, OUTCOME_UNSPECIFIED, UNRECOGNIZED -> Outcome.FAILED;
        };
    }

    /** The agent had nothing to restart, or did not begin to: the VE is as its owner left it. */
    static boolean leftAlone(JobResult result) {
        List<String> causes = causes(result);
        return !result.getRestarted() && !causes.isEmpty() && LEFT_ALONE.containsAll(causes);
    }

    /** The target is not what it was when its plan was approved; nothing was touched. */
    static boolean planChanged(JobResult result) {
        return causes(result).equals(List.of(PLAN_CHANGED));
    }

    /** What the agent would do now, for people. */
    private static String plannedAgain(JobResult result) {
        return result.getPlansList().stream()
                .findFirst()
                .map(plan -> "; planned again: "
                        + plan.getChangeClass()
                                .name()
                                .substring("CHANGE_CLASS_".length())
                                .toLowerCase(Locale.ROOT)
                                .replace('_', ' ')
                        + plan.getStepsList().stream()
                                .map(step -> step.getKind() + ": " + step.getSummary())
                                .collect(Collectors.joining(
                                        "; ",
                                        plan.getStepsCount() == 0 ? "" : " (",
                                        plan.getStepsCount() == 0 ? "" : ")")))
                .orElse("");
    }

    /** Codes, each once. */
    static List<String> causes(JobResult result) {
        return result.getCausesList().stream().map(Cause::getCode).distinct().toList();
    }

    /** The lack of a permission to restart is the only thing against it. */
    static boolean restartNeeded(JobResult result) {
        List<String> causes = causes(result);
        return !causes.isEmpty() && causes.stream().allMatch(RESTART_NOT_ALLOWED::equals);
    }

    /** The agent's sentence; of a success whose proof could not be tried it says so, and why. */
    static String summary(JobResult result) {
        if (planChanged(result)) {
            return "left as it is: not what it was when the plan was approved" + plannedAgain(result);
        }
        String unproven = result.getProofsList().stream()
                .filter(proof -> proof.getVerdict() != Verdict.VERDICT_PROVEN)
                .filter(proof -> proof.getVerdict() != Verdict.VERDICT_FAILED)
                .map(JobResults::unproven)
                .collect(Collectors.joining("; "));
        if (!outcome(result).isSuccess() || unproven.isEmpty()) {
            return result.getSummary();
        }
        return result.getSummary().isEmpty() ? unproven : result.getSummary() + "; " + unproven;
    }

    private static String unproven(Proof proof) {
        return "unproven in IPv" + proof.getFamily() + (proof.getSummary().isEmpty() ? "" : ": " + proof.getSummary());
    }
}
