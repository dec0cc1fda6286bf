package vzguard.it.badluck;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.diagnose.Diagnosis;
import vzguard.agent.exec.Command;
import vzguard.agent.guard.ScratchChain;
import vzguard.agent.jobs.Host;
import vzguard.agent.model.Place;
import vzguard.agent.model.VeSnapshot;
import vzguard.values.Ctid;

/** Experiments that meet, and what killed agents leave of theirs. */
class ScratchChainsTest {
    private static final Ctid CTID = new Ctid("101");

    @TempDir
    private Path state;

    private BadLuckHost lucky;

    @BeforeEach
    void guarded() {
        lucky = new BadLuckHost(state);
        lucky.applyToAll("first");
    }

    private String rules(String... place) {
        return lucky.host().run(Command.of(place)).out();
    }

    private String veRules() {
        return rules("vzctl", "exec3", "101", "iptables", "-S");
    }

    private VeSnapshot look() {
        return lucky.parts().observer().observe(Place.of(CTID)).ve(CTID).orElseThrow();
    }

    @Test
    void aSweepInTheMiddleOfADiagnosisSpoilsNeither() {
        String before = veRules();
        Diagnosis alone = lucky.parts().diagnoser().diagnose(Place.of(CTID), Optional.empty());
        assertThat(alone.causes()).isEmpty();
        Host other = lucky.parts();
        boolean[] inside = {false};
        int[] met = {0};
        lucky.host().intercept(command -> {
            if (!inside[0] && String.join(" ", command.argv()).contains(" -A VZG-TRY-")) {
                inside[0] = true;
                met[0]++;
                assertThat(other.observer()
                                .observe(Place.of(CTID))
                                .ve(CTID)
                                .orElseThrow()
                                .inside()
                                .permission("recent")
                                .orElseThrow()
                                .permitted())
                        .isTrue();
                inside[0] = false;
            }
            return Optional.empty();
        });
        Diagnosis disturbed = lucky.parts().diagnoser().diagnose(Place.of(CTID), Optional.empty());
        assertThat(met[0]).isEqualTo(2);
        assertThat(disturbed.causes()).isEmpty();
        assertThat(disturbed.lookedAt()).isEqualTo(alone.lookedAt());
        assertThat(veRules()).isEqualTo(before);
    }

    @Test
    void leftoversOfKilledAgentsGoWhenTheyAreOldAndUnused() {
        String before = veRules();
        String hostBefore = rules("iptables", "-S");
        VeSnapshot clean = look();
        String left =
                ScratchChain.at(lucky.host().clock().instant(), new Random(3)).name();
        inVe("-N", left);
        inVe("-A", left, "-m", "recent", "--rcheck", "--name", "VZGTRY");
        lucky.host().run(Command.of("iptables", "-N", left));
        VeSnapshot young = look();
        assertThat(young.inside().guards()).isEqualTo(clean.inside().guards());
        assertThat(veRules()).contains(left);
        inVe("-N", "VZG-TRYOUT");
        inVe("-N", "VZG-TRY");
        inVe("-A", "INPUT", "-s", "203.0.113.1", "-j", "VZG-TRY");
        lucky.host().advance(Duration.ofHours(1));
        assertThat(look().inside().guards()).isEqualTo(clean.inside().guards());
        assertThat(veRules()).doesNotContain(left).contains("-N VZG-TRYOUT", "-j VZG-TRY");
        assertThat(rules("iptables", "-S")).isEqualTo(hostBefore);
        inVe("-D", "INPUT", "-s", "203.0.113.1", "-j", "VZG-TRY");
        inVe("-X", "VZG-TRYOUT");
        look();
        assertThat(veRules()).isEqualTo(before);
    }

    private void inVe(String... words) {
        String[] argv = new String[words.length + 4];
        System.arraycopy(new String[] {"vzctl", "exec3", "101", "iptables"}, 0, argv, 0, 4);
        System.arraycopy(words, 0, argv, 4, words.length);
        assertThat(lucky.host().run(Command.of(argv)).exit()).isZero();
    }
}
