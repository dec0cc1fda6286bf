package vzguard.agent.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.model.CauseCode;

/** Configs that vzguard and others change in turn, and what is left of it when vzguard goes: the others' work alone. */
class FormerTest {
    private static final String PATH = "/etc/vz/vz.conf";
    private static final String OURS = "IPTABLES=\"ip_tables ipt_recent ";
    private static final int SEEDS = 20_000;

    @TempDir
    Path root;

    private FormerFiles formers() {
        return new FormerFiles(new HostFiles(root), root.resolve("state"));
    }

    private static String file(List<String> lines, boolean ended) {
        return String.join("\n", lines) + (ended ? "\n" : "");
    }

    /** Lines of others, and one of a key, which may not be there. */
    private static List<String> original(Random random) {
        List<String> lines = new ArrayList<>();
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            lines.add(List.of("", "ONBOOT=\"yes\"", "#IPTABLES=\"a\"", "-x", "+y", "no file", "A=1", "unknown\r")
                    .get(random.nextInt(8)));
        }
        if (random.nextBoolean()) {
            lines.add(random.nextInt(lines.size() + 1), "IPTABLES=\"ip_tables\"");
        }
        return lines;
    }

    private static void change(List<String> lines, String to) {
        int at = lines.stream()
                .map(line -> line.startsWith("IPTABLES="))
                .toList()
                .indexOf(true);
        if (at < 0) {
            lines.add(to);
        } else {
            lines.set(at, to);
        }
    }

    @Test
    void whatOthersDoInBetweenStaysAndWhatVzguardDidGoes() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            List<String> now = original(random);
            List<String> withoutUs = new ArrayList<>(now);
            boolean ended = random.nextBoolean();
            Optional<Former> kept = Optional.empty();
            for (int writes = 1 + random.nextInt(3); writes > 0; writes--) {
                Optional<String> before = Optional.of(file(now, ended));
                Optional<Former> known = kept;
                String former = known.flatMap(each -> each.takenBack(before))
                        .flatMap(Former.Content::text)
                        .orElse(before.get());
                change(now, OURS + random.nextInt(3) + "\"");
                kept = Optional.of(new Former(PATH, Optional.of(former), true, Optional.of(file(now, ended))));
                if (random.nextBoolean()) {
                    String theirs = "THEIRS=" + random.nextInt(3);
                    now.add(0, theirs);
                    withoutUs.add(0, theirs);
                }
                kept = kept.map(Former::text).map(Former::parse);
            }
            assertThat(kept.orElseThrow()
                            .takenBack(Optional.of(file(now, ended)))
                            .map(Former.Content::text))
                    .as("seed %s: %s", seed, kept)
                    .contains(Optional.of(file(withoutUs, ended)));
        }
    }

    @Test
    void afterACrashInAChangeTheKeysThatVzctlChangesComeBack() {
        Former crashed = new Former(PATH, Optional.of("A=1\nIPTABLES=\"a\"\n"), true, Optional.empty());
        assertThat(Former.parse(crashed.text())).isEqualTo(crashed);
        assertThat(crashed.takenBack(Optional.of("A=1\nIPTABLES=\"a b\"\nNETFILTER=\"full\"\nB=2\n")))
                .contains(new Former.Content(Optional.of("A=1\nIPTABLES=\"a\"\nB=2\n")));
    }

    @Test
    void aFileThatWasNotThereGoesWithItsFolder() throws IOException {
        Files.createDirectories(root.resolve("etc"));
        String path = "/etc/modules-load.d/vzguard.conf";
        formers().changing(path, Optional.of("ipt_recent\n"));
        Files.createDirectories(root.resolve("etc/modules-load.d"));
        Files.writeString(root.resolve("etc/modules-load.d/vzguard.conf"), "ipt_recent\n");
        assertThat(formers().putBack(any -> true).files()).containsExactly(path);
        assertThat(Files.exists(root.resolve("etc/modules-load.d"))).isFalse();
        assertThat(formers().putBack(any -> true).files())
                .as("twice is as once")
                .isEmpty();
    }

    @Test
    void aLineThatOthersChangedSinceIsTheirsAndIsTold() throws IOException {
        Path file = root.resolve("etc/vz/vz.conf");
        Files.createDirectories(root.resolve("etc/vz"));
        Files.writeString(file, "IPTABLES=\"a\"\n");
        formers().changing(PATH, Optional.of("IPTABLES=\"a b\"\n"));
        Files.writeString(file, "IPTABLES=\"a b c\"\n");
        FormerFiles.PutBack done = formers().putBack(any -> true);
        assertThat(done.files()).isEmpty();
        assertThat(done.causes()).singleElement().satisfies(cause -> {
            assertThat(cause.code()).isEqualTo(CauseCode.CHANGED_BY_OTHERS);
            assertThat(cause.summary()).contains(PATH);
        });
        assertThat(Files.readString(file)).isEqualTo("IPTABLES=\"a b c\"\n");
        assertThat(formers().paths()).as("nothing is lost").containsExactly(PATH);
    }
}
