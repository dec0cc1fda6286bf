package vzguard.controller.enforcement;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import vzguard.controller.enforcement.Newcomer.Attempt;
import vzguard.controller.enforcement.Verdict.Kind;
import vzguard.controller.rollout.RolloutState;
import vzguard.controller.rollout.TargetRef;
import vzguard.controller.rollout.TaskState;
import vzguard.policy.Policy.Mode;

/** Revision 2 of policy guard is enforced on VE hn1/104. */
class EnforcementTest {
    private static final Instant CONNECTED = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant RUNNING = Instant.parse("2026-03-01T13:00:00Z");
    private static final Newcomer FRESH = new Newcomer(
            new TargetRef("id1", "hn1", "104"),
            0,
            true,
            Optional.of(RUNNING),
            CONNECTED,
            List.of(),
            Optional.empty(),
            Optional.empty());

    @Test
    void aNewcomerIsBroughtAndReportedOnlyWhereThePolicyOnlyReports() {
        assertThat(verdict(FRESH).kind()).isEqualTo(Kind.BRING);
        Verdict reported = Enforcement.decide(FRESH, "guard", 2, Mode.REPORT, Optional.empty());
        assertThat(reported.kind()).isEqualTo(Kind.LEAVE);
        assertThat(reported.why()).contains("`vzguard rollout start guard --select hn1/104`");
    }

    @Test
    void anOlderRevisionIsBroughtForwardAndANewerOneStays() {
        assertThat(verdict(applied(1)).kind()).isEqualTo(Kind.BRING);
        assertThat(verdict(applied(2)).kind()).isEqualTo(Kind.AS_WANTED);
        assertThat(verdict(applied(3)).kind()).isEqualTo(Kind.AS_WANTED);
    }

    @Test
    void whatDoesNotRunOrIsBusyComesLater() {
        Newcomer stopped = new Newcomer(
                FRESH.target(),
                0,
                false,
                FRESH.runningSince(),
                CONNECTED,
                List.of(),
                Optional.empty(),
                Optional.empty());
        assertThat(verdict(stopped).kind()).isEqualTo(Kind.WAIT);
        Newcomer busy = new Newcomer(
                FRESH.target(),
                0,
                true,
                FRESH.runningSince(),
                CONNECTED,
                List.of(),
                Optional.of("r7"),
                Optional.empty());
        assertThat(verdict(busy)).isEqualTo(new Verdict(Kind.WAIT, "rollout r7 is not done with it"));
    }

    @Test
    void whatTwoPoliciesWantNeitherGets() {
        Newcomer wantedTwice = new Newcomer(
                FRESH.target(),
                0,
                true,
                FRESH.runningSince(),
                CONNECTED,
                List.of("guard", "other"),
                Optional.empty(),
                Optional.empty());
        assertThat(verdict(wantedTwice).kind()).isEqualTo(Kind.LEAVE);
        assertThat(verdict(wantedTwice).why()).contains("guard and other");
    }

    @ParameterizedTest
    @EnumSource(
            value = TaskState.class,
            names = {"FAILED", "REFUSED"})
    void whatFailedOrWasRefusedIsLeftToTheOperatorForThatRevision(TaskState end) {
        Instant longAgo = CONNECTED.minus(Duration.ofDays(1));
        Verdict verdict = verdict(after(end, RolloutState.COMPLETED, 2, longAgo));
        assertThat(verdict.kind()).isEqualTo(Kind.LEAVE);
        assertThat(verdict.why()).contains("`vzguard rollout retry r5`");
        assertThat(verdict(after(end, RolloutState.COMPLETED, 1, longAgo)).kind())
                .as("it failed at another revision")
                .isEqualTo(Kind.BRING);
    }

    @Test
    void whatWasSkippedIsTriedAgainOnceItHasStartedSince() {
        assertThat(verdict(after(TaskState.SKIPPED, RolloutState.COMPLETED, 2, RUNNING.minusSeconds(1)))
                        .kind())
                .isEqualTo(Kind.BRING);
        assertThat(verdict(after(TaskState.SKIPPED, RolloutState.COMPLETED, 2, RUNNING.plusSeconds(1)))
                        .kind())
                .isEqualTo(Kind.WAIT);
        assertThat(verdict(after(TaskState.SKIPPED, RolloutState.ABORTED, 2, RUNNING.minusSeconds(1)))
                        .kind())
                .as("an operator said no")
                .isEqualTo(Kind.LEAVE);
    }

    @Test
    void whatWasUnreachableIsTriedAgainOnceItsHostHasConnectedSince() {
        assertThat(verdict(after(TaskState.UNREACHABLE, RolloutState.COMPLETED, 2, CONNECTED.minusSeconds(1)))
                        .kind())
                .isEqualTo(Kind.BRING);
        assertThat(verdict(after(TaskState.UNREACHABLE, RolloutState.COMPLETED, 2, CONNECTED.plusSeconds(1)))
                        .kind())
                .isEqualTo(Kind.WAIT);
    }

    @Test
    void whatWasBroughtThereAndIsThereNoLongerIsBroughtAgain() {
        assertThat(verdict(after(TaskState.DONE, RolloutState.COMPLETED, 2, RUNNING.minusSeconds(1)))
                        .kind())
                .isEqualTo(Kind.BRING);
    }

    @Test
    void aRolloutOfEnforcementThatStandsStillHoldsTheRestBack() {
        Verdict verdict = Enforcement.decide(FRESH, "guard", 2, Mode.ENFORCE, Optional.of("r9"));
        assertThat(verdict.kind()).isEqualTo(Kind.LEAVE);
        assertThat(verdict.why()).contains("`vzguard why r9`");
    }

    private static Verdict verdict(Newcomer newcomer) {
        return Enforcement.decide(newcomer, "guard", 2, Mode.ENFORCE, Optional.empty());
    }

    private static Newcomer applied(long revision) {
        return new Newcomer(
                FRESH.target(),
                revision,
                true,
                FRESH.runningSince(),
                CONNECTED,
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static Newcomer after(TaskState end, RolloutState rollout, long to, Instant at) {
        return new Newcomer(
                FRESH.target(),
                0,
                true,
                FRESH.runningSince(),
                CONNECTED,
                List.of(),
                Optional.empty(),
                Optional.of(new Attempt("r5", rollout, end, to, Optional.of(at))));
    }
}
