package vzguard.controller.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database of an older version goes on with all that is in it. */
class MigrationTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void whatAnEarlierVersionWroteIsThere() {
        SqliteFile file = new SqliteFile(folder.resolve("controller.db"));
        Flyway.configure(Database.class.getClassLoader())
                .dataSource(file.source())
                // As they lay together then.
                .locations("classpath:db/sqlite")
                .target("2")
                .load()
                .migrate();
        Jdbi.create(file.source()).useHandle(sql -> {
            sql.execute("insert into agents values ('h', 'hn1', 1, 1, 0, '', '', x'')");
            sql.execute("insert into ves (host_id, ctid, state, digest, facts) values ('h', '101', 1, 'd', x'01')");
            sql.execute(
                    "insert into applied (host_id, ctid, policy, revision, applied_at) values ('h', '101', 'p', 1, 2)");
        });

        try (Database database = Database.open(file)) {
            assertThat(VeRows.all(database.handle()))
                    .singleElement()
                    .satisfies(row -> assertThat(row.ctid()).isEqualTo("101"));
            assertThat(AppliedRows.all(database.handle())).containsExactly(new AppliedRows.Row("h", "101", "p", 1, 2));
            assertThat(AuthorityRow.pin(database.handle())).isEmpty();
        }
    }
}
