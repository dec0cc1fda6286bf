package vzguard.controller.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * A SQLite file: write-ahead log, {@code synchronous=FULL} (a commit that returned survives power loss), foreign keys
 * checked. One writer at a time; others wait up to 10 s for it.
 */
public final class SqliteFile extends DatabaseAddress {
    private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(10);

    private final Path file;

    public SqliteFile(Path file) {
        this.file = file;
    }

    public Path file() {
        return file;
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    String advice() {
        return "check permissions and free space, or restore a copy of the state folder";
    }

    @Override
    String beginnings() {
        return "db/sqlite";
    }

    @Override
    DataSource source() {
        SQLiteConfig config = config();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        // A read transaction that turns into a writing one fails at once when another process wrote in between.
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        return source(config);
    }

    @Override
    DataSource readingSource() {
        SQLiteConfig config = config();
        config.setTransactionMode(SQLiteConfig.TransactionMode.DEFERRED);
        return source(config);
    }

    private static SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout((int) BUSY_TIMEOUT.toMillis());
        return config;
    }

    private DataSource source(SQLiteConfig config) {
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    @Override
    String storable(String text) {
        return text;
    }

    @Override
    void prepare(Connection connection) {
        // The source has said it all.
    }

    @Override
    void prepare(Jdbi jdbi) {
        // SQLite keeps every value as it is given.
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
