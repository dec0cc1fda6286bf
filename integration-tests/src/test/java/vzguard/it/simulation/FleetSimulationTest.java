package vzguard.it.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import vzguard.controller.rollout.TaskState;

/**
 * Whole fleets in one thread each, by seeds: see docs/simulation.md. {@code -Dsimulation.count=N} runs more of them,
 * {@code -Dsimulation.seed=S} others; a failure names the seed that replays it, and shows what happened.
 */
class FleetSimulationTest {
    private static final int COUNT = Integer.getInteger("simulation.count", 250);
    private static final long SEED = Long.getLong("simulation.seed", 1);

    @Test
    void everyInvariantHoldsInEveryFleetAndAllOfThemComeToRest() {
        LongAdder steps = new LongAdder();
        LongAdder restarts = new LongAdder();
        LongAdder answers = new LongAdder();
        Set<TaskState> endings = ConcurrentHashMap.newKeySet();
        try (Quiet unused = new Quiet()) {
            LongStream.range(SEED, SEED + COUNT).parallel().forEach(seed -> {
                FleetSchedule schedule = run(seed);
                steps.add(schedule.steps());
                restarts.add(schedule.fleet().ledger.restartsInAll());
                answers.add(schedule.fleet().operator.answered());
                endings.addAll(schedule.endings());
            });
        }
        if (COUNT >= 200) {
            assertThat(steps.sum()).as("steps").isGreaterThan(COUNT * 500L);
            assertThat(restarts.sum()).as("restarts of VEs").isGreaterThan(COUNT / 2);
            assertThat(answers.sum()).as("answers to operators").isGreaterThan(COUNT * 3L);
            assertThat(endings)
                    .as("the fleets reach every end, or they prove little")
                    .containsExactlyInAnyOrderElementsOf(
                            EnumSet.complementOf(EnumSet.of(TaskState.PENDING, TaskState.RUNNING)));
        }
    }

    @Test
    void theSameSeedIsTheSameRun() {
        try (Quiet unused = new Quiet()) {
            for (long seed = SEED; seed < SEED + 5; seed++) {
                assertThat(run(seed).fingerprint())
                        .as("seed %s", seed)
                        .isEqualTo(run(seed).fingerprint());
            }
        }
    }

    private static FleetSchedule run(long seed) {
        FleetSchedule schedule = new FleetSchedule(seed, false);
        try {
            schedule.run();
            return schedule;
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(
                    "seed " + seed + " (replay: -Dsimulation.seed=" + seed + " -Dsimulation.count=1): "
                            + failure.getMessage() + "\n" + traceOf(seed),
                    failure);
        }
    }

    private static String traceOf(long seed) {
        FleetSchedule replay = new FleetSchedule(seed, true);
        try {
            replay.run();
        } catch (AssertionError | RuntimeException expected) {
            return replay.trace();
        }
        return "the replay passed: the run depends on something else than its seed";
    }
}
