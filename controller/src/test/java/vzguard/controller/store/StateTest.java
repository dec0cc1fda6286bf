package vzguard.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state folder and the database in it, on real files. */
class StateTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void aSecondControllerIsKeptOutUntilTheFirstHasEnded() {
        StateFolder state = StateFolder.open(folder.resolve("state"));
        try (StateFolder.Lock lock = state.lock()) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(state::lock)
                    .isInstanceOf(StateUnusable.class)
                    .hasMessageContaining("another controller uses the state folder")
                    .hasMessageContaining("--state");
        }
        state.lock().close();
    }

    @Test
    void aFileInTheWayIsNamed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> StateFolder.open(file.resolve("state")))
                .isInstanceOf(StateUnusable.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void aDatabaseOfANewerVersionIsRefusedAndLeftAlone() {
        Path file = folder.resolve("controller.db");
        try (Database database = Database.open(file)) {
            database.handle()
                    .execute("insert into flyway_schema_history (installed_rank, version, description, type, script,"
                            + " installed_by, execution_time, success)"
                            + " values (99, '99', 'future', 'SQL', 'V99__future.sql', '', 1, 1)");
        }
        assertThatThrownBy(() -> Database.open(file))
                .isInstanceOf(StateUnusable.class)
                .hasMessageContaining("newer version")
                .hasMessageContaining("99");
        assertThatThrownBy(() -> Database.attach(file)).isInstanceOf(StateUnusable.class);
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        Path file = folder.resolve("controller.db");
        Files.writeString(file, "this is no database, whatever its name says".repeat(100));
        assertThatThrownBy(() -> Database.open(file))
                .isInstanceOf(StateUnusable.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void commitsSurviveAndAnotherProcessCanWriteBeside() {
        Path file = folder.resolve("controller.db");
        try (Database first = Database.open(file);
                Database second = Database.attach(file)) {
            assertThat(first.handle()
                            .createQuery("pragma synchronous")
                            .mapTo(Integer.class)
                            .one())
                    .isEqualTo(2);
            TokenRows.insert(second.handle(), new TokenRows.Row("a", "hash", "agent", 1, 1, 10));
            assertThat(TokenRows.find(first.handle(), "a")).isPresent();
            assertThat(TokenRows.takeUse(first.handle(), "a", 9)).isTrue();
            assertThat(TokenRows.takeUse(second.handle(), "a", 9)).isFalse();
        }
    }

    @Test
    void forgettingAHostTakesAllThatHangsOnIt() {
        Path file = folder.resolve("controller.db");
        try (Database database = Database.open(file)) {
            AgentRows.insert(database.handle(), new AgentRows.Row("h", "hn1", 1, 1, 0, "", "", new byte[0]));
            AgentRows.setLabels(database.handle(), "h", AgentRows.FROM_AGENT, Map.of("dc", "tokyo"));
            VeRows.upsert(database.handle(), List.of(new VeRows.Row("h", "101", 1, "d", new byte[] {1, 2})));
            VeRows.upsert(database.handle(), List.of(new VeRows.Row("h", "101", 2, "e", new byte[] {3})));
            AppliedRows.upsert(database.handle(), new AppliedRows.Row("h", "101", "p", 1, 1));
            assertThat(VeRows.all(database.handle())).hasSize(1);
            assertThat(VeRows.all(database.handle()).get(0).facts()).containsExactly(3);

            AgentRows.delete(database.handle(), "h");

            assertThat(VeRows.all(database.handle())).isEmpty();
            assertThat(AgentRows.labels(database.handle())).isEmpty();
            assertThat(AppliedRows.all(database.handle())).isEmpty();
        }
    }
}
