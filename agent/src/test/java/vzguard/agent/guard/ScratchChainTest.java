package vzguard.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Names of experiments, and which of them may be removed. */
class ScratchChainTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final String OLD =
            ScratchChain.at(NOW.minusSeconds(3600), new Random(1)).name();
    private static final String YOUNG =
            ScratchChain.at(NOW.minusSeconds(60), new Random(1)).name();

    private static SavedFilter table(String... lines) {
        return SavedFilter.parse("*filter\n:INPUT ACCEPT [0:0]\n" + String.join("\n", lines) + "\nCOMMIT\n");
    }

    @Test
    void everyExperimentHasAShortNameOfItsOwn() {
        Random random = new Random(7);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            names.add(ScratchChain.at(NOW, random).name());
        }
        assertThat(names)
                .hasSizeGreaterThan(95)
                .allSatisfy(
                        name -> assertThat(name).hasSizeLessThanOrEqualTo(28).startsWith("VZG-TRY-"));
    }

    @Test
    void onlyOldOwnChainsThatNothingRefersToAreLeftovers() {
        SavedFilter filter = table(
                ":VZG - [0:0]",
                ":VZG-TRY - [0:0]",
                ":VZG-TRYING - [0:0]",
                ":VZG-TRY-mine - [0:0]",
                ":" + OLD + " - [0:0]",
                ":" + YOUNG + " - [0:0]",
                "-A " + OLD + " -m state --state NEW");
        assertThat(ScratchChain.leftovers(filter, NOW)).containsExactly("VZG-TRY", OLD);
        for (String reference : new String[] {"-A INPUT -p tcp -j " + OLD, "-A FORWARD -g " + OLD}) {
            SavedFilter used = table(":" + OLD + " - [0:0]", reference);
            assertThat(ScratchChain.leftovers(used, NOW)).isEmpty();
        }
    }

    @Test
    void aLeftoverIsNeitherForeignNorDrift() {
        SavedFilter clean = table(":VZG - [0:0]", "-A INPUT -p tcp -j VZG", "-A VZG -j RETURN", "-A INPUT -j LOG");
        SavedFilter littered = table(
                ":VZG - [0:0]",
                ":" + OLD + " - [0:0]",
                "-A INPUT -p tcp -j VZG",
                "-A VZG -j RETURN",
                "-A " + OLD + " -m recent --rcheck --name VZGTRY",
                "-A INPUT -j LOG");
        assertThat(littered.own()).isEqualTo(clean.own());
        assertThat(littered.foreign()).isEqualTo(clean.foreign()).containsExactly("INPUT -j LOG");
    }

    @Test
    void chainsGoInOneCommit() {
        assertThat(ScratchChain.removalText(java.util.List.of(OLD)))
                .isEqualTo("*filter\n:" + OLD + " - [0:0]\n-X " + OLD + "\nCOMMIT\n");
        assertThat(ScratchChain.shown("iptables -A " + OLD + " -m state"))
                .isEqualTo("iptables -A VZG-TRY -m state")
                .isEqualTo(ScratchChain.shown("iptables -A " + YOUNG + " -m state"));
    }
}
