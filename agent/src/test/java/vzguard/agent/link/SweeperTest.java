package vzguard.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import vzguard.v1.HostFacts;

/** When sweeps are planned; what is planned is asked for, not waited for. */
class SweeperTest {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Knows for when the next sweep was planned last. */
    private static final class Plans extends ScheduledThreadPoolExecutor {
        private final List<Long> millis = new ArrayList<>();

        Plans() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            synchronized (millis) {
                millis.add(unit.toMillis(delay));
            }
            return super.schedule(task, delay, unit);
        }

        long last() {
            synchronized (millis) {
                return millis.get(millis.size() - 1);
            }
        }

        int count() {
            synchronized (millis) {
                return millis.size();
            }
        }
    }

    private final Plans plans = new Plans();
    private final CountDownLatch first = new CountDownLatch(1);

    private final Sweeper sweeper = new Sweeper(
            () -> new Sections(HostFacts.getDefaultInstance(), new TreeMap<>()),
            sections -> first.countDown(),
            HOUR,
            new Random(1),
            plans);

    @AfterEach
    void end() {
        sweeper.end();
        plans.shutdownNow();
    }

    private void awaitFirst() throws InterruptedException {
        sweeper.start();
        assertThat(first.await(60, TimeUnit.SECONDS)).isTrue();
        while (plans.count() < 2) {
            Thread.onSpinWait();
        }
        assertThat(plans.last()).as("an hour, a tenth either way").isBetween(3_240_000L, 3_960_000L);
    }

    @Test
    void aGuardThatWasWrittenIsLookedAtWithinFiveSeconds() throws InterruptedException {
        awaitFirst();
        sweeper.sweepAfterWriting();
        assertThat(plans.last()).isEqualTo(4000);
        int planned = plans.count();
        for (int more = 0; more < 100; more++) {
            sweeper.sweepAfterWriting();
        }
        assertThat(plans.count()).as("one sweep for all of them").isEqualTo(planned);
    }

    @Test
    void aSweepThatComesTooEarlyIsFollowedByAnother() throws InterruptedException {
        sweeper.sweepAfterWriting();
        // As a job asks for that changed the host itself.
        sweeper.sweepSoon();
        sweeper.start();
        assertThat(first.await(60, TimeUnit.SECONDS)).isTrue();
        while (plans.count() < 4) {
            Thread.onSpinWait();
        }
        assertThat(plans.last()).as("what was written is not old enough yet").isLessThanOrEqualTo(4000);
    }

    @Test
    void whoFightsOverAGuardIsNotFoughtEveryFourSeconds() throws InterruptedException {
        awaitFirst();
        sweeper.sweepAfterHealing();
        assertThat(plans.last()).isEqualTo(4000);
        sweeper.interval(Duration.ofMinutes(30));
        int planned = plans.count();
        sweeper.sweepAfterHealing();
        assertThat(plans.count()).isEqualTo(planned);
    }
}
