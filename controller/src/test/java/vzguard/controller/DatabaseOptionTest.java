package vzguard.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import vzguard.controller.store.PostgresServer;
import vzguard.controller.store.StateUnusable;
import vzguard.controller.testing.Client;
import vzguard.controller.testing.Postgres;
import vzguard.controller.testing.RunningController;
import vzguard.v1.TokenRole;

/** Naming a database on the command line. */
class DatabaseOptionTest {
    @TempDir
    private Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine line = ControllerMain.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    private Path passwordFile(String content, String mode) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void thePasswordIsOfTheFileOrElseOfTheEnvironment() throws IOException {
        Map<String, String> environment = Map.of("PGPASSWORD", "of the environment");
        Path file = passwordFile("of the file\n", "rw-------");

        assertThat(DatabaseOption.password(Optional.of(file), environment)).contains("of the file");
        assertThat(DatabaseOption.password(Optional.empty(), environment)).contains("of the environment");
        assertThat(DatabaseOption.password(Optional.empty(), Map.of())).isEmpty();
    }

    @Test
    void aPasswordThatOthersCanReadIsRefused() throws IOException {
        for (String mode : new String[] {"rw-r-----", "rw----r--", "rwx------"}) {
            Path file = passwordFile("secret", mode);
            assertThatThrownBy(() -> DatabaseOption.password(Optional.of(file), Map.of()))
                    .isInstanceOf(StateUnusable.class)
                    .hasMessageContaining("chmod 600 " + file)
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void aPasswordFileThatIsMissingOrEmptyIsNamed() throws IOException {
        Path file = passwordFile("\n", "rw-------");
        assertThatThrownBy(() -> DatabaseOption.password(Optional.of(file), Map.of()))
                .hasMessageContaining("is empty");
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> DatabaseOption.password(Optional.of(missing), Map.of()))
                .isInstanceOf(StateUnusable.class)
                .hasMessageContaining(missing.toString())
                .hasMessageContaining("--database-password-file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"init", "run", "token", "backup", "restore"})
    void aBadUrlIsRefusedBeforeAnythingIsTouched(String command) {
        Path state = folder.resolve("state");
        String[] arguments = command.equals("backup") || command.equals("restore")
                ? new String[] {command, "file", "--state", state.toString(), "--database", "postgresql://u:secret@h/n"}
                : new String[] {command, "--state", state.toString(), "--database", "postgresql://u:secret@h/n"};

        assertThat(run(arguments)).isEqualTo(2);

        assertThat(err.toString())
                .contains("--database: \"postgresql://...@h/n\" is no database URL")
                .contains("permitted: postgresql://USER@HOST:PORT/NAME")
                .doesNotContain("secret");
        assertThat(state).doesNotExist();
    }

    @Test
    void anAddressToAdvertiseIsChecked() {
        assertThat(run("run", "--state", folder.resolve("state").toString(), "--advertise", "a b:1"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--advertise: \"a b:1\" (permitted: ");
    }

    @Test
    void aServerThatMayOnlyBeReadIsToldSo() {
        PostgresServer server = Postgres.newServer();
        String state = folder.resolve("state").toString();
        assertThat(run("init", "--state", state, "--database", server.toString()))
                .isZero();
        String name = Postgres.nameOf(server);
        Postgres.execute("postgres", "alter database " + name + " set default_transaction_read_only = on");

        assertThat(run("run", "--state", state, "--database", server.toString()))
                .isEqualTo(1);

        assertThat(err.toString()).contains("read-only transaction").doesNotContain("\tat ");
    }

    @Test
    void aTokenOfAnotherCaIsNotMade() {
        PostgresServer server = Postgres.newServer();
        String state = folder.resolve("state").toString();
        String other = folder.resolve("other").toString();
        assertThat(run("init", "--state", state, "--database", server.toString()))
                .isZero();
        assertThat(run("init", "--state", other)).isZero();

        assertThat(run("token", "--state", other, "--database", server.toString()))
                .isEqualTo(1);

        assertThat(err.toString()).contains("belongs to the CA").contains(other);
    }

    @Test
    void initAndTokenWorkOnPostgresAlsoBesideAController() throws IOException {
        PostgresServer server = Postgres.newServer();
        Path state = folder.resolve("state");
        String[] init = {"init", "--state", state.toString(), "--database", server.toString()};
        assertThat(run(init)).as("%s", err).isZero();
        assertThat(out.toString()).contains("database " + server).contains("operator.token");
        assertThat(state.resolve("controller.db")).doesNotExist();
        try (RunningController controller = RunningController.start(state, Clock.systemUTC(), Optional.of(server))) {
            for (int number = 0; number < 5; number++) {
                out.getBuffer().setLength(0);
                assertThat(run("token", "--state", state.toString(), "--database", server.toString()))
                        .as("%s", err)
                        .isZero();
                assertThat(Client.enrol(controller.port(), out.toString().strip(), "hn" + number)
                                .identity())
                        .isNotEmpty();
                assertThat(controller.token(TokenRole.TOKEN_ROLE_AGENT)).isNotEmpty();
            }
        }
        assertThat(Postgres.ask(Postgres.nameOf(server), "select count(*) = max(entry) from audit"))
                .isEqualTo("t");
    }
}
