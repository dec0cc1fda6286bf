package vzguard.it.own;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@link OwnHostsIT} does is what the README shows, line by line and in its order. */
class OwnHostsReadmeTest {
    @Test
    void theReadmeShowsTheTestedPath() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        int start = readme.indexOf("\n## On your own hosts\n");
        assertThat(start).as("the section").isPositive();
        int end = readme.indexOf("\n## ", start + 1);
        List<String> commands = readme.substring(start, end < 0 ? readme.length() : end)
                .lines()
                .filter(line -> line.startsWith("    "))
                .map(line -> line.strip().replaceFirst(" {2,}# .*$", ""))
                .toList();
        assertThat(commands).isEqualTo(OwnHostsPath.ALL);
    }
}
