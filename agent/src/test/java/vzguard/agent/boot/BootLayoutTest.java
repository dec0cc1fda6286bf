package vzguard.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import vzguard.agent.boot.BootLayout.Boot;

class BootLayoutTest {
    private static final List<String> RHEL6 = List.of("/etc/init.d", "/etc/rc.d/init.d", "/etc/rc.d/rc3.d");

    private static BootLayout of(String... directories) {
        return BootLayout.of(Set.of(directories)::contains);
    }

    static Stream<BootLayout> layouts() {
        return Stream.of(Boot.values())
                .flatMap(boot -> Stream.of(new BootLayout(boot, false), new BootLayout(boot, true)))
                .filter(BootLayout::possible);
    }

    @Test
    void eachSystemIsToldByItsDirectories() {
        assertThat(of("/etc/network/if-pre-up.d", "/etc/systemd/system", "/run/systemd/system", "/etc/init.d"))
                .isEqualTo(BootLayout.DEBIAN);
        assertThat(of("/etc/network/if-pre-up.d", "/usr/share/netfilter-persistent/plugins.d"))
                .isEqualTo(new BootLayout(Boot.IFUPDOWN, true));
        assertThat(of(RHEL6.toArray(String[]::new))).isEqualTo(new BootLayout(Boot.SYSV, false));
        assertThat(of("/etc/systemd/system", "/run/systemd/system", "/etc/rc.d/init.d", "/etc/rc.d/rc3.d"))
                .as("RHEL 7 has the directories of RHEL 6 too")
                .isEqualTo(new BootLayout(Boot.SYSTEMD, false));
        assertThat(of("/etc/network/if-pre-up.d", "/etc/init.d", "/etc/runlevels/default"))
                .as("Alpine")
                .isEqualTo(BootLayout.DEBIAN);
        assertThat(of("/etc/init.d", "/etc/runlevels/default")).isEqualTo(new BootLayout(Boot.OPENRC, false));
    }

    @Test
    void whatIsInstalledAndDoesNotRunIsNoLayout() {
        assertThat(of("/etc/systemd/system", "/etc/init.d", "/usr/share/netfilter-persistent/plugins.d")
                        .possible())
                .isFalse();
        assertThat(of().files()).isEmpty();
    }

    /** Hosts that were guarded before there were other layouts. */
    @Test
    void onDebianItIsTheHookAndNothingElse() {
        assertThat(BootLayout.DEBIAN.files()).hasSize(1);
        BootFile hook = BootLayout.DEBIAN.files().get(0);
        assertThat(hook.path()).isEqualTo("/etc/network/if-pre-up.d/vzguard").matches("[A-Za-z0-9/.-]+/[A-Za-z0-9_-]+");
        assertThat(hook.mode()).isEqualTo("rwxr-xr-x");
        assertThat(hook.content())
                .startsWith("#!/bin/sh\n# vzguard: loads the SSH guard.")
                .endsWith("done\nexit 0\n");
    }

    @Test
    void onRhel6ItStartsBetweenIptablesAndTheNetwork() {
        assertThat(new BootLayout(Boot.SYSV, false).files().stream().map(BootFile::describe))
                .containsExactly(
                        "/etc/vzguard/load",
                        "/etc/rc.d/init.d/vzguard-guard",
                        "/etc/rc.d/rc2.d/S09vzguard-guard -> ../init.d/vzguard-guard",
                        "/etc/rc.d/rc3.d/S09vzguard-guard -> ../init.d/vzguard-guard",
                        "/etc/rc.d/rc4.d/S09vzguard-guard -> ../init.d/vzguard-guard",
                        "/etc/rc.d/rc5.d/S09vzguard-guard -> ../init.d/vzguard-guard");
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void theLoaderComesFirstAndEverythingIsKnownForItsRemoval(BootLayout layout) {
        List<BootFile> files = layout.files();
        assertThat(files.get(0).path()).isEqualTo(layout.loader());
        for (BootFile file : files) {
            assertThat(file.kind() == BootFile.Kind.LINK ? BootLayout.LINKS : BootLayout.FILES)
                    .contains(file.path());
            if (file.kind() != BootFile.Kind.LINK) {
                assertThat(BootLayout.file(file.path(), file.content())).isEqualTo(file);
            }
        }
        assertThat(files.stream().filter(file -> file.path().contains("plugins.d")))
                .hasSize(layout.persistent() ? 1 : 0);
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void whatRunsTheLoaderNeverFails(BootLayout layout) {
        for (BootFile file : layout.files()) {
            if (file.kind() == BootFile.Kind.SCRIPT) {
                assertThat(file.content()).as(file.path()).containsPattern("exit 0\n$|return 0\n");
            } else if (file.kind() == BootFile.Kind.TEXT) {
                assertThat(file.content()).contains("ExecStart=-/bin/sh " + layout.loader() + "\n");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void itLoadsWhenAllOfItIsThereAsItShouldBe(BootLayout layout) {
        assertThat(BootSeen.complete(layout).loads()).isTrue();
        for (int i = 0; i < layout.files().size(); i++) {
            List<BootFile> some = new ArrayList<>(layout.files());
            BootFile file = some.remove(i);
            assertThat(new BootSeen(layout, some).loads()).as("without " + file).isFalse();
            some.add(new BootFile(file.path(), file.kind(), "of somebody else"));
            assertThat(new BootSeen(layout, some).loads()).as("another " + file).isFalse();
        }
    }

    @Test
    void aScriptMustBeExecutable() {
        BootFile hook = BootLayout.DEBIAN.files().get(0);
        assertThat(new BootSeen(BootLayout.DEBIAN, List.of(BootFile.text(hook.path(), hook.content()))).loads())
                .isFalse();
    }

    /** The script that looks into a VE is a constant: it must ask for what is known here. */
    @Test
    void theLookIntoAVeAsksForTheSameNames() throws IOException {
        try (InputStream script = BootLayout.class.getResourceAsStream("/vzguard/agent/observe/observe-ve.sh")) {
            String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
            for (List<String> names : List.of(BootLayout.DIRECTORIES, BootLayout.FILES, BootLayout.LINKS)) {
                assertThat(text).containsSubsequence(names);
            }
        }
    }
}
