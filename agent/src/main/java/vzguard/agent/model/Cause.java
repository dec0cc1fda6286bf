package vzguard.agent.model;

import java.util.List;

/**
 * A named reason with what it rests on and what would cure it.
 *
 * @param summary one sentence: what is wrong, and where
 * @param cure a policy key or a command; empty when there is none
 * @param cureNeedsRestart the cure restarts the VE
 */
public record Cause(CauseCode code, String summary, List<Evidence> evidence, String cure, boolean cureNeedsRestart) {
    public Cause {
        evidence = List.copyOf(evidence);
    }

    public static Cause of(CauseCode code, String summary, String cure) {
        return new Cause(code, summary, List.of(), cure, false);
    }

    public Cause with(Evidence more) {
        List<Evidence> all = new java.util.ArrayList<>(evidence);
        all.add(more);
        return new Cause(code, summary, all, cure, cureNeedsRestart);
    }

    public Cause needingRestart() {
        return new Cause(code, summary, evidence, cure, true);
    }
}
