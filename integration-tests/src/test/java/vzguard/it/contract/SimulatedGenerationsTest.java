package vzguard.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import vzguard.agent.exec.Command;
import vzguard.it.contract.Transcript.Observed;
import vzguard.lab.model.Generation;
import vzguard.lab.simulated.SimulatedFleet;

/** The simulated lab against the golden lines of every generation. */
class SimulatedGenerationsTest {
    private static final Duration LONG = Duration.ofHours(1);

    /** What was observed has transcripts of its own. */
    static Stream<Generation> generations() {
        return Generation.all().stream().filter(each -> !each.equals(Generation.OBSERVED));
    }

    @ParameterizedTest
    @MethodSource("generations")
    void theLinesOf(Generation generation) {
        SimulatedFleet fleet = SimulatedFleet.boot(GenerationLines.HOSTS, GenerationLines.VES, generation);
        assertThat(GenerationLines.differences(
                        generation,
                        FloorKind.SIMULATED,
                        (host, line) -> fleet.host(host)
                                .run(Command.of("bash", "-c", line).withDeadline(LONG))))
                .isEmpty();
    }

    @Test
    void everyLineSaysWhereItComesFrom() {
        List<Observed> commands = generations()
                .flatMap(each -> GenerationLines.of(each).commands().stream())
                .toList();
        assertThat(commands)
                .isNotEmpty()
                .allSatisfy(observed ->
                        assertThat(observed.source()).as(observed.command()).isNotEmpty());
    }
}
