package vzguard.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import vzguard.agent.boot.BootFile;
import vzguard.agent.boot.BootLayout;
import vzguard.agent.boot.BootLayout.Boot;
import vzguard.agent.boot.BootSeen;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.Kept;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;

/** Which files a write that is taken back leaves: those that were there before it. */
class UndoTextFilesTest {
    private static final OwnRules GUARD =
            OwnRules.wanted(List.of("-j RETURN"), Optional.empty(), List.of("-p tcp -m tcp --dport 22 -j VZG"));

    private static List<String> unlinked(GuardSeen.Stored stored) {
        return UndoText.of(Place.HOST, Family.V4, OwnRules.NONE, GUARD, stored)
                .lines()
                .filter(line -> line.startsWith("unlink "))
                .map(line -> line.substring("unlink ".length()))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Boot.class)
    void whatTheWriteMadeGoesAndNothingElse(Boot boot) {
        BootLayout layout = new BootLayout(boot, false);
        List<String> paths =
                new ArrayList<>(layout.files().stream().map(BootFile::path).toList());
        Collections.reverse(paths);
        assertThat(unlinked(GuardSeen.Stored.nothing(layout)))
                .containsExactlyElementsOf(Stream.concat(Stream.of("/etc/vzguard/rules.v4"), paths.stream())
                        .toList());
        assertThat(unlinked(new GuardSeen.Stored(Optional.of(GUARD), true, BootSeen.complete(layout), Kept.NOTHING)))
                .isEmpty();
    }
}
