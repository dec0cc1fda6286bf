package vzguard.it.flood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import vzguard.agent.guard.GuardRules;
import vzguard.agent.guard.SavedFilter;
import vzguard.it.real.Fleet;
import vzguard.lab.real.UnpackedHping;
import vzguard.lab.real.UnpackedIptables;
import vzguard.policy.SshGuard;

/**
 * A guard is replaced again and again, while a banned address floods it with SYNs and another program adds rules of its own:
 * no SYN gets through, no rule is lost. With the real iptables of both backends, and with packets.
 *
 * <p>What got through is counted by the network stack ({@code InSegs} in {@code /proc/net/snmp}: segments handed to TCP, which
 * stands behind every hook), not by a rule: rules of another table would be written by the program under test, and share its
 * lock and its transactions; answers seen outside need a listener that keeps up with the flood. That
 * it counts is shown beforehand by a stranger's SYN, and that a hole would show afterwards by a replacement that has one.
 */
class ReplacingIT {
    private static final String STRANGER = "198.51.100.7";
    private static final String LATER_STRANGER = "198.51.100.8";
    private static final SshGuard THREE = FloodedGuard.settings(3, Duration.ofMinutes(1));
    private static final SshGuard FIVE = FloodedGuard.settings(5, Duration.ofMinutes(5));

    /** So many replacements, and ten times as many foreign rules; 0: what comes in some seconds, at least the fewest. */
    private static final int ASKED = Integer.getInteger("vzguard.replacements", 0);

    /** {@code -Dvzguard.packets=hping3}: sent by that, not by {@code flood.pl}. */
    private static final boolean HPING =
            System.getProperty("vzguard.packets", "").equals("hping3");

    private static final int FEWEST = 100;
    private static final int MOST_FOREIGN = ASKED == 0 ? 10_000 : 10 * ASKED;
    private static final Duration SHORT_RUN = ASKED == 0 ? Duration.ofSeconds(8) : Duration.ZERO;

    @TempDir
    Path folder;

    @BeforeEach
    void needs() {
        Fleet.assumeRoot();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "legacy"})
    void replacingAGuardLeaksNothingAndLosesNoRuleOfOthers(String backend) throws Exception {
        var environment = new UnpackedIptables(folder).environment(backend);
        try (FloodedPlace place = new FloodedPlace(environment, List.of(STRANGER, LATER_STRANGER))) {
            FloodedGuard guard = new FloodedGuard(place.inside());
            assertThat(guard.version()).contains(backend.equals("nft") ? "nf_tables" : backend);
            guard.replaceBy(THREE);
            Flood.syns(place, FloodedPlace.BANNED, THREE.hits());
            await().until(() -> guard.bans(FloodedPlace.BANNED));
            assertOnlyStrangersPass(place, STRANGER);

            replaceUnderFire(backend, place, guard);

            assertThat(guard.bans(FloodedPlace.BANNED)).isTrue();
            assertOnlyStrangersPass(place, LATER_STRANGER);
            assertABadReplacementLeaks(place, guard);
        }
    }

    private static void assertOnlyStrangersPass(FloodedPlace place, String stranger) {
        FloodedPlace.Count before = place.count();
        Flood.syns(place, FloodedPlace.BANNED, 1);
        await().until(() -> place.count().since(before).arrived() == 1);
        Flood.syns(place, stranger, 1);
        await().until(() -> place.count().since(before).equals(new FloodedPlace.Count(2, 1)));
    }

    private Packets packets(FloodedPlace place) {
        return HPING
                ? HpingFlood.start(place, FloodedPlace.BANNED, new UnpackedHping(folder.resolve("hping")))
                : Flood.start(place, FloodedPlace.BANNED);
    }

    private void replaceUnderFire(String backend, FloodedPlace place, FloodedGuard guard) {
        FloodedPlace.Count before = place.count();
        List<Duration> times = new ArrayList<>();
        int added;
        Flood.Sent sent;
        try (Packets flood = packets(place)) {
            await().until(() -> place.count().since(before).arrived() > 0);
            long end = System.nanoTime() + SHORT_RUN.toNanos();
            try (ForeignRules others = new ForeignRules(place.inside(), MOST_FOREIGN)) {
                while (times.size() < Math.max(ASKED, FEWEST)
                        || others.added() < (ASKED == 0 ? FEWEST : MOST_FOREIGN)
                        || System.nanoTime() < end) {
                    others.replacementBegins();
                    times.add(guard.replaceBy(times.size() % 2 == 0 ? FIVE : THREE));
                }
                added = others.end();
            }
            sent = flood.end();
        }
        FloodedPlace.Count counted = place.count().since(before);
        List<String> input = guard.read().chain(GuardRules.BUILT_IN).stream()
                .map(SavedFilter.Rule::raw)
                .toList();
        List<String> foreign =
                IntStream.rangeClosed(1, added).mapToObj(ForeignRules::rule).toList();
        Set<String> kept = Set.copyOf(input);
        Collections.sort(times);
        System.out.printf(
                "%s (%s): %d replacements, %d SYNs sent in %.0f s (%d/s), %d arrived, %d leaked, %d foreign rules added, %d"
                        + " lost, replacement median %d ms, worst %d ms%n",
                backend,
                guard.version(),
                times.size(),
                sent.syns(),
                sent.seconds(),
                sent.rate(),
                counted.arrived(),
                counted.passed(),
                added,
                foreign.stream().filter(rule -> !kept.contains(rule)).count(),
                times.get(times.size() / 2).toMillis(),
                times.get(times.size() - 1).toMillis());
        assertThat(counted.passed())
                .as("SYNs of the banned address that TCP got")
                .isZero();
        assertThat(counted.arrived())
                .as("SYNs that came as far as the guard, of %s", sent)
                .isGreaterThan(sent.syns() / 2);
        assertThat(guard.read().own().jumpsFirst()).isTrue();
        assertThat(input.subList(1, input.size())).isEqualTo(foreign);
    }

    /** The control: emptied and refilled rule by rule, the same guard under the same flood has a hole that is counted. */
    private static void assertABadReplacementLeaks(FloodedPlace place, FloodedGuard guard) {
        FloodedPlace.Count before = place.count();
        try (Flood flood = Flood.start(place, FloodedPlace.BANNED)) {
            await().until(() -> place.count().since(before).arrived() > 0);
            assertThat(place.count().since(before).passed()).isZero();
            guard.empty();
            await().until(() -> place.count().since(before).passed() > 0);
            guard.fillRuleByRule(THREE);
            Flood.Sent sent = flood.end();
            System.out.printf(
                    "control, emptied and refilled once: %d of %d SYNs leaked%n",
                    place.count().since(before).passed(), sent.syns());
        }
    }
}
