package vzguard.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import vzguard.controller.testing.Postgres;

/** Reaching a PostgreSQL, and what is said when that fails. */
class PostgresServerTest {
    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://vzguard@db.example.net:5432/vzguard",
                "postgresql://vz-guard@192.0.2.1:6432/vz_guard?sslmode=verify-full",
                "postgresql://vzguard@[2001:db8::1]:5432/vzguard"
            })
    void aUrlIsShownAsItWasGiven(String url) {
        assertThat(PostgresServer.parse(url, Optional.of("secret"))).hasToString(url.replaceFirst("\\?.*", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://db.example.net:5432/vzguard",
                "postgresql://vzguard@db.example.net/vzguard",
                "postgresql://vzguard@db.example.net:5432",
                "postgresql://vzguard@db.example.net:0/vzguard",
                "postgresql://vzguard@db.example.net:65536/vzguard",
                "postgresql://vzguard@db.example.net:5432/vzguard?ssl=true",
                "postgresql://vzguard:secret@db.example.net:5432/vzguard",
                "postgresql://vzguard:sec/ret@db.example.net:5432/vzguard",
                "jdbc:postgresql://vzguard@db.example.net:5432/vzguard",
                "mysql://vzguard@db.example.net:3306/vzguard",
                ""
            })
    void anythingElseIsRefusedWithTheFormThatIsPermitted(String url) {
        assertThatThrownBy(() -> PostgresServer.parse(url, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("permitted: postgresql://USER@HOST:PORT/NAME")
                .hasMessageNotContaining("sec");
    }

    @Test
    void whatIsAcknowledgedIsOnDiskWhateverTheServersDefault() {
        PostgresServer server = Postgres.newServer();
        String name = Postgres.nameOf(server);
        Postgres.execute("postgres", "alter database " + name + " set synchronous_commit = off");
        try (Database database = Database.open(server)) {
            assertThat(show(database, "synchronous_commit")).isEqualTo("on");
            assertThat(show(database, "idle_in_transaction_session_timeout")).isEqualTo("8s");
        }
        Postgres.execute("postgres", "alter database " + name + " set synchronous_commit = remote_apply");
        try (Database database = Database.open(server)) {
            assertThat(show(database, "synchronous_commit")).isEqualTo("remote_apply");
        }
    }

    @Test
    void aServerThatIsNotThereIsNamedWithWhatToDo() {
        assertThatThrownBy(() -> Database.open(Postgres.server("postgresql://vzguard@127.0.0.1:1/vzguard")))
                .isInstanceOf(StateUnusable.class)
                .hasMessageContaining("postgresql://vzguard@127.0.0.1:1/vzguard")
                .hasMessageContaining("check that the server runs");
        assertThatThrownBy(() -> Database.open(Postgres.server(Postgres.url("postgres", "nowhere"))))
                .isInstanceOf(StateUnusable.class)
                .hasMessageContaining("\"nowhere\" does not exist");
    }

    @Test
    void aDatabaseOfSomebodyElseIsLeftAlone() {
        PostgresServer server = Postgres.newServer();
        Postgres.execute(Postgres.nameOf(server), "create table theirs (id integer)");

        assertThatThrownBy(() -> Database.open(server))
                .isInstanceOf(StateUnusable.class)
                .hasMessageContaining("non-empty schema");
        assertThatThrownBy(() -> Database.attach(server)).isInstanceOf(StateUnusable.class);
        assertThat(Postgres.ask(
                        Postgres.nameOf(server),
                        "select count(*) from information_schema.tables where table_schema = 'public'"))
                .isEqualTo("1");
    }

    @Test
    void aPasswordIsUsedAndAWrongOneNeverShown() {
        PostgresServer server = Postgres.newServer();
        String name = Postgres.nameOf(server);
        Postgres.execute("postgres", "create role secretive login superuser password 'correct horse'");
        Postgres.askForPasswordOf("secretive");
        String url = Postgres.url("secretive", name);

        Database.open(PostgresServer.parse(url, Optional.of("correct horse"))).close();

        assertThatThrownBy(() -> Database.open(PostgresServer.parse(url, Optional.of("battery staple"))))
                .isInstanceOf(StateUnusable.class)
                .hasMessageContaining("password authentication failed")
                .hasMessageContaining("PGPASSWORD")
                .hasMessageNotContaining("battery");
        assertThatThrownBy(() -> Database.open(PostgresServer.parse(url, Optional.empty())))
                .isInstanceOf(StateUnusable.class)
                .hasMessageContaining("password");
    }

    @Test
    void aPasswordMayLieInPgpass() throws IOException {
        PostgresServer server = Postgres.newServer();
        String name = Postgres.nameOf(server);
        Postgres.execute("postgres", "create role forgetful login superuser password 'written down'");
        Postgres.askForPasswordOf("forgetful");
        Path file = Files.writeString(folder.resolve("pgpass"), "127.0.0.1:*:" + name + ":forgetful:written down\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        System.setProperty("org.postgresql.pgpassfile", file.toString());
        try {
            Database.open(Postgres.server(Postgres.url("forgetful", name))).close();
        } finally {
            System.clearProperty("org.postgresql.pgpassfile");
        }
    }

    private static String show(Database database, String setting) {
        return database.handle()
                .createQuery("show " + setting)
                .mapTo(String.class)
                .one();
    }
}
