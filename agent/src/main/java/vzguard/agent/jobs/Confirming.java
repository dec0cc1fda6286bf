package vzguard.agent.jobs;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import vzguard.agent.apply.ApplyOptions;
import vzguard.agent.apply.PendingUndo;
import vzguard.agent.apply.Progress;
import vzguard.agent.apply.Reverter;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Place;
import vzguard.agent.outside.Judgement;
import vzguard.agent.prove.Answer;
import vzguard.agent.prove.ProofPlan.Purpose;
import vzguard.agent.prove.ProofResult;
import vzguard.agent.prove.ProofVerdict.Verdict;
import vzguard.agent.tools.SshPeers;

/**
 * Whether a guard that was just written may stay. It may when a source that it never saw gets in, and, at the host itself, when the
 * controller does that looks from outside; where even the source that the guard exempts does not get in, there is no sshd, and
 * nobody whom it could lock out.
 */
final class Confirming {
    private final Reverter reverter;
    private final SshPeers peers;

    Confirming(Reverter reverter, SshPeers peers) {
        this.reverter = reverter;
        this.peers = peers;
    }

    /**
     * Confirms what was written at a place, or takes it back. Where nothing was written it does nothing.
     *
     * @param proofs made since; none where an administrator confirms
     * @param outside looks from outside, told until when it waits for them; empty where nobody looks
     * @return why it was taken back; empty when it stays
     */
    Optional<Cause> confirm(
            Place place,
            ApplyOptions options,
            List<ProofResult> proofs,
            Optional<Function<Instant, Judgement>> outside,
            Progress progress) {
        if (!reverter.isArmed(place)) {
            return stays(place);
        }
        if (options.byHand()) {
            String seconds = options.confirmWithin().toSeconds() + " s";
            progress.step(
                    1,
                    1,
                    "written; it is taken back in " + seconds + ", unless "
                            + options.probe()
                                    .map(probe -> probe.from() + " connects anew to port "
                                            + probe.ports().get(0) + " (there: ssh-keyscan), or ")
                                    .orElse("")
                            + "you log in anew by SSH and run there: vzguard-agent confirm");
            Set<String> before = new TreeSet<>();
            reverter.pending().stream()
                    .filter(pending -> pending.place().equals(place))
                    .forEach(pending -> before.addAll(pending.peers()));
            boolean confirmed = reverter.awaitConfirmed(
                    place,
                    () -> options.probe()
                            .filter(probe -> peers.ofHost(probe.ports()).stream()
                                    .anyMatch(end -> probe.isMadeBy(end) && !before.contains(end)))
                            .isPresent());
            return confirmed ? Optional.empty() : Optional.of(cause(place, "nobody confirmed it within " + seconds));
        }
        Optional<String> shutOut = proofs.stream()
                .filter(Confirming::shutsOut)
                .map(ProofResult::summary)
                .findFirst();
        if (shutOut.isPresent()) {
            reverter.takeBack(place);
            return Optional.of(cause(place, shutOut.get()));
        }
        Optional<Judgement> judged = outside.map(look -> look.apply(until(place)));
        if (judged.filter(each -> each.verdict() == Judgement.Verdict.SHUT_OUT).isPresent()) {
            reverter.takeBack(place);
            return Optional.of(cause(place, judged.get().sentence()));
        }
        return stays(place);
    }

    /** When the first of the writes at a place is taken back. */
    private Instant until(Place place) {
        return reverter.pending().stream()
                .filter(pending -> pending.place().target().equals(place))
                .map(PendingUndo::until)
                .min(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }

    /** A job that did not reach its end leaves no guard that nobody tried. */
    Optional<Cause> takeBack(Place place) {
        if (!reverter.isArmed(place)) {
            return Optional.empty();
        }
        reverter.takeBack(place);
        return Optional.of(cause(place, "the job did not reach its end"));
    }

    private Optional<Cause> stays(Place place) {
        boolean confirmed = reverter.confirm(place);
        reverter.forget(place);
        return confirmed
                ? Optional.empty()
                : Optional.of(cause(place, "the job was not done before its time to confirm had passed"));
    }

    private static Cause cause(Place place, String why) {
        return Cause.of(
                CauseCode.NOT_CONFIRMED,
                "the guard of " + place.describe() + " was taken back: " + why,
                "vzguard diagnose; then apply again");
    }

    /** A connection that every guard must let through was not answered, though an exempt one was. */
    private static boolean shutsOut(ProofResult proof) {
        return proof.verdict() == Verdict.FAILED
                && proof.attempts().stream()
                        .anyMatch(tried -> (tried.attempt().purpose() == Purpose.OTHER
                                        || (tried.attempt().purpose() == Purpose.COUNTED
                                                && tried.attempt().count() == 1))
                                && tried.answer().kind() != Answer.Kind.ANSWERED);
    }
}
