package vzguard.agent.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import vzguard.agent.model.CauseCode;

/** Every code has a row in docs/causes.md with its meaning and its cure, and no row is of a code that is no more. */
class CausesDocTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z0-9_]+)` \\| (.+) \\|$");

    /** Told by the controller alone, and of a proof, which is no cause but a verdict. */
    private static final Set<String> TOLD_ELSEWHERE =
            Set.of("HOST_UNREACHABLE", "HOST_AWAY", "JOB_LOST", "NO_RESULT", "NOT_PLANNED", "PROOF_FAILED");

    private static String page() throws IOException {
        return Files.readString(Path.of("..", "docs", "causes.md"));
    }

    @Test
    void codesAndRowsAreTheSame() throws IOException {
        Set<String> rows = ROW.matcher(page())
                .results()
                .map((MatchResult row) -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        rows.removeAll(TOLD_ELSEWHERE);
        Set<String> codes =
                Arrays.stream(CauseCode.values()).map(CauseCode::name).collect(Collectors.toCollection(TreeSet::new));
        assertThat(rows).isEqualTo(codes);
    }

    @Test
    void everyRowHasAMeaningAndACure() throws IOException {
        Stream<MatchResult> rows = ROW.matcher(page()).results();
        assertThat(rows).allSatisfy(row -> {
            String[] cells = row.group(2).split(" \\| ");
            assertThat(cells).as(row.group(1)).hasSizeGreaterThanOrEqualTo(2);
            assertThat(cells)
                    .as(row.group(1))
                    .allSatisfy(cell -> assertThat(cell.strip()).isNotEmpty());
        });
    }
}
