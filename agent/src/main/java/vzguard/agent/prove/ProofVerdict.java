package vzguard.agent.prove;

import java.util.List;
import java.util.Map;
import vzguard.agent.prove.ProofPlan.Attempt;
import vzguard.agent.prove.ProofPlan.Purpose;
import vzguard.policy.SshGuard;

/**
 * What the answers prove: a pure function of plan and answers.
 *
 * @param sentence which connection deviated and how, or why nothing is proven, or what held
 */
public record ProofVerdict(Verdict verdict, String sentence) {
    /** The three verdicts. */
    public enum Verdict {
        PROVEN,
        FAILED,
        /** It could not be tried. */
        UNPROVEN
    }

    /** @param answers by the attempts' numbers; those without an answer were not made */
    static ProofVerdict of(ProofPlan plan, Map<Integer, Answer> answers) {
        List<Attempt> attempts = plan.attempts();
        for (Attempt attempt : attempts) {
            Answer answer = answers.get(attempt.number());
            if (answer == null) {
                return unproven("connection " + describe(attempt) + " was not made: the probe ended early");
            }
            if (attempt.purpose() == Purpose.ALLOWED && attempt.count() == 1 && answer.kind() != Answer.Kind.ANSWERED) {
                return unproven("no sshd answers at " + target(attempt) + ", not even the allowed source "
                        + attempt.from() + " (" + answer.detail() + "): silence would prove nothing");
            }
            if (!holds(plan, attempt, answer)) {
                return new ProofVerdict(Verdict.FAILED, deviation(plan, attempt, answer));
            }
        }
        return attempts.isEmpty() ? unproven("there was nothing to try") : proven(plan);
    }

    static ProofVerdict unproven(String why) {
        return new ProofVerdict(Verdict.UNPROVEN, why);
    }

    private static ProofVerdict proven(ProofPlan plan) {
        int hits = plan.settings().hits();
        String before = hits == 2 ? "connection 1 was answered" : "connections 1 to " + (hits - 1) + " were answered";
        return new ProofVerdict(
                Verdict.PROVEN,
                before + ", connection " + hits + " was "
                        + (plan.settings().action() == SshGuard.Action.REJECT ? "refused" : "dropped")
                        + ", the allowed source was always answered, another source"
                        + " too (IPv" + plan.family().number() + ")");
    }

    private static boolean holds(ProofPlan plan, Attempt attempt, Answer answer) {
        if (attempt.answerExpected()) {
            return answer.kind() == Answer.Kind.ANSWERED;
        }
        return plan.settings().action() == SshGuard.Action.REJECT
                ? answer.isReset()
                : answer.kind() == Answer.Kind.SILENT;
    }

    private static String ended(ProofPlan plan) {
        return plan.settings().action() == SshGuard.Action.REJECT ? "refuse" : "drop";
    }

    private static String deviation(ProofPlan plan, Attempt attempt, Answer answer) {
        int hits = plan.settings().hits();
        String happened = switch (answer.kind()) {
            case ANSWERED -> "was answered (" + answer.detail() + ")";
            case SILENT -> "was not answered (" + answer.detail() + ")";
            case REFUSED -> "was refused (" + answer.detail() + ")";
        };
        String expected = switch (attempt.purpose()) {
            case DROPPED -> "the guard must " + ended(plan) + " it";
            case COUNTED -> "the guard must " + ended(plan) + " only from connection " + hits + " on";
            case ALLOWED -> "the allowed source must always be answered";
            case OTHER -> "a source that was not seen before must be answered";
        };
        return "connection " + describe(attempt) + " " + happened + ": " + expected;
    }

    private static String describe(Attempt attempt) {
        String which = attempt.purpose() == Purpose.DROPPED || attempt.purpose() == Purpose.COUNTED
                ? ""
                : attempt.purpose() == Purpose.ALLOWED ? " of the allowed source" : " of another source";
        return attempt.count() + which + " from " + attempt.from() + " to " + target(attempt);
    }

    private static String target(Attempt attempt) {
        return (attempt.to().indexOf(':') < 0 ? attempt.to() : "[" + attempt.to() + "]") + ":" + attempt.port();
    }
}
