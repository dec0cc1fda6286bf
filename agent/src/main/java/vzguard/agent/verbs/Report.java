package vzguard.agent.verbs;

import java.util.List;
import java.util.Locale;
import vzguard.v1.Cause;
import vzguard.v1.Diagnosis;
import vzguard.v1.Evidence;
import vzguard.v1.Proof;
import vzguard.v1.ProofAttempt;

/** Proofs and diagnoses as text for people. Pure. */
final class Report {
    private Report() {}

    static String proofs(List<Proof> proofs) {
        StringBuilder text = new StringBuilder();
        for (Proof proof : proofs) {
            text.append(
                    String.format(Locale.ROOT, "IPv%d  %s  %s%n", proof.getFamily(), word(proof), proof.getSummary()));
            for (ProofAttempt attempt : proof.getAttemptsList()) {
                text.append(String.format(
                        Locale.ROOT,
                        "  %2d  %-12s  from %s to %s  %s  %s%n",
                        attempt.getNumber(),
                        attempt.getPurpose(),
                        attempt.getFrom(),
                        attempt.getTo(),
                        attempt.getAnswered() ? "answered" : "not answered",
                        attempt.getDetail()));
            }
        }
        return text.toString();
    }

    static String diagnosis(Diagnosis diagnosis) {
        StringBuilder text = new StringBuilder();
        if (diagnosis.getCausesCount() == 0) {
            text.append("nothing is wrong\n");
        }
        for (Cause cause : diagnosis.getCausesList()) {
            text.append(cause.getCode()).append(": ").append(cause.getSummary()).append('\n');
            for (Evidence evidence : cause.getEvidenceList()) {
                text.append("  seen:    ").append(evidence.getSource());
                text.append(evidence.hasExitCode() ? " (exit " + evidence.getExitCode() + ")\n" : "\n");
                evidence.getText()
                        .lines()
                        .forEach(line ->
                                text.append("           | ").append(line).append('\n'));
            }
            text.append("  cure:    ").append(cause.getCure()).append('\n');
            text.append("  restart: ")
                    .append(cause.getCureNeedsRestart() ? "of the VE" : "not needed")
                    .append('\n');
        }
        text.append("looked at:\n");
        diagnosis
                .getLookedAtList()
                .forEach(line -> text.append("  ").append(line).append('\n'));
        return text.toString();
    }

    private static String word(Proof proof) {
        return switch (proof.getVerdict()) {
            case VERDICT_PROVEN -> "PROVEN";
            case VERDICT_FAILED -> "FAILED";
            case VERDICT_UNPROVEN, VERDICT_UNSPECIFIED, UNRECOGNIZED -> "UNPROVEN";
        };
    }
}
