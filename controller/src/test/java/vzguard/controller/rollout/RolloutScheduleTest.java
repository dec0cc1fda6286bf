package vzguard.controller.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Random schedules of everything that can happen to a rollout. {@code -Dschedule.count=N} runs more of them,
 * {@code -Dschedule.seed=S} others; a failure names the seed that replays it.
 */
class RolloutScheduleTest {
    private static final int COUNT = Integer.getInteger("schedule.count", 30_000);
    private static final long SEED = Long.getLong("schedule.seed", 20_260_301L);

    @Test
    void everyInvariantHoldsAfterEveryStepOfEverySchedule() {
        LongAdder taken = new LongAdder();
        Set<TaskState> endings = ConcurrentHashMap.newKeySet();
        LongStream.range(SEED, SEED + COUNT).parallel().forEach(seed -> {
            Schedule schedule = run(seed);
            taken.add(schedule.steps());
            endings.addAll(schedule.endings());
        });
        long steps = taken.sum();
        assertThat(steps).as("steps taken").isGreaterThan(COUNT * 10L);
        if (COUNT >= 1000) {
            assertThat(endings)
                    .as("the schedules reach every end, or they prove little")
                    .containsExactlyInAnyOrderElementsOf(
                            EnumSet.complementOf(EnumSet.of(TaskState.PENDING, TaskState.RUNNING)));
        }
    }

    private static Schedule run(long seed) {
        Schedule schedule = new Schedule(seed, false);
        try {
            schedule.run();
            return schedule;
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(
                    "seed " + seed + " (replay: -Dschedule.seed=" + seed + " -Dschedule.count=1): "
                            + failure.getMessage() + "\n" + traceOf(seed),
                    failure);
        }
    }

    private static String traceOf(long seed) {
        Schedule replay = new Schedule(seed, true);
        try {
            replay.run();
        } catch (AssertionError | RuntimeException expected) {
            return replay.trace();
        }
        return "the replay passed: the schedule depends on something else than its seed";
    }
}
