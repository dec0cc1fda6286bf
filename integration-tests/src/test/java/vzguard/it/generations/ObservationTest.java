package vzguard.it.generations;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.lab.model.Generation;
import vzguard.v1.JobResult;
import vzguard.v1.PolicySpec;
import vzguard.v1.VeFacts;

/** What looking at a host costs, counted by the programs that are started. */
class ObservationTest {
    /** A build takes this many; the profile {@code seeds} takes 200. */
    private static final int VES = System.getProperty("vzguard.seeds") == null ? 30 : 200;

    private static final PolicySpec GUARD =
            LocalAgent.policy("sshGuard: {placement: [ve], hits: 3, allow: [192.0.2.0/24]}");

    @TempDir
    private Path state;

    /** Programs that the work starts. */
    private static List<List<String>> counted(LocalAgent agent, Runnable work) {
        List<List<String>> started = Collections.synchronizedList(new ArrayList<>());
        agent.host().intercept(command -> {
            started.add(command.argv());
            return Optional.empty();
        });
        work.run();
        agent.host().intercept(command -> Optional.empty());
        return started;
    }

    private static long execs(List<List<String>> started) {
        return started.stream()
                .filter(argv -> argv.contains("exec2") || argv.contains("exec3"))
                .count();
    }

    @Test
    void aSweepIsOneListAndOneExecInEach() {
        LocalAgent agent = new LocalAgent(Generation.OBSERVED, VES, state);
        List<JobResult> seen = new ArrayList<>();
        List<List<String>> started = counted(agent, () -> seen.add(agent.observe()));
        assertThat(started.stream().filter(argv -> argv.get(0).equals("vzlist")))
                .hasSize(1);
        assertThat(execs(started)).isEqualTo(VES);
        assertThat(started.size() - VES)
                .as("what the host itself takes: %s", started.size() - VES)
                .isLessThan(12);
        JobResult result = seen.get(0);
        assertThat(result.getVesList()).hasSize(VES);
        assertThat(result.getHost().hasObservedAt()).isTrue();
        assertThat(result.getVesList()).allMatch(VeFacts::hasObservedAt);
    }

    @Test
    void aJobLooksIntoItsOwnVeAlone() {
        LocalAgent agent = new LocalAgent(Generation.OBSERVED, 8, state);
        String ctid = agent.ctid(7);
        List<List<String>> started = counted(agent, () -> agent.apply(GUARD, ctid));
        assertThat(started.stream().filter(argv -> argv.contains("exec2") || argv.contains("exec3")))
                .isNotEmpty()
                .allMatch(argv -> argv.contains(ctid));
        List<List<String>> again = counted(agent, () -> agent.apply(GUARD, ctid));
        assertThat(execs(again)).as("what is so is looked at once").isEqualTo(1);
    }
}
