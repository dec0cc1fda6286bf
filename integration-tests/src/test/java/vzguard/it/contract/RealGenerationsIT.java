package vzguard.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import vzguard.agent.exec.CommandResult;
import vzguard.it.real.BareLab;
import vzguard.it.real.Fleet;
import vzguard.it.real.Ran;
import vzguard.lab.model.Generation;

/**
 * The real lab against the golden lines: of the oldest and of the newest generation that has knobs, or of those that
 * {@code -Dvzguard.generations} names ({@code all}: of every one).
 */
class RealGenerationsIT {
    private static final String ASKED = System.getProperty("vzguard.generations", "lenny,ovz7");

    @BeforeAll
    static void root() {
        Fleet.assumeRoot();
    }

    static Stream<Generation> generations() {
        return ASKED.equals("all")
                ? SimulatedGenerationsTest.generations()
                : Arrays.stream(ASKED.split(","))
                        .map(word -> Generation.of(word).orElseThrow());
    }

    @ParameterizedTest
    @MethodSource("generations")
    void theLinesOf(Generation generation) {
        try (BareLab lab = BareLab.up(
                "it-gen-" + generation.word(),
                GenerationLines.HOSTS,
                GenerationLines.VES,
                "--generation",
                generation.word())) {
            assertThat(GenerationLines.differences(generation, FloorKind.REAL, (host, line) -> {
                        Ran ran = lab.run(host, line);
                        return CommandResult.of(ran.exit(), ran.out(), ran.err());
                    }))
                    .isEmpty();
        }
    }
}
