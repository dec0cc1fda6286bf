package vzguard.controller.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import vzguard.v1.Cause;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;
import vzguard.v1.Proof;
import vzguard.v1.Verdict;

class JobResultsTest {
    private static Proof proof(int family, Verdict verdict, String summary) {
        return Proof.newBuilder()
                .setFamily(family)
                .setVerdict(verdict)
                .setSummary(summary)
                .build();
    }

    private static JobResult.Builder result(Outcome outcome) {
        return JobResult.newBuilder().setOutcome(outcome).setSummary("guarded");
    }

    @Test
    void aSuccessThatCouldNotBeProvenSaysSo() {
        for (Outcome outcome : new Outcome[] {Outcome.OUTCOME_DONE, Outcome.OUTCOME_NO_OP}) {
            JobResult result = result(outcome)
                    .addProofs(proof(4, Verdict.VERDICT_UNPROVEN, "no sshd answers"))
                    .addProofs(proof(6, Verdict.VERDICT_PROVEN, "the 3rd connection was dropped"))
                    .build();
            assertThat(JobResults.summary(result)).isEqualTo("guarded; unproven in IPv4: no sshd answers");
        }
    }

    @Test
    void aVerdictThatIsNotKnownHereProvesNothing() {
        JobResult result = result(Outcome.OUTCOME_DONE)
                .addProofs(Proof.newBuilder().setFamily(4).setVerdictValue(99))
                .build();
        assertThat(JobResults.summary(result)).isEqualTo("guarded; unproven in IPv4");
    }

    @Test
    void whatIsProvenOrFailedKeepsItsOwnWords() {
        assertThat(JobResults.summary(result(Outcome.OUTCOME_DONE)
                        .addProofs(proof(4, Verdict.VERDICT_PROVEN, "dropped"))
                        .build()))
                .isEqualTo("guarded");
        assertThat(JobResults.summary(result(Outcome.OUTCOME_FAILED)
                        .addProofs(proof(4, Verdict.VERDICT_FAILED, "answered"))
                        .addProofs(proof(6, Verdict.VERDICT_UNPROVEN, "no address"))
                        .build()))
                .isEqualTo("guarded");
    }

    @Test
    void aRestartIsNeededWhenNothingElseIsAgainstIt() {
        Cause restart = Cause.newBuilder().setCode("RESTART_NOT_ALLOWED").build();
        Cause other = Cause.newBuilder().setCode("LOCKED").build();
        JobResult.Builder refused = result(Outcome.OUTCOME_REFUSED).addCauses(restart);
        assertThat(JobResults.restartNeeded(refused.build())).isTrue();
        assertThat(JobResults.restartNeeded(refused.addCauses(other).build())).isFalse();
        assertThat(JobResults.restartNeeded(result(Outcome.OUTCOME_REFUSED).build()))
                .isFalse();
    }

    @Test
    void whatThisVersionDoesNotKnowIsNoSuccess() {
        JobResult result = JobResult.newBuilder().setOutcomeValue(99).build();
        assertThat(JobResults.outcome(result)).isEqualTo(vzguard.controller.rollout.Outcome.FAILED);
    }
}
