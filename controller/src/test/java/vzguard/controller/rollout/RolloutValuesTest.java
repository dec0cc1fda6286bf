package vzguard.controller.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import vzguard.policy.RestartWindow;

class RolloutValuesTest {

    @Test
    void aJobIdReadsBackWhatItWrites() {
        for (JobId job : List.of(new JobId("r7", 12, 1, false), new JobId("r7", 0, 30, true))) {
            assertThat(JobId.parse(job.toString())).contains(job);
        }
        assertThat(new JobId("r7", 12, 1, true)).hasToString("r7-12-1-restart");
        for (String other : List.of("", "r7", "r7-12", "r7-12-1-", "diagnose-7", "r7-12-1-restart-2", "R7-1-1")) {
            assertThat(JobId.parse(other)).as(other).isEmpty();
        }
    }

    @Test
    void aWindowIsOpenFromItsStartUpToItsEndInItsZone() {
        RestartWindow window = RestartWindow.parse("02:00-05:00 Asia/Tokyo");
        assertThat(window.isOpen(Instant.parse("2026-03-01T16:59:59Z"))).isFalse();
        assertThat(window.isOpen(Instant.parse("2026-03-01T17:00:00Z"))).isTrue();
        assertThat(window.isOpen(Instant.parse("2026-03-01T19:59:59Z"))).isTrue();
        assertThat(window.isOpen(Instant.parse("2026-03-01T20:00:00Z"))).isFalse();
        assertThat(window.nextOpening(Instant.parse("2026-03-01T20:00:00Z"))).isEqualTo("2026-03-02T17:00:00Z");
        assertThat(window.nextOpening(Instant.parse("2026-03-01T18:00:00Z"))).isEqualTo("2026-03-01T18:00:00Z");
    }

    @Test
    void aWindowMayPassMidnight() {
        RestartWindow window = RestartWindow.parse("22:00-04:00 UTC");
        assertThat(window.isOpen(Instant.parse("2026-03-01T23:00:00Z"))).isTrue();
        assertThat(window.isOpen(Instant.parse("2026-03-02T03:59:00Z"))).isTrue();
        assertThat(window.isOpen(Instant.parse("2026-03-02T04:00:00Z"))).isFalse();
        assertThat(window.nextOpening(Instant.parse("2026-03-02T04:00:00Z"))).isEqualTo("2026-03-02T22:00:00Z");
    }

    @Test
    void aStartThatAClockChangeLeavesOutIsTheFirstInstantAfterIt() {
        RestartWindow window = RestartWindow.parse("02:30-05:00 Europe/Berlin");
        Instant opening = window.nextOpening(Instant.parse("2026-03-29T00:00:00Z"));
        assertThat(window.isOpen(opening)).isTrue();
        assertThat(window.isOpen(opening.minusNanos(1))).isFalse();
        assertThat(opening).as("the clock shows 03:00 then").isEqualTo("2026-03-29T01:00:00Z");
    }

    @Test
    void whatIsNoWindowIsRefusedWithWhatIsPermitted() {
        for (String text :
                List.of("2-5 UTC", "02:00-25:00 UTC", "02:00-05:00", "02:00-05:00 Mars/Base", "02:00-02:00 UTC")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RestartWindow.parse(text))
                    .withMessageContaining("\"");
        }
        assertThat(RestartWindow.parse("").isOpen(Instant.EPOCH)).isTrue();
    }

    @Test
    void aChangedListSharesWhatDidNotChangeAndLeavesTheOldOneAlone() {
        List<Integer> numbers = IntStream.range(0, 1300).boxed().toList();
        ChunkedList<Integer> before = ChunkedList.of(numbers);
        ChunkedList.Editor<Integer> editor = before.edit();
        editor.set(0, -1);
        editor.set(1299, -2);
        editor.set(1298, -3);
        ChunkedList<Integer> after = editor.done();
        assertThat(before).isEqualTo(numbers);
        assertThat(after).hasSize(1300).startsWith(-1, 1).endsWith(1297, -3, -2);
        assertThat(after.get(700)).isSameAs(before.get(700));
        assertThat(ChunkedList.of(List.of())).isEmpty();
    }

    @Test
    void twentyThousandTargetsAreTakenToTheirEnd() {
        // Also the guard against a step that costs as much as the fleet is large: such a step would take minutes here.
        int hosts = 1000;
        List<Change> targets = IntStream.range(0, 20_000)
                .mapToObj(i -> new TargetRef("id" + i % hosts, "hn" + i % hosts, Integer.toString(101 + i / hosts)))
                .map(target -> new Change(target, 0, 1))
                .toList();
        Rollout rollout = Rollout.start(
                new RolloutTerms("r1", RolloutKind.APPLY, "p", 1, Play.ALL_AT_ONCE, Play.LIMITS, Instant.EPOCH),
                targets);
        ArrayDeque<RolloutEffect> out = new ArrayDeque<>();
        for (int host = 0; host < hosts; host++) {
            Step step = rollout.apply(new RolloutEvent.HostConnected(Instant.EPOCH, "id" + host, Set.of()));
            rollout = step.next();
            out.addAll(step.effects());
        }
        while (!out.isEmpty()) {
            if (out.removeFirst() instanceof RolloutEffect.SendJob send) {
                Step step = rollout.apply(new RolloutEvent.TaskFinished(
                        Instant.EPOCH, send.job(), Outcome.DONE, false, false, List.of(), ""));
                rollout = step.next();
                out.addAll(step.effects());
            }
        }
        assertThat(rollout.state()).isEqualTo(RolloutState.COMPLETED);
        assertThat(rollout.tally().of(TaskState.DONE)).isEqualTo(targets.size());
    }
}
