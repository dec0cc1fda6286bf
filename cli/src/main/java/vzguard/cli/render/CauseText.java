package vzguard.cli.render;

import java.util.List;
import vzguard.v1.Cause;
import vzguard.v1.Diagnosis;
import vzguard.v1.Evidence;

/** Causes, with the evidence they rest on. */
public final class CauseText {
    private CauseText() {}

    public static String diagnosis(Diagnosis diagnosis, Screen screen) {
        Details details = new Details(screen);
        String target = Words.target(diagnosis.getTarget());
        if (diagnosis.getCausesCount() == 0) {
            details.title(target + ": nothing is wrong");
        }
        for (Cause cause : diagnosis.getCausesList()) {
            details.title(target + ": " + cause.getCode());
            inFull(details, cause, screen);
        }
        return details.list("looked at", diagnosis.getLookedAtList(), Tone.PLAIN)
                .toString();
    }

    private static void inFull(Details details, Cause cause, Screen screen) {
        details.line(Text.line(cause.getSummary()));
        if (cause.getEvidenceCount() > 0) {
            details.heading("evidence");
        }
        for (Evidence evidence : cause.getEvidenceList()) {
            String exit = evidence.hasExitCode() ? "  (exit " + evidence.getExitCode() + ")" : "";
            details.line((evidence.hasExitCode() ? "$ " : "")
                    + Text.line(evidence.getSource())
                    + screen.paint(Tone.DIM, exit));
            if (evidence.getText().isBlank()) {
                details.line(screen.paint(Tone.DIM, "  (printed nothing)"));
            } else {
                details.block(evidence.getText(), "    ");
            }
        }
        details.value("cure", cause.getCure());
        details.value("restart", cause.getCureNeedsRestart() ? "needed: the cure restarts the VE" : "not needed");
    }

    /** One or two lines each, for plans and tasks. */
    static void brief(Details details, List<Cause> causes, Screen screen) {
        for (Cause cause : causes) {
            details.line(screen.paint(Tone.WARN, "cause " + Text.line(cause.getCode())) + ": "
                    + Text.line(cause.getSummary()));
            if (!cause.getCure().isEmpty()) {
                details.line("  cure: " + Text.line(cause.getCure())
                        + (cause.getCureNeedsRestart() ? " (restarts the VE)" : " (no restart)"));
            }
        }
    }
}
