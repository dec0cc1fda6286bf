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
import vzguard.values.Ctid;

/** Which files a write that is taken back leaves: those that were there before it. */
class UndoTextFilesTest {
    private static final Ctid VE = new Ctid("101");
    private static final OwnRules GUARD =
            OwnRules.wanted(List.of("-j RETURN"), Optional.empty(), List.of("-p tcp -m tcp --dport 22 -j VZG"));

    private static List<String> removed(Place place, GuardSeen.Stored stored) {
        return UndoText.of(place, Family.V4, OwnRules.NONE, GUARD, stored)
                .lines()
                .filter(line -> line.matches("(unlink|last) .*"))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Boot.class)
    void whatTheWriteMadeGoesAndNothingElse(Boot boot) {
        BootLayout layout = new BootLayout(boot, false);
        List<String> paths =
                new ArrayList<>(layout.files().stream().map(BootFile::path).toList());
        Collections.reverse(paths);
        for (Place place : List.of(Place.HOST, Place.of(VE), Place.edge(VE))) {
            assertThat(removed(place, GuardSeen.Stored.nothing(layout)))
                    .as("what loads it goes only with the last guard that it loads")
                    .containsExactlyElementsOf(Stream.concat(
                                    Stream.of("unlink " + place.rulesFile(Family.V4)),
                                    paths.stream().map(path -> "last " + path))
                            .toList());
            assertThat(removed(
                            place,
                            new GuardSeen.Stored(Optional.of(GUARD), true, BootSeen.complete(layout), Kept.NOTHING)))
                    .isEmpty();
        }
    }
}
