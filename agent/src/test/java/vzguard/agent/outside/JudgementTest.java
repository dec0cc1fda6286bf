package vzguard.agent.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import vzguard.agent.outside.Judgement.Verdict;
import vzguard.agent.outside.Look.Kind;
import vzguard.agent.outside.Look.View;

class JudgementTest {
    private static final Look NOT_REACHED = Look.without(Kind.NOT_REACHED, "controller:7443: UNAVAILABLE");

    private static Look seen(View... views) {
        return new Look(Kind.SEEN, List.of(views), "");
    }

    private static View answered(String address, int port) {
        return new View(address, port, true, "192.0.2.1 40000", "SSH-2.0-OpenSSH_9.2p1");
    }

    private static View silent(String address, int port) {
        return new View(address, port, false, "", "timed out after 2500 ms");
    }

    private static void assertJudged(Look before, Look after, Verdict verdict, String sentence) {
        Judgement judged = Judgement.of(before, after);
        assertThat(judged.verdict()).as(judged.sentence()).isEqualTo(verdict);
        assertThat(judged.sentence()).contains(sentence);
    }

    @Test
    void whoStillGetsInIsLetIn() {
        Look look = seen(answered("10.0.0.1", 22));
        assertJudged(look, look, Verdict.LET_IN, "from 192.0.2.1 was let in at 10.0.0.1:22");
        assertJudged(seen(silent("10.0.0.1", 22)), look, Verdict.LET_IN, "was let in");
        assertJudged(NOT_REACHED, look, Verdict.LET_IN, "was let in");
    }

    @Test
    void whoGotInBeforeAndDoesNotNowIsShutOut() {
        Look before = seen(answered("10.0.0.1", 22), answered("2001:db8::1", 22));
        assertJudged(
                before, seen(silent("10.0.0.1", 22)), Verdict.SHUT_OUT, "to 10.0.0.1:22 was not let in (timed out");
        assertJudged(
                before,
                seen(answered("10.0.0.1", 22), silent("2001:db8::1", 22)),
                Verdict.SHUT_OUT,
                "[2001:db8::1]:22 was not let in");
    }

    @Test
    void aPortThatNeverAnsweredTakesNothingBack() {
        Look before = seen(answered("10.0.0.1", 22), silent("10.0.0.1", 2222));
        assertJudged(before, before, Verdict.LET_IN, "10.0.0.1:22");
        Look never = seen(silent("10.0.0.1", 22));
        assertJudged(never, never, Verdict.UNPROVEN, "unproven from outside: the controller was not let in before");
    }

    @Test
    void anAddressThatWasNotTriedBeforeConfirmsOnlyByAnAnswer() {
        Look before = seen(answered("10.0.0.1", 22));
        assertJudged(before, seen(silent("10.0.0.9", 22)), Verdict.SHUT_OUT, "10.0.0.9:22 (timed out");
        assertJudged(before, seen(answered("10.0.0.9", 22)), Verdict.LET_IN, "10.0.0.9:22");
    }

    @Test
    void withoutALookBeforeNothingShortOfAnAnswerConfirms() {
        assertJudged(NOT_REACHED, seen(silent("10.0.0.1", 22)), Verdict.SHUT_OUT, "is not known");
    }

    @Test
    void aControllerThatCannotBeReachedAnewConfirmsNothing() {
        assertJudged(seen(answered("10.0.0.1", 22)), NOT_REACHED, Verdict.SHUT_OUT, "could not be reached anew");
        assertJudged(NOT_REACHED, NOT_REACHED, Verdict.SHUT_OUT, "UNAVAILABLE");
    }

    @Test
    void aControllerThatDoesNotLookLeavesItToTheProof() {
        Look old = Look.without(Kind.NOT_KNOWN, "controller:7443 is of an earlier version");
        Look near = Look.without(Kind.NOT_TRIED, "over the loopback");
        assertJudged(old, old, Verdict.UNPROVEN, "unproven from outside: this controller does not look");
        assertJudged(old, NOT_REACHED, Verdict.UNPROVEN, "does not look");
        assertJudged(near, near, Verdict.UNPROVEN, "unproven from outside: over the loopback");
        assertJudged(near, NOT_REACHED, Verdict.SHUT_OUT, "could not be reached anew");
    }

    @Test
    void whatAnswersElsewhereDoesNotCount() {
        Look look = seen(answered("203.0.113.1", 22));
        assertThat(look.endingHere(end -> end.equals("192.0.2.1 40000"))).isEqualTo(look);
        Look router = look.endingHere(end -> false);
        assertJudged(router, router, Verdict.UNPROVEN, "answered by another machine");
    }
}
