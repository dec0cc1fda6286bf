package vzguard.cli.render;

import java.util.ArrayList;
import java.util.List;
import vzguard.v1.Proof;
import vzguard.v1.ProofAttempt;
import vzguard.v1.Verdict;

/** Proofs: every connection that was tried, and the verdict. */
public final class ProofText {
    private ProofText() {}

    public static String render(List<Proof> proofs, Screen screen) {
        Details details = new Details(screen);
        for (Proof proof : proofs) {
            details.title(Words.target(proof.getTarget()));
            describe(details, proof, screen);
        }
        long proven = count(proofs, Verdict.VERDICT_PROVEN);
        details.title(Text.count(proofs.size(), "proof") + ": " + proven + " proven, "
                + count(proofs, Verdict.VERDICT_FAILED) + " failed, "
                + (proofs.size() - proven - count(proofs, Verdict.VERDICT_FAILED)) + " unproven");
        return details.toString();
    }

    /** Every proof held, and there is one. */
    public static boolean holds(List<Proof> proofs) {
        return !proofs.isEmpty() && count(proofs, Verdict.VERDICT_PROVEN) == proofs.size();
    }

    static void describe(Details details, Proof proof, Screen screen) {
        Table.Cell verdict = verdict(proof);
        List<String> ports = proof.getAttemptsList().stream()
                .map(ProofAttempt::getTo)
                .distinct()
                .toList();
        details.line(Words.lower(proof.getPlacement(), "PLACEMENT_") + " IPv" + proof.getFamily()
                + (ports.size() == 1 ? " at " + Text.line(ports.get(0)) : "") + ": "
                + screen.paint(verdict.tone(), verdict.text())
                + (proof.getSummary().isEmpty() ? "" : ": " + Text.line(proof.getSummary()))
                + (proof.hasAt() ? " (" + Ages.since(true, proof.getAt(), screen.now()) + " ago)" : ""));
        if (!ports.isEmpty()) {
            details.table(attempts(proof, ports.size() > 1));
        }
    }

    private static Table attempts(Proof proof, boolean severalPorts) {
        Table table = severalPorts
                ? new Table("#", "FROM", "TO", "PURPOSE", "EXPECTED", "GOT", "DETAIL")
                : new Table("#", "FROM", "PURPOSE", "EXPECTED", "GOT", "DETAIL");
        for (ProofAttempt attempt : proof.getAttemptsList()) {
            boolean asExpected = attempt.getAnswered() == attempt.getExpectedAnswer();
            List<Object> row = new ArrayList<>(List.of(
                    attempt.getNumber(),
                    attempt.getFrom(),
                    attempt.getPurpose(),
                    attempt.getExpectedAnswer() ? "answer" : "silence",
                    new Table.Cell(attempt.getAnswered() ? "answer" : "silence", asExpected ? Tone.GOOD : Tone.BAD),
                    attempt.getDetail()));
            if (severalPorts) {
                row.add(2, attempt.getTo());
            }
            table.add(row.toArray());
        }
        return table;
    }

    static Table.Cell verdict(Proof proof) {
        return switch (proof.getVerdict()) {
            case VERDICT_PROVEN -> new Table.Cell("proven", Tone.GOOD);
            case VERDICT_FAILED -> new Table.Cell("failed", Tone.BAD);
            default -> new Table.Cell("unproven", Tone.WARN);
        };
    }

    private static long count(List<Proof> proofs, Verdict verdict) {
        return proofs.stream().filter(proof -> proof.getVerdict() == verdict).count();
    }
}
