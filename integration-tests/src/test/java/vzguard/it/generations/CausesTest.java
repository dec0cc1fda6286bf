package vzguard.it.generations;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import vzguard.lab.model.Generation;
import vzguard.v1.Cause;
import vzguard.v1.Outcome;
import vzguard.v1.PolicySpec;

/** Each cause alone, and two that do not hide each other: diagnose names exactly those. */
class CausesTest {
    private static final PolicySpec POLICY =
            LocalAgent.policy("sshGuard: {placement: [ve], hits: 3, allow: [192.0.2.0/24]}");

    @TempDir
    private Path state;

    private LocalAgent agent(Generation generation, boolean unguarded) {
        LocalAgent agent = new LocalAgent(generation, 1, state);
        if (!unguarded) {
            assertThat(agent.apply(POLICY, agent.ctid(1)).getOutcome()).isEqualTo(Outcome.OUTCOME_DONE);
        }
        return agent;
    }

    @ParameterizedTest
    @EnumSource
    void alone(Trouble trouble) {
        LocalAgent agent = agent(trouble.generation(), trouble.unguarded());
        // What is so before is none of the trouble's doing: old ones cannot guard IPv6.
        Set<String> before = trouble.unguarded() ? Set.of() : new TreeSet<>(agent.causes(agent.ctid(1)));
        assertThat(before)
                .as("%s, well", trouble.generation().word())
                .isSubsetOf(Set.of("IPTABLES_TOO_OLD", "IPV6_UNGUARDED"));
        trouble.bring(agent);
        List<Cause> causes = agent.diagnose(agent.ctid(1)).getCausesList();
        Set<String> expected = new TreeSet<>(trouble.causes());
        Set<String> named = new TreeSet<>();
        causes.stream()
                .map(Cause::getCode)
                .filter(code -> expected.contains(code) || !before.contains(code))
                .forEach(named::add);
        assertThat(named).as("%s", causes).isEqualTo(expected);
        assertThat(causes).allSatisfy(cause -> {
            assertThat(cause.getCure()).as(cause.getCode()).isNotEmpty();
            assertThat(cause.getSummary()).as(cause.getCode()).isNotEmpty();
        });
    }

    /** Of one generation, both of a VE that has its guard, neither so that the other could not be seen. */
    static List<List<Trouble>> pairs() {
        List<Trouble> plain = List.of(
                Trouble.CT_LOCKED,
                Trouble.GUARD_DRIFTED,
                Trouble.GUARD_NOT_PERSISTED,
                Trouble.BOOT_SCRIPT_NAME,
                Trouble.HITCOUNT_TOO_HIGH,
                Trouble.MODULE_NOT_PERSISTED,
                Trouble.COUNTED_TWICE);
        List<List<Trouble>> pairs = new ArrayList<>();
        for (int i = 0; i < plain.size(); i++) {
            for (int j = i + 1; j < plain.size(); j++) {
                pairs.add(List.of(plain.get(i), plain.get(j)));
            }
        }
        // The guard that is not right is told of as such, not that it would not come back or that the module would not.
        pairs.removeIf(pair -> pair.contains(Trouble.GUARD_DRIFTED)
                && (pair.contains(Trouble.GUARD_NOT_PERSISTED)
                        || pair.contains(Trouble.MODULE_NOT_PERSISTED)
                        || pair.contains(Trouble.COUNTED_TWICE)));
        pairs.removeIf(pair -> pair.contains(Trouble.GUARD_NOT_PERSISTED) && pair.contains(Trouble.COUNTED_TWICE));
        // A build takes every third; the profile seeds takes all.
        boolean all = System.getProperty("vzguard.seeds") != null;
        return IntStream.range(0, pairs.size())
                .filter(i -> all || i % 3 == 0)
                .mapToObj(pairs::get)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void inPairs(List<Trouble> pair) {
        LocalAgent agent = agent(Generation.OBSERVED, false);
        pair.forEach(trouble -> trouble.bring(agent));
        Set<String> expected = new TreeSet<>();
        pair.forEach(trouble -> expected.addAll(trouble.causes()));
        assertThat(new TreeSet<>(agent.causes(agent.ctid(1)))).isEqualTo(expected);
    }
}
