package vzguard.controller.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import vzguard.controller.inventory.Canaries.Traits;
import vzguard.controller.rollout.TargetRef;

/** Few, and as unlike each other as they can be. */
class CanariesTest {
    private static final int SEEDS = Integer.getInteger("canaries.count", 2_000);

    @Test
    void eachGenerationIsTriedBeforeAnyIsTriedTwice() {
        Map<String, Traits> hosts = Map.of(
                "a", traits(true, "2.6.32", "r1"),
                "b", traits(true, "2.6.32", "r2"),
                "c", traits(true, "3.10.0", "r1"),
                "d", traits(true, "2.6.18", "r1"));
        List<TargetRef> targets = List.of(ve("a"), ve("b"), ve("c"), ve("d"));

        assertThat(first(targets, 3, hosts)).containsExactly(ve("a"), ve("c"), ve("d"), ve("b"));
        assertThat(Canaries.first(targets, 2, hosts::get, ve -> true).subList(0, 2))
                .as("generations before racks")
                .containsExactly(ve("a"), ve("c"));
    }

    @Test
    void whenEveryGenerationIsThereGroupsDecide() {
        Map<String, Traits> hosts = Map.of(
                "a",
                traits(true, "2.6.32", "r1"),
                "b",
                traits(true, "2.6.32", "r1"),
                "c",
                traits(true, "2.6.32", "r2"));

        assertThat(first(List.of(ve("a"), ve("b"), ve("c")), 2, hosts)).containsExactly(ve("a"), ve("c"), ve("b"));
    }

    @Test
    void whatCannotBeTriedShowsNothing() {
        Map<String, Traits> hosts = Map.of("a", traits(false, "2.6.32", "r1"), "b", traits(true, "2.6.32", "r1"));
        TargetRef stopped = new TargetRef("b", "b", "100");
        List<TargetRef> targets = List.of(ve("a"), stopped, ve("b"));

        assertThat(Canaries.first(targets, 1, hosts::get, ve -> !ve.equals(stopped)))
                .containsExactly(ve("b"), ve("a"), stopped);
        assertThat(Canaries.first(targets, 1, hosts::get, ve -> false))
                .as("nothing can be: the list as it is")
                .isEqualTo(targets);
    }

    @Test
    void aHostIsAmongThemBeforeItsVe() {
        Map<String, Traits> hosts = Map.of("a", traits(true, "2.6.32", "r1"), "b", traits(true, "2.6.32", "r1"));
        TargetRef host = new TargetRef("a", "a", "");
        TargetRef other = new TargetRef("b", "b", "");

        assertThat(first(List.of(host, ve("a"), other, ve("b")), 2, hosts))
                .containsExactly(host, ve("a"), other, ve("b"));
    }

    @Test
    void inEveryFleetTheyCoverWhatTheyCanAndLoseNothing() {
        LongStream.range(0, SEEDS).parallel().forEach(CanariesTest::holds);
    }

    private static void holds(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int count = 1 + random.nextInt(12);
        boolean withHosts = random.nextBoolean();
        Map<String, Traits> hosts = new HashMap<>();
        List<TargetRef> targets = new ArrayList<>();
        Set<TargetRef> running = new HashSet<>();
        for (int number = 0; number < count; number++) {
            String id = "h" + number;
            hosts.put(id, traits(random.nextInt(4) > 0, "k" + random.nextInt(4), "r" + random.nextInt(3)));
            if (withHosts) {
                targets.add(new TargetRef(id, id, ""));
            }
            for (int ve = random.nextInt(3); ve > 0; ve--) {
                TargetRef target = new TargetRef(id, id, "10" + ve);
                targets.add(target);
                if (random.nextInt(4) > 0) {
                    running.add(target);
                }
            }
        }
        int canaries = random.nextInt(targets.size() + 2);

        List<TargetRef> ordered = Canaries.first(targets, canaries, hosts::get, running::contains);

        assertThat(ordered).as("seed %s", seed).containsExactlyInAnyOrderElementsOf(targets);
        List<TargetRef> chosen = ordered.subList(0, Math.min(canaries, ordered.size()));
        assertThat(ordered.subList(chosen.size(), ordered.size()))
                .as("seed %s: the rest stays in order", seed)
                .isEqualTo(targets.stream()
                        .filter(target -> !chosen.contains(target))
                        .toList());
        Set<String> seen = new HashSet<>();
        for (TargetRef target : ordered) {
            seen.add(target.toString());
            boolean host = target.isHost() || !withHosts || seen.contains(target.hostName());
            assertThat(host).as("seed %s: %s before its host", seed, target).isTrue();
        }
        Set<String> there = new HashSet<>();
        Set<String> tried = new HashSet<>();
        for (TargetRef target : targets) {
            Traits traits = Objects.requireNonNull(hosts.get(target.hostId()));
            // A VE comes after its host where that is a target: hosts alone are compared then.
            if (traits.connected() && (withHosts ? target.isHost() : running.contains(target))) {
                there.addAll(traits.generation());
                if (chosen.contains(target)) {
                    tried.addAll(traits.generation());
                }
            }
        }
        // With hosts each second canary at most goes to the first VE.
        int enough = withHosts ? 2 * there.size() : there.size();
        if (canaries >= enough) {
            assertThat(tried).as("seed %s: of %s canaries", seed, canaries).isEqualTo(there);
        }
    }

    private static List<TargetRef> first(List<TargetRef> targets, int canaries, Map<String, Traits> hosts) {
        return Canaries.first(targets, canaries, hosts::get, ve -> true);
    }

    private static TargetRef ve(String host) {
        return new TargetRef(host, host, "101");
    }

    private static Traits traits(boolean connected, String kernel, String rack) {
        return new Traits(connected, Set.of("kernel=" + kernel), Map.of("rack", rack));
    }
}
