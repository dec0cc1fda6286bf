package vzguard.controller.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import vzguard.policy.RolloutSettings;

/** Several rollouts at once: the VEs that restart are counted together, and what one gives back another takes. */
class SharedBudgetsTest {
    private static final int SEEDS = Integer.getInteger("shared.count", 5_000);

    @Test
    void twoRolloutsNeverRestartMoreThanOneAllowsTogether() {
        Play first = new Play(RolloutKind.RESTART, Play.restarts(true, 1, 2, ""), "hn1/101", "hn2/101").connect("hn1");
        Play second = new Play(RolloutKind.RESTART, Play.restarts(true, 1, 2, ""), "hn1/102", "hn2/102");
        Surroundings around = new Surroundings(List.of(first.rollout), "");

        Step step = second.rollout.apply(new RolloutEvent.HostConnected(second.now, "id-hn1", Set.of()), around);

        assertThat(step.effects()).as("hn1 restarts one VE already").isEmpty();
        assertThat(step.next().waitingFor(second.now, around))
                .isEqualTo("restart budget of host hn1: 1 of 1 in use, some by rollout r1");
        Step ended = first.rollout.apply(new RolloutEvent.TaskFinished(
                first.now, first.task("hn1/101").job("r1"), Outcome.DONE, false, true, List.of(), ""));
        assertThat(Surroundings.givesBack(first.rollout, ended)).isTrue();
        Surroundings free = new Surroundings(List.of(ended.next()), "");
        assertThat(step.next()
                        .apply(new RolloutEvent.RoomElsewhere(second.now, false), free)
                        .effects())
                .hasSize(1);
    }

    @Test
    void aBrakeOfTheFleetHoldsWhatHasNotStarted() {
        Play play = new Play(RolloutKind.APPLY, Play.ALL_AT_ONCE, "hn1/101");
        Surroundings braked = new Surroundings(List.of(), "brake: 9 of 10 hosts went silent");

        Step held = play.rollout.apply(new RolloutEvent.HostConnected(play.now, "id-hn1", Set.of()), braked);

        assertThat(held.effects()).isEmpty();
        assertThat(held.next().waitingFor(play.now, braked)).startsWith("brake: 9 of 10");
        assertThat(held.next()
                        .apply(new RolloutEvent.RoomElsewhere(play.now, true))
                        .effects())
                .hasSize(1);
    }

    @Test
    void budgetsHoldTogetherInEveryOrderAndNothingWaitsForever() {
        LongStream.range(0, SEEDS).parallel().forEach(seed -> new Together(seed).run());
    }

    /** Up to three rollouts over the same hosts and different VEs, all of which restart. */
    private static final class Together {
        private final long seed;
        private final SplittableRandom random;
        private final List<Rollout> rollouts = new ArrayList<>();
        private final Deque<JobId> out = new ArrayDeque<>();
        private final Instant now = Instant.parse("2026-03-01T00:00:00Z");
        private final int hosts;

        Together(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.hosts = 1 + random.nextInt(3);
            int count = 2 + random.nextInt(2);
            for (int number = 0; number < count; number++) {
                List<Change> changes = new ArrayList<>();
                for (int host = 1; host <= hosts; host++) {
                    for (int ve = 0; ve <= random.nextInt(3); ve++) {
                        String ctid = Integer.toString(100 * (number + 1) + ve);
                        changes.add(new Change(new TargetRef("id" + host, "hn" + host, ctid), 0, 0));
                    }
                }
                RolloutSettings settings = Play.restarts(true, 1 + random.nextInt(2), 1 + random.nextInt(3), "");
                rollouts.add(Rollout.start(
                        new RolloutTerms("r" + (number + 1), RolloutKind.RESTART, "", 0, settings, Play.LIMITS, now),
                        changes));
            }
        }

        void run() {
            for (int number = 0; number < rollouts.size(); number++) {
                for (int host = 1; host <= hosts; host++) {
                    apply(number, new RolloutEvent.HostConnected(now, "id" + host, Set.of()));
                }
            }
            for (int round = 0; !out.isEmpty(); round++) {
                assertThat(round).as("seed %s", seed).isLessThan(1000);
                JobId job = random.nextBoolean() ? out.removeFirst() : out.removeLast();
                int number = Integer.parseInt(job.rolloutId().substring(1)) - 1;
                Outcome outcome = random.nextInt(10) == 0 ? Outcome.SKIPPED : Outcome.DONE;
                apply(number, new RolloutEvent.TaskFinished(now, job, outcome, false, true, List.of(), ""));
            }
            assertThat(rollouts).as("seed %s", seed).allMatch(Rollout::hasEnded);
        }

        private void apply(int number, RolloutEvent event) {
            Rollout before = rollouts.get(number);
            Step step = before.apply(event, around(number));
            rollouts.set(number, step.next());
            for (RolloutEffect effect : step.effects()) {
                if (effect instanceof RolloutEffect.SendJob send) {
                    started(number, send);
                    out.add(send.job());
                }
            }
            if (Surroundings.givesBack(before, step)) {
                for (int other = 0; other < rollouts.size(); other++) {
                    if (other != number) {
                        apply(other, new RolloutEvent.RoomElsewhere(now, false));
                    }
                }
            }
        }

        private Surroundings around(int number) {
            List<Rollout> others = new ArrayList<>(rollouts);
            others.remove(number);
            return new Surroundings(others, "");
        }

        /** Counted anew, over all rollouts, at each start. */
        private void started(int number, RolloutEffect.SendJob send) {
            RolloutSettings.Restarts limits = rollouts.get(number).settings().restarts();
            int here = 0;
            int everywhere = 0;
            for (Rollout rollout : rollouts) {
                for (TaskRow row : rollout.tasks()) {
                    if (row.holdsSlot()) {
                        everywhere++;
                        here += row.target().hostId().equals(send.target().hostId()) ? 1 : 0;
                    }
                }
            }
            assertThat(here).as("seed %s: on %s", seed, send.target()).isLessThanOrEqualTo(limits.perHost());
            assertThat(everywhere).as("seed %s: in all", seed).isLessThanOrEqualTo(limits.total());
        }
    }
}
