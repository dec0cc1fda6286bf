package vzguard.agent.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.guard.ScratchChain;
import vzguard.agent.model.Family;
import vzguard.agent.model.NetfilterMode;
import vzguard.agent.model.Share;
import vzguard.agent.model.VeSnapshot;
import vzguard.values.Ctid;

/** What VEs print, honest and hostile. */
class ObserveScriptTest {
    private static final Ctid CTID = new Ctid("101");
    private static final ScratchChain CHAIN = ScratchChain.at(Instant.EPOCH, new Random(7));
    /** Without the mark of the frames, and its text behind a blank, so that people see which is which. */
    private static final String PRINTED = """
            @begin uptime
             5000.25 9000.10
            @end uptime 0
            @begin init
             1 (in) it) S 0 1 1 0 -1 4194560 1 1 0 0 1 1 0 0 20 0 1 0 490025 1 1
            @end init 0
            @begin matches
             recent
             recent
             tcp
            @end matches 0
            @begin save4
             *filter
             :INPUT ACCEPT [0:0]
             :VZG - [0:0]
             -A INPUT -p tcp -m tcp --dport 22 -j VZG
             -A VZG -m recent --set --name SSH
             COMMIT
            @end save4 0
            @begin save6
             ip6tables-save v1.8.9 (legacy): Cannot initialize: Table does not exist
            @end save6 1
            @begin listen
                0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1 1
                1: 0100007F:0019 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1 1
                2: 00000000000000000000000000000000:0050 0:0 0A 0 0 0
                3: 00000000000000000000000001000000:0277 0:0 0A 0 0 0
            @end listen 0
            @begin lists
             SSH 7
             OTHER 3
            @end lists 0
            @begin try-recent
             iptables: No chain/target/match by that name.
            @end try-recent 1
            @done
            """;

    private static String framed(String text, ScratchChain chain) {
        return text.replaceAll("(?m)^@(begin|end|done)", "@$1 " + chain.name()).replaceAll("(?m)^ ", "");
    }

    private static ObserveScript.Output read(String text) {
        return ObserveScript.read(framed(text, CHAIN), CHAIN);
    }

    private static VeSnapshot.Inside inside(ObserveScript.Output output) {
        HostFiles files = new HostFiles(Path.of("/nowhere"));
        return InsideReader.inside(CTID, output, InsideReader.lists(output, files, Instant.EPOCH));
    }

    @Test
    void factsAreMadeOfSections() {
        ObserveScript.Output output = read(PRINTED);
        VeSnapshot.Inside inside = inside(output);
        assertThat(output.complete()).isTrue();
        assertThat(inside.matches()).containsExactly("recent", "tcp");
        assertThat(inside.listening()).containsExactly(22, 80);
        assertThat(inside.guard(Family.V4).orElseThrow()).satisfies(guard -> {
            assertThat(guard.present()).isTrue();
            assertThat(guard.listed()).isEqualTo(7);
        });
        assertThat(inside.guard(Family.V6).orElseThrow().problem()).contains("Table does not exist");
        assertThat(inside.permission("recent").orElseThrow()).satisfies(tried -> {
            assertThat(tried.permitted()).isFalse();
            assertThat(tried.evidence().text()).isEqualTo("iptables: No chain/target/match by that name.");
        });
        assertThat(inside.permission("state")).isEmpty();
        InsideReader.Age age = InsideReader.age(output).orElseThrow();
        assertThat(age.age().toMillis()).isEqualTo(100_000);
        assertThat(age.ticks()).isEqualTo(490025);
    }

    @Test
    void aLockHeldByAnotherIptablesIsNoRefusal() {
        String held = PRINTED.replace(
                " iptables: No chain/target/match by that name.",
                " Another app is currently holding the xtables lock. Perhaps you want to use the -w option?");
        assertThat(inside(read(held)).permission("recent")).isEmpty();
        String noChain = PRINTED.replace(
                "@begin try-recent\n",
                "@begin scratch\n Another app is currently holding the xtables lock.\n@end scratch 4\n@begin"
                        + " try-recent\n");
        assertThat(inside(read(noChain)).permission("recent")).isEmpty();
    }

    @Test
    void twoExperimentsHaveDifferentChainsAndTheSameEvidence() {
        List<String> seen = new ArrayList<>();
        for (int seed = 0; seed < 2; seed++) {
            ScratchChain chain = ScratchChain.at(Instant.EPOCH, new Random(seed));
            assertThat(ObserveScript.text(chain)).endsWith("main " + chain.name() + " </dev/null\nexit 0\n");
            String printed = PRINTED.replace(
                    " iptables: No chain/target/match by that name.",
                    " iptables v1.8.9 (nf_tables):  RULE_APPEND failed (No such file or directory): rule in chain "
                            + chain.name());
            seen.add(inside(ObserveScript.read(framed(printed, chain), chain))
                    .permission("recent")
                    .orElseThrow()
                    .evidence()
                    .toString());
        }
        assertThat(seen.get(0)).isEqualTo(seen.get(1)).contains("rule in chain VZG-TRY");
    }

    @Test
    void outputThatIsCutAnywhereIsReadWithoutError() {
        String framed = framed(PRINTED, CHAIN);
        for (int length = 0; length < framed.length(); length++) {
            ObserveScript.Output output = ObserveScript.read(framed.substring(0, length), CHAIN);
            inside(output);
            assertThat(output.complete()).isEqualTo(length == framed.length() - 1);
        }
    }

    @Test
    void controlCharactersAndMadeUpFramesDoNoHarm() {
        ObserveScript.Output output = read("@begin a\n \u001b[2Jx\n@end b 0\n @end a 0\n @end VZG-TRY a 0\n@end a 0\n"
                + "@begin a\n again\n@end a 0\nnoise\n@end c 0\n@end\n");
        assertThat(output.section("a").orElseThrow().lines())
                .isEqualTo(List.of("?[2Jx", "@end " + CHAIN.name() + " b 0", "@end a 0", "@end VZG-TRY a 0"));
        assertThat(output.sections()).hasSize(1);
    }

    @Test
    void whatAVeStartedWithIsKnownUntilTheConfigChangesAndRememberedAfterwards(@TempDir Path state) throws IOException {
        Share given = new Share.Names(Set.of("ipt_REJECT"));
        Share edited = new Share.Mode(NetfilterMode.FULL);
        Instant start = Instant.parse("2026-11-22T10:00:00Z");
        StartMemory memory = StartMemory.open(state);
        assertThat(memory.seen(CTID, 5, start, given, start.minusSeconds(1)).share())
                .contains(given);
        memory.save();
        StartMemory again = StartMemory.open(state);
        Instant measuredAgain = start.plusMillis(40);
        assertThat(again.seen(CTID, 5, measuredAgain, edited, start.plusSeconds(60))
                        .share())
                .contains(given);
        assertThat(again.seen(CTID, 5, measuredAgain, edited, start.plusSeconds(60))
                        .at())
                .isEqualTo(start);
        Instant restarted = start.plusSeconds(90);
        assertThat(again.seen(CTID, 9005, restarted, edited, start.plusSeconds(60))
                        .share())
                .contains(edited);
        assertThat(StartMemory.open(state.resolve("other"))
                        .seen(CTID, 5, start, edited, start.plusSeconds(60))
                        .share())
                .isEqualTo(Optional.empty());
        again.keepOnly(Set.of());
        again.save();
        assertThat(Files.readString(state.resolve("starts"))).isEmpty();
    }
}
