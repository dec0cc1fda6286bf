package vzguard.agent.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import vzguard.agent.boot.BootFile;
import vzguard.agent.boot.BootLayout;
import vzguard.agent.boot.BootLayout.Boot;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.model.Family;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.agent.model.Step;
import vzguard.values.Ctid;

/** What a host has of own files after a step, after its undo, and after their removal, in each layout. */
class PersistStepRunnerTest {
    private static final OwnRules GUARD =
            OwnRules.wanted(List.of("-j RETURN"), Optional.empty(), List.of("-p tcp -m tcp --dport 22 -j VZG"));

    private final Path root = Jimfs.newFileSystem(Configuration.unix().toBuilder()
                    .setAttributeViews("basic", "owner", "posix")
                    .build())
            .getPath("/host");
    private final HostFiles files = new HostFiles(root);
    private final PersistStepRunner runner =
            new PersistStepRunner(command -> CommandResult.notStarted("no program is needed on a host"), files);

    static Stream<BootLayout> layouts() {
        return Stream.of(Boot.values())
                .flatMap(boot -> Stream.of(new BootLayout(boot, false), new BootLayout(boot, true)))
                .filter(BootLayout::possible);
    }

    private static Step.PersistGuard persist(BootLayout layout) {
        return new Step.PersistGuard(Place.HOST, Map.of(Family.V4, GUARD), Map.of(), layout, "");
    }

    /** Every file and link below the root. */
    private List<String> there() throws IOException {
        if (!Files.exists(root)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .map(path -> "/" + root.relativize(path))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void whatTheLayoutNeedsIsWrittenAndGoesAgain(BootLayout layout) throws IOException {
        assertThat(runner.persist(persist(layout), new Undo())).isEqualTo(StepResult.DONE);

        List<String> paths = layout.files().stream().map(BootFile::path).toList();
        assertThat(there())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(paths.stream(), Stream.of("/etc/vzguard/rules.v4"))
                        .toList());
        for (BootFile file : layout.files()) {
            if (file.kind() == BootFile.Kind.LINK) {
                assertThat(files.link(file.path())).contains(file.content());
            } else {
                assertThat(files.read(file.path())).contains(file.content());
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(
                                root.resolve(file.path().substring(1)))))
                        .isEqualTo(file.mode());
            }
        }

        assertThat(runner.remove(new Step.RemovePersistence(Place.HOST, paths, ""), new Undo()))
                .isEqualTo(StepResult.DONE);
        assertThat(there()).isEmpty();
        assertThat(BootLayout.MADE).noneMatch(files::exists);
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void anUndoBringsBackWhatWasThere(BootLayout layout) throws IOException {
        Undo first = new Undo();
        runner.persist(persist(layout), first);
        first.run();
        assertThat(there()).isEmpty();

        runner.persist(persist(layout), new Undo());
        List<String> before = there();
        Undo removal = new Undo();
        runner.remove(
                new Step.RemovePersistence(
                        Place.HOST, layout.files().stream().map(BootFile::path).toList(), ""),
                removal);
        removal.run();
        assertThat(there()).isEqualTo(before);
        assertThat(layout.files())
                .allMatch(file -> files.link(file.path()).isPresent()
                        || files.isExecutable(file.path())
                        || file.kind() == BootFile.Kind.TEXT);
    }

    @Test
    void aLinkOfSomebodyElseInItsPlaceComesBack() {
        BootLayout layout = new BootLayout(Boot.SYSTEMD, false);
        String link = layout.files().get(2).path();
        files.replaceLink(link, "/dev/null");
        Undo undo = new Undo();
        runner.persist(persist(layout), undo);
        assertThat(files.link(link)).contains("/etc/systemd/system/vzguard-guard.service");
        undo.run();
        assertThat(files.link(link)).contains("/dev/null");
    }

    /** As when a policy of many VEs is deleted: whoever goes last takes what loaded them all with it. */
    @ParameterizedTest
    @MethodSource("layouts")
    void edgesThatGoAtOnceLeaveNothing(BootLayout layout) throws IOException {
        List<Place> edges = IntStream.range(101, 109)
                .mapToObj(ctid -> Place.edge(new Ctid(String.valueOf(ctid))))
                .toList();
        for (int round = 0; round < 50; round++) {
            assertThat(atOnce(
                            edges.stream().map(edge -> persisting(edge, layout)).toList()))
                    .containsOnly(StepResult.DONE);
            assertThat(there()).hasSize(edges.size() + layout.files().size());
            assertThat(atOnce(edges.stream().map(edge -> removing(edge, layout)).toList()))
                    .containsOnly(StepResult.DONE);
            assertThat(there()).isEmpty();
        }
    }

    /** Those that come while others go are loaded at the next boot. */
    @ParameterizedTest
    @MethodSource("layouts")
    void anEdgeThatComesWhileOthersGoHasWhatLoadsIt(BootLayout layout) throws IOException {
        Place goes = Place.edge(new Ctid("101"));
        Place comes = Place.edge(new Ctid("102"));
        for (int round = 0; round < 100; round++) {
            assertThat(persisting(goes, layout).get()).isEqualTo(StepResult.DONE);
            atOnce(List.of(removing(goes, layout), persisting(comes, layout)));
            assertThat(there()).hasSize(1 + layout.files().size());
            assertThat(removing(comes, layout).get()).isEqualTo(StepResult.DONE);
            assertThat(there()).isEmpty();
        }
    }

    private Supplier<StepResult> persisting(Place place, BootLayout layout) {
        Step.PersistGuard host = persist(layout);
        return () -> runner.persist(new Step.PersistGuard(place, host.rules(), host.kept(), layout, ""), new Undo());
    }

    private Supplier<StepResult> removing(Place place, BootLayout layout) {
        List<String> paths = layout.files().stream().map(BootFile::path).toList();
        return () -> runner.remove(new Step.RemovePersistence(place, paths, ""), new Undo());
    }

    private static List<StepResult> atOnce(List<Supplier<StepResult>> works) {
        List<CompletableFuture<StepResult>> all =
                works.stream().map(CompletableFuture::supplyAsync).toList();
        return all.stream().map(CompletableFuture::join).toList();
    }
}
