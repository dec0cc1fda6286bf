package vzguard.agent.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import vzguard.agent.AgentMain;
import vzguard.agent.exec.CommandResult;

/** The five verbs that look at a host, and change it, take the same options. */
class LocalVerbsTest {
    private static final String POLICY = """
            apiVersion: vzguard/v1
            kind: Policy
            metadata: {name: p}
            spec: {sshGuard: {placement: [host], hits: 3}}
            """;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void policy() throws IOException {
        Files.writeString(folder.resolve("policy.yaml"), POLICY);
    }

    /** On a host on which no program is. */
    private int run(String verb, String... more) {
        List<String> arguments = new ArrayList<>(List.of(verb.split(" ")));
        arguments.replaceAll(
                word -> word.replace("POLICY", folder.resolve("policy.yaml").toString()));
        arguments.addAll(List.of(
                "--root", folder.toString(), "--state", folder.resolve("state").toString()));
        arguments.addAll(List.of(more));
        return AgentMain.execute(
                command -> CommandResult.notStarted(command.argv().get(0) + ": not found"),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                arguments.toArray(new String[0]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"observe", "plan -f POLICY", "apply --yes -f POLICY", "prove", "diagnose"})
    void allSpeakYamlAndJsonAndKeepTheirStateWhereTheyAreTold(String verb) {
        for (String format : List.of("yaml", "json")) {
            out.reset();
            int exit = run(verb, "-o", format);
            assertThat(exit).as(err.toString(StandardCharsets.UTF_8)).isNotEqualTo(ExitCode.BAD_INPUT);
            // JSON is YAML.
            Object document =
                    new Load(LoadSettings.builder().build()).loadFromString(out.toString(StandardCharsets.UTF_8));
            assertThat(document).as("%s -o %s", verb, format).isInstanceOf(Map.class);
        }
        assertThat(folder.resolve("state/local")).isDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"prove", "diagnose"})
    void whatIsNoCtidIsBadInputBeforeAnythingIsTouched(String verb) {
        assertThat(run(verb + " 0x12")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("0x12 is no CTID");
        assertThat(folder.resolve("state")).doesNotExist();
    }

    @Test
    void aPlaceWithoutGuardIsUnprovenAndAHostWithoutIptablesIsSaidToBeOne() {
        assertThat(run("prove")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("UNPROVEN: ", "no guard");
        assertThat(run("diagnose")).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("IPTABLES_MISSING");
    }

    /** No controller, no configuration, no OpenVZ: each says what it sees, for people too. */
    @ParameterizedTest
    @ValueSource(strings = {"observe", "plan -f POLICY", "diagnose"})
    void aWideTableIsATable(String verb) {
        run(verb, "-o", "table");
        String table = out.toString(StandardCharsets.UTF_8);
        out.reset();
        assertThat(run(verb, "-o", "wide")).isNotEqualTo(ExitCode.BAD_INPUT);
        assertThat(out.toString(StandardCharsets.UTF_8).lines().count())
                .isGreaterThanOrEqualTo(table.lines().count());
        assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("no such file");
    }

    @Test
    void aPlanEndsWithWhatItRestarts() {
        run("plan -f POLICY", "--host");
        assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("restarts: none\n");
    }
}
