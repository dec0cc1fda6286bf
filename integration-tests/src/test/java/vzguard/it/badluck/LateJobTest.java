package vzguard.it.badluck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.journal.Journal;
import vzguard.agent.journal.JournalEntry;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;
import vzguard.v1.RestartJob;

/** A job whose time passes between two of its steps. */
class LateJobTest {
    @TempDir
    private Path folder;

    @Test
    void noFurtherStepIsBegunAndTheResultSaysWhichWereDone() throws IOException {
        int steps = steps(new BadLuckHost(folder.resolve("whole"))).size();
        assertThat(steps).isGreaterThan(5);
        for (int last = 1; last < steps; last++) {
            BadLuckHost lucky = new BadLuckHost(folder.resolve("late-" + last));
            lucky.luck(command -> Optional.empty());
            Instant deadline = lucky.host().clock().instant().plus(Duration.ofHours(1));
            List<String> begun = new ArrayList<>();
            int late = last;
            JobResult result = lucky.run(BadLuckHost.job("late", "101"), deadline, progress -> {
                begun.add(progress.getText());
                if (progress.getStep() == late) {
                    lucky.host().advance(Duration.ofHours(2));
                }
            });
            assertThat(begun).hasSize(last);
            assertThat(result.getOutcome()).isEqualTo(Outcome.OUTCOME_FAILED);
            assertThat(result.getCauses(0).getCode()).isEqualTo("TIMED_OUT");
            assertThat(result.getSummary()).contains("done: " + String.join(", ", begun) + "; not begun: ");
            assertThat(result.getRestarted()).isEqualTo(lucky.starts() == 1);
            assertNothingIsOpen(lucky);
            lucky.assertMendedLater();
            assertThat(lucky.starts()).isLessThanOrEqualTo(1);
        }
    }

    private static List<String> steps(BadLuckHost lucky) {
        List<String> steps = new ArrayList<>();
        lucky.run(BadLuckHost.job("whole", "101"), Instant.MAX, progress -> steps.add(progress.getText()));
        return steps;
    }

    private static void assertNothingIsOpen(BadLuckHost lucky) throws IOException {
        try (Journal journal = lucky.journal()) {
            var log = journal.of("late 101");
            assertThat(log.previous()).isNotEmpty();
            assertThat(log.previous())
                    .allSatisfy(entry -> assertThat(log.open(entry.step())).isEmpty())
                    .noneMatch(entry -> entry.type() == JournalEntry.Type.FAILED);
        }
    }

    @Test
    void aJobThatIsLateFromTheStartChangesNothing() {
        BadLuckHost lucky = new BadLuckHost(folder.resolve("never"));
        Instant past = lucky.host().clock().instant().minusSeconds(1);
        lucky.luck(command -> Optional.empty());
        JobResult applied = lucky.run(BadLuckHost.job("never", "101"), past, progress -> {});
        assertThat(applied.getSummary()).contains("done: nothing; not begun: ");
        Job restart = Job.newBuilder()
                .setJobId("restart")
                .setRestart(RestartJob.newBuilder().setCtid("101"))
                .build();
        JobResult restarted = lucky.run(restart, past, progress -> {});
        assertThat(restarted.getCauses(0).getCode()).isEqualTo("TIMED_OUT");
        assertThat(restarted.getSummary()).contains("was not begun");
        assertThat(lucky.starts()).isZero();
    }
}
