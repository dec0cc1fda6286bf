package vzguard.it.badluck;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.lab.simulated.SimulatedNetwork.Kind;

/**
 * Whatever policy comes, at whatever moment its agent dies: the next connection of an administrator who is logged in is answered, if it would
 * have been at the moment when it came, and afterwards without that policy; and so is every one of an address of the failsafe list. Each story is told twice, with the policy and
 * without, and the two are compared. {@code -Dlockout.seed=N} tells one alone.
 */
class LockoutTest {
    /** A build takes 30, the profile {@code seeds} 10,000. */
    private static final long SEEDS = Long.getLong("lockout.count", Long.getLong("vzguard.seeds", 600) / 20);

    private static final Logger AGENTS = Logger.getLogger("vzguard.agent");

    @TempDir
    private Path folder;

    private final Level level = Optional.ofNullable(AGENTS.getLevel()).orElse(Level.INFO);
    private final LongAdder compared = new LongAdder();

    @BeforeEach
    void quiet() {
        AGENTS.setLevel(Level.OFF);
    }

    @AfterEach
    void asBefore() {
        AGENTS.setLevel(level);
    }

    @Test
    void nobodyWhoIsLoggedInIsLockedOut() {
        long only = Long.getLong("lockout.seed", -1);
        LongStream seeds = only < 0 ? LongStream.range(0, SEEDS) : LongStream.of(only);
        seeds.parallel().forEach(this::compare);
        if (only < 0) {
            assertThat(compared.sum())
                    .as("stories in which somebody could be locked out")
                    .isPositive();
        }
    }

    private void compare(long seed) {
        LockoutWorld.Story story = LockoutWorld.Story.draw(new Random(seed));
        LockoutWorld without = new LockoutWorld(story, folder.resolve(seed + "-without"));
        without.tell(false);
        if (without.connect(LockoutWorld.ADMINISTRATOR) != Kind.ANSWERED) {
            return;
        }
        LockoutWorld before = new LockoutWorld(story, folder.resolve(seed + "-before"));
        before.tellBefore();
        if (before.connect(LockoutWorld.ADMINISTRATOR) != Kind.ANSWERED) {
            // Whom the guard in force drops at that moment keeps no policy away (docs/guard.md).
            return;
        }
        compared.increment();
        LockoutWorld with = new LockoutWorld(story, folder.resolve(seed + "-with"));
        with.tell(true);
        assertThat(with.connect(LockoutWorld.ADMINISTRATOR))
                .as("-Dlockout.seed=%d: the administrator in %s", seed, story)
                .isEqualTo(Kind.ANSWERED);
        // Whom rules typed by hand drop is no guard's doing.
        for (int attempt = 0; attempt < 4 && without.connect(LockoutWorld.FAILSAFE) == Kind.ANSWERED; attempt++) {
            assertThat(with.connect(LockoutWorld.FAILSAFE))
                    .as("-Dlockout.seed=%d: the failsafe list in %s", seed, story)
                    .isEqualTo(Kind.ANSWERED);
        }
    }
}
