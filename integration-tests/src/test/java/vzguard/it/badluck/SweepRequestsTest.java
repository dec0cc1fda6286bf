package vzguard.it.badluck;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;

/** A sweep looks at every VE of a host: only a job whose result cannot tell all that it changed asks for one. */
class SweepRequestsTest {
    @TempDir
    private Path folder;

    @Test
    void onlyAJobThatChangedTheHostItselfAsksForASweep() {
        BadLuckHost lucky = new BadLuckHost(folder);
        lucky.luck(command -> Optional.empty());
        int before = lucky.sweepsAsked();
        lucky.applyToAll("first");
        assertThat(lucky.sweepsAsked()).isEqualTo(before + 1);
        assertThat(lucky.applyToAll("again").values())
                .extracting(JobResult::getOutcome)
                .containsOnly(Outcome.OUTCOME_NO_OP);
        assertThat(lucky.sweepsAsked()).isEqualTo(before + 1);
    }
}
