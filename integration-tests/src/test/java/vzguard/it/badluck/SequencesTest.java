package vzguard.it.badluck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is done to a host in whatever sequence, by others, by operators or by its own agents that die in the middle, one
 * sweep later its guards are exactly those that were applied, with all bans of operators; the rules of others are untouched, no
 * VE was restarted, and a second sweep finds nothing to do. {@code -Dsequences.seed=N} runs one sequence alone.
 */
class SequencesTest {
    /** A build takes this many; the profile {@code seeds} takes more. */
    private static final long SEEDS = Long.getLong("vzguard.seeds", 300);

    private static final int OPERATIONS = 12;

    @TempDir
    private Path folder;

    @Test
    void theGuardsComeOutOfAnySequenceAsTheyWereApplied() throws IOException {
        long only = Long.getLong("sequences.seed", -1);
        long first = Math.max(0, only);
        for (long seed = first; seed < (only < 0 ? SEEDS : only + 1); seed++) {
            Path state = Files.createDirectory(folder.resolve("seed-" + seed));
            Sequence sequence = new Sequence(seed, state);
            try {
                for (int operation = 0; operation < OPERATIONS; operation++) {
                    sequence.next();
                }
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dsequences.seed=" + seed + "; so far:\n" + sequence, e);
            }
            delete(state);
        }
        assertThat(folder).isDirectory();
    }

    private static void delete(Path state) throws IOException {
        try (Stream<Path> files = Files.walk(state)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
