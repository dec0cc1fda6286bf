package vzguard.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import vzguard.cli.outcome.CommandFailed;

class ContextsTest {
    @TempDir
    Path root = Path.of("");

    @Test
    void whatIsSavedIsLoadedAndCurrent() throws IOException {
        Contexts contexts = new Contexts(root);
        contexts.save("a", "ctl:7443", "CA", "CERT", "KEY");
        Context context = contexts.choose("", Map.of());
        assertThat(context.name()).isEqualTo("a");
        assertThat(context.address()).isEqualTo("ctl:7443");
        assertThat(Files.readString(context.key())).isEqualTo("KEY");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(context.key())))
                .isEqualTo("rw-------");
        try (var files = Files.list(root.resolve("contexts/a"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("address", "ca.pem", "cert.pem", "key.pem");
        }
    }

    @Test
    void theCommandLineWinsOverTheEnvironmentAndThatOverTheCurrentOne() {
        Contexts contexts = new Contexts(root);
        for (String name : new String[] {"a", "b", "c"}) {
            contexts.save(name, name + ":1", "", "", "");
        }
        Map<String, String> environment = Map.of("VZGUARD_CONTEXT", "b");
        assertThat(contexts.choose("a", environment).name()).isEqualTo("a");
        assertThat(contexts.choose("", environment).name()).isEqualTo("b");
        assertThat(contexts.choose("", Map.of()).name()).isEqualTo("c");
    }

    @Test
    void aContextWithoutItsKeyIsNamed() throws IOException {
        Contexts contexts = new Contexts(root);
        contexts.save("a", "ctl:7443", "CA", "CERT", "KEY");
        Files.delete(root.resolve("contexts/a/key.pem"));
        assertThatThrownBy(() -> contexts.load("a"))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("key.pem");
    }

    @Test
    void withoutAnyTheWayToOneIsShown() {
        assertThatThrownBy(() -> new Contexts(root).choose("", Map.of()))
                .hasMessageContaining("vzguard login")
                .hasMessageContaining("vzguard lab up");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "a/b", "-a", ".a", "a b"})
    void aNameCannotLeaveTheFolder(String name) {
        assertThatThrownBy(() -> new Contexts(root).load(name)).hasMessageContaining("is no context name");
    }

    @ParameterizedTest
    @CsvSource({
        "ctl,ctl:7443",
        "ctl.example.org:1,ctl.example.org:1",
        "192.0.2.1:65535,192.0.2.1:65535",
        "[::1],[::1]:7443",
        "[2001:db8::1]:99,[2001:db8::1]:99"
    })
    void addressesHaveAPort(String text, String address) {
        assertThat(Address.parse(text).toString()).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":7443", "ctl:0", "ctl:65536", "ctl:x", "::1", "[::1", "a b", "http://ctl"})
    void whatIsNoAddressIsRefused(String text) {
        assertThatThrownBy(() -> Address.parse(text))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("permitted: HOST or HOST:PORT");
    }
}
