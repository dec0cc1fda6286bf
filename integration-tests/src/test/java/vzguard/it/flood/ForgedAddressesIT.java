package vzguard.it.flood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import vzguard.agent.guard.GuardRules;
import vzguard.agent.model.Family;
import vzguard.agent.model.OwnRules;
import vzguard.it.real.Fleet;
import vzguard.lab.real.UnpackedIptables;
import vzguard.policy.SshGuard;

/**
 * An attacker who hides between more addresses than a list of the match recent holds: with hashlimit in the guard he is banned all the
 * same, without it he never is. With the real iptables of both backends, and with packets.
 */
class ForgedAddressesIT {
    private static final String FORGED = "10.77.";
    /** As many as a list holds. */
    private static final int OTHERS = 100;

    private static final SshGuard THREE = FloodedGuard.settings(3, Duration.ofMinutes(1));

    @TempDir
    Path folder;

    @BeforeEach
    void needs() {
        Fleet.assumeRoot();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "legacy"})
    void moreAddressesThanAListHoldsDoNotHideAnAttackerFromHashlimit(String backend) throws Exception {
        var environment = new UnpackedIptables(folder).environment(backend);
        try (FloodedPlace place = new FloodedPlace(environment, List.of())) {
            place.forge(FORGED + "0.0/16");
            FloodedGuard guard = new FloodedGuard(place.inside());
            guard.replaceBy(THREE);
            assertThat(passed(place, 1, 4)).as("without hashlimit").isEqualTo(4);
            assertThat(guard.bans(FloodedPlace.BANNED)).isFalse();

            OwnRules both = GuardRules.wanted(THREE, Family.V4, List.of(), true);
            guard.replaceBy(both);
            assertThat(guard.read().own()).isEqualTo(both);
            assertThat(passed(place, 5, 8)).as("with hashlimit").isEqualTo(2);
            assertThat(guard.bans(FloodedPlace.BANNED)).isTrue();
        }
    }

    /** Of the attacker's SYNs, one for each of these numbers, each with a hundred from addresses never seen before it. */
    private static long passed(FloodedPlace place, int first, int last) {
        FloodedPlace.Count before = place.count();
        for (int number = first; number <= last; number++) {
            String network = FORGED + number + ".";
            Flood.synFromEach(
                    place,
                    IntStream.rangeClosed(1, OTHERS)
                            .mapToObj(address -> network + address)
                            .toList());
            Flood.syns(place, FloodedPlace.BANNED, 1);
        }
        int attempts = last - first + 1;
        await().until(() -> place.count().since(before).arrived() == (long) attempts * (OTHERS + 1));
        return place.count().since(before).passed() - (long) attempts * OTHERS;
    }
}
