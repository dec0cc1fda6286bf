package vzguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Expected output in files; {@code -Dgolden.update=true} rewrites them, to be reviewed as a diff. */
public final class Golden {
    private static final Path FOLDER = Path.of("src/test/resources/golden");

    private Golden() {}

    public static void check(String name, String actual) {
        Path file = FOLDER.resolve(name + ".txt");
        try {
            if (Boolean.getBoolean("golden.update")) {
                Files.writeString(file, actual);
            }
            assertThat(actual).as(name).isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new AssertionError("no golden file " + file + "; make it with -Dgolden.update=true", e);
        }
    }

    /** As {@link #check}, and no line is wider than 80 columns. */
    public static void checkNarrow(String name, String actual) {
        assertThat(actual.lines())
                .as(name)
                .allSatisfy(line -> assertThat(line.codePointCount(0, line.length()))
                        .as(line)
                        .isLessThanOrEqualTo(80));
        check(name, actual);
    }
}
