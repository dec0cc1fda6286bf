package vzguard.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import vzguard.controller.audit.Audit;
import vzguard.controller.testing.Store;

/** What the store promises beyond its rows, on each kind of database: transactions, rules, versions. */
@ParameterizedClass
@EnumSource(Store.class)
class StoreTest {
    private final Store store;

    @TempDir
    private Path folder = Path.of("");

    private DatabaseAddress address;
    private Database database;
    private Handle sql;

    StoreTest(Store store) {
        this.store = store;
    }

    @BeforeEach
    void open() {
        address = store.fresh(folder);
        database = Database.open(address);
        sql = database.handle();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void reopen() {
        database.close();
        database = Database.open(address);
        sql = database.handle();
    }

    @Test
    void textOfAnyKindIsStored() {
        AgentRows.insert(sql, new AgentRows.Row("h", "a\0b\n\uD83D\uDE00", 1, 1, 0, "", "", new byte[0]));

        assertThat(AgentRows.all(sql).get(0).name()).startsWith("a").endsWith("b\n\uD83D\uDE00");
    }

    @Test
    void aStepThatIsUndoneLeavesTheOthersOfItsTransaction() {
        sql.begin();
        sql.savepoint("step");
        Audit.record(sql, Instant.ofEpochMilli(1), "local", "A", "kept");
        sql.releaseSavepoint("step");
        sql.savepoint("step");
        Audit.record(sql, Instant.ofEpochMilli(2), "local", "B", "undone");
        sql.rollbackToSavepoint("step");
        sql.savepoint("step");
        Audit.record(sql, Instant.ofEpochMilli(3), "local", "C", "kept too");
        sql.releaseSavepoint("step");
        sql.commit();
        sql.begin();
        Audit.record(sql, Instant.ofEpochMilli(4), "local", "D", "rolled back");
        sql.rollback();
        reopen();

        assertThat(Audit.list(sql, 100, 10)).extracting(Audit.Entry::detail).containsExactly("kept too", "kept");
    }

    @Test
    void whatBreaksARuleIsRefused() {
        TokenRows.Row row = new TokenRows.Row("a", "hash", "agent", 2, 1, 10);
        TokenRows.insert(sql, row);
        assertThatThrownBy(() -> TokenRows.insert(sql, row)).isInstanceOf(JdbiException.class);
        assertThatThrownBy(() -> VeRows.upsert(sql, List.of(new VeRows.Row("nobody", "1", 1, "", new byte[0]))))
                .isInstanceOf(JdbiException.class);
    }

    @Test
    void aCopyKnowsEveryTable() {
        String tables = address.isShared()
                ? "select table_name from information_schema.tables where table_schema = 'public'"
                : "select name from sqlite_master where type = 'table'";
        List<String> all = new ArrayList<>(DatabaseCopy.TABLES);
        all.addAll(List.of("lease", "flyway_schema_history"));

        assertThat(sql.createQuery(tables).mapTo(String.class).list()).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void whatIsNotCommittedIsNotSeenAndIsGoneWithItsConnection() {
        List<String> seen = new ArrayList<>();
        try (Database other = Database.attach(address)) {
            other.handle().begin();
            other.writeAlone();
            Audit.record(other.handle(), Instant.ofEpochMilli(1), "local", "A", "unfinished");
            Audit.list(sql, 100, 10).forEach(entry -> seen.add(entry.detail()));
            other.handle().rollback();
        }
        reopen();
        assertThat(seen).isEmpty();
        assertThat(Audit.list(sql, 100, 10)).isEmpty();
    }

    @Test
    void aNewerSchemaIsRefusedAndLeftAlone() {
        sql.createUpdate("insert into flyway_schema_history (installed_rank, version, description, type, script,"
                        + " installed_by, execution_time, success)"
                        + " values (99, '99', 'future', 'SQL', 'V99__future.sql', '', 1, :yes)")
                .bind("yes", true)
                .execute();
        assertThatThrownBy(() -> Database.open(address))
                .isInstanceOf(StateUnusable.class)
                .hasMessageContaining("newer version")
                .hasMessageContaining(address.toString())
                .hasMessageContaining("99");
        assertThatThrownBy(() -> Database.attach(address)).isInstanceOf(StateUnusable.class);
    }
}
