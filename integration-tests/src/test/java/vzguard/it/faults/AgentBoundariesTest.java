package vzguard.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.it.faults.CrashingRunner.Boundary;
import vzguard.it.faults.CrashingRunner.Moment;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;

/**
 * One job that shares modules, restarts a VE, writes and persists its guard, on an agent that dies once, at every boundary
 * there is: before and after every program, in the middle of the restart, and after every line of the journal between two
 * programs, the last line whole or torn. The agent that is started afterwards concludes the job.
 */
class AgentBoundariesTest {
    @TempDir
    Path folder;

    /** How a run ended. */
    private record Died(String where, int linesBefore, int linesNow) {}

    @Test
    void aCrashAtEveryBoundaryIsConcluded() throws IOException {
        CrashingRunner whole = wholeRun();
        assertThat(whole.count()).as("programs of one job").isGreaterThan(10);
        assertThat(whole.restarts()).hasSize(1);
        int tried = 0;
        for (int number = 0; number < whole.count(); number++) {
            tried += crashAt(new Boundary(number, Moment.BEFORE));
            tried += crashAt(new Boundary(number, Moment.AFTER));
        }
        tried += crashAt(new Boundary(whole.restarts().get(0), Moment.HALFWAY));
        assertThat(tried).as("boundaries between lines of the journal alone").isGreaterThan(2 * whole.count() + 1);
    }

    private CrashingRunner wholeRun() throws IOException {
        JobHost host = new JobHost(folder.resolve("whole"));
        CrashingRunner runner = host.runner(Optional.empty(), () -> {});
        host.assertConcluded(host.run(runner), "without a crash");
        return runner;
    }

    /** Tries all states of the journal that are possible at this boundary; returns how many. */
    private int crashAt(Boundary boundary) throws IOException {
        List<Integer> cuts = new ArrayList<>();
        int tried = 0;
        for (int i = 0; i == 0 || i < cuts.size(); i++) {
            JobHost host = new JobHost(folder.resolve(boundary.number() + "-" + boundary.moment() + "-" + i));
            Died died = die(host, boundary);
            if (i == 0) {
                // What was written since the last boundary may have reached the disk, in its order, or not.
                for (int lines = died.linesNow(); lines >= died.linesBefore(); lines--) {
                    cuts.add(lines);
                }
            }
            int kept = cuts.get(i);
            boolean torn = host.cutJournal(kept, died.linesNow());
            String where = "crash %s, %s of %s journal lines%s"
                    .formatted(died.where(), kept, died.linesNow(), torn ? " and a torn one" : "");
            JobResult result = host.run(host.runner(Optional.empty(), () -> {}));
            host.assertConcluded(result, where);
            tried++;
        }
        return tried;
    }

    private static Died die(JobHost host, Boundary boundary) throws IOException {
        int[] lines = {0, 0};
        Runnable passed = () -> {
            lines[0] = lines[1];
            lines[1] = host.journalLines();
        };
        try {
            host.run(host.runner(Optional.of(boundary), passed));
        } catch (Crash crash) {
            int now = host.journalLines();
            return new Died(String.valueOf(crash.getMessage()), Math.min(lines[1], now), now);
        }
        throw new AssertionError("no crash at " + boundary);
    }

    @Test
    void manyCrashesInOneJobAreConcluded() throws IOException {
        for (long seed = 1; seed <= 15; seed++) {
            Random random = new Random(seed);
            JobHost host = new JobHost(folder.resolve("many-" + seed));
            Optional<JobResult> result = Optional.empty();
            for (int crash = 0; result.isEmpty(); crash++) {
                Moment moment = Moment.values()[random.nextInt(Moment.values().length)];
                Optional<Boundary> boundary =
                        crash < 6 ? Optional.of(new Boundary(random.nextInt(40), moment)) : Optional.empty();
                try {
                    result = Optional.of(host.run(host.runner(boundary, () -> {})));
                } catch (Crash again) {
                    // The next agent goes on.
                    continue;
                }
            }
            host.assertConcluded(result.get(), "seed " + seed);
        }
    }

    @Test
    void aJournalThatWasCutByACrashIsReadUpToThere() throws IOException {
        JobHost host = new JobHost(folder.resolve("cut"));
        host.run(host.runner(Optional.empty(), () -> {}));
        byte[] whole = Files.readAllBytes(host.journal());
        for (int length = 0; length < whole.length; length++) {
            Files.write(host.journal(), java.util.Arrays.copyOf(whole, length));
            assertThat(host.problemsOfJournal())
                    .as("%s of %s bytes", length, whole.length)
                    .isEmpty();
        }
        Files.writeString(host.journal(), "garbage\n" + new String(whole, StandardCharsets.UTF_8));
        assertThat(host.problemsOfJournal()).hasSize(1);
    }

    @Test
    void theSameJobAgainAfterItsEndChangesNothing() throws IOException {
        JobHost host = new JobHost(folder.resolve("again"));
        host.run(host.runner(Optional.empty(), () -> {}));
        JobResult again = host.run(host.runner(Optional.empty(), () -> {}));
        assertThat(again.getOutcome()).isIn(Outcome.OUTCOME_DONE, Outcome.OUTCOME_NO_OP);
        host.assertConcluded(again, "given twice");
    }
}
