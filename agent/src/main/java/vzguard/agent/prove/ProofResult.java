package vzguard.agent.prove;

import java.time.Instant;
import java.util.List;
import vzguard.agent.model.Family;
import vzguard.agent.model.Place;

/**
 * Evidence that the guard of one place acts in one family, or does not.
 *
 * @param attempts the connections, with what came back; none when nothing could be tried
 * @param summary one sentence
 * @param at when it was tried
 */
public record ProofResult(
        Place place, Family family, ProofVerdict.Verdict verdict, List<Tried> attempts, String summary, Instant at) {
    public ProofResult {
        attempts = List.copyOf(attempts);
    }

    /** A connection and what came back. */
    public record Tried(ProofPlan.Attempt attempt, Answer answer) {}

    /** Nothing could be tried: no evidence for the guard, and none against it. */
    public static ProofResult unproven(Place place, Family family, String why, Instant at) {
        return new ProofResult(place, family, ProofVerdict.Verdict.UNPROVEN, List.of(), why, at);
    }
}
