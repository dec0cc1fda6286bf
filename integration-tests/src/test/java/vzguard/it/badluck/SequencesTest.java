package vzguard.it.badluck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is done to a host in whatever sequence, by others, by operators or by its own agents that die in the middle, one
 * sweep later its guards are exactly those that were applied, with all bans of operators; the rules of others are untouched, no
 * VE was restarted, and a second sweep finds nothing to do. {@code -Dsequences.seed=N} runs one sequence alone.
 */
class SequencesTest {
    /** A build takes 30, the profile {@code seeds} 2,000, {@code -Dsequences.count=100000} as many: each is whole jobs and sweeps. */
    private static final long SEEDS = Long.getLong("sequences.count", Long.getLong("vzguard.seeds", 3_000) / 100);

    private static final int OPERATIONS = 12;

    /** Thousands of guards are healed here; each says so. */
    private static final Logger AGENTS = Logger.getLogger("vzguard.agent");

    @TempDir
    private Path folder;

    private final Level level = Optional.ofNullable(AGENTS.getLevel()).orElse(Level.INFO);

    @BeforeEach
    void quiet() {
        AGENTS.setLevel(Level.SEVERE);
    }

    @AfterEach
    void asBefore() {
        AGENTS.setLevel(level);
    }

    @Test
    void theGuardsComeOutOfAnySequenceAsTheyWereApplied() {
        long only = Long.getLong("sequences.seed", -1);
        LongStream seeds = only < 0 ? LongStream.range(0, SEEDS) : LongStream.of(only);
        assertThat(seeds.parallel().map(this::operations).sum()).isPositive();
    }

    /** How many were carried out. */
    private long operations(long seed) {
        Path state = folder.resolve("seed-" + seed);
        Sequence sequence = new Sequence(seed, state);
        try {
            sequence.begin();
            for (int operation = 0; operation < OPERATIONS; operation++) {
                sequence.next();
            }
            delete(state);
            return OPERATIONS;
        } catch (AssertionError | RuntimeException | IOException e) {
            throw new AssertionError("-Dsequences.seed=" + seed + "; so far:\n" + sequence, e);
        }
    }

    private static void delete(Path state) throws IOException {
        try (Stream<Path> files = Files.walk(state)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
