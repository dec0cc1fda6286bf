package vzguard.controller.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The SQLite file: write-ahead log, {@code synchronous=FULL} (a commit that returned survives power loss), foreign keys
 * checked. One writer at a time; others wait up to 10 s for it.
 */
public final class Database implements AutoCloseable {
    /** The newest schema this build knows: the number of the last file in db/migration. */
    static final MigrationVersion SCHEMA = MigrationVersion.fromVersion("2");

    private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(10);

    private final Handle handle;

    private Database(Handle handle) {
        this.handle = handle;
    }

    /**
     * Opens the file and brings its schema up to date; makes the file when it is missing.
     *
     * @throws StateUnusable when the file is damaged, or was written by a newer version
     */
    public static Database open(Path file) {
        return open(file, UnaryOperator.identity());
    }

    /**
     * As {@link #open(Path)}, over a connection that somebody stands before.
     *
     * @param before given the connection, returns the one to use; it closes the given one when it is closed
     */
    public static Database open(Path file, UnaryOperator<Connection> before) {
        SQLiteDataSource source = source(file);
        try {
            Flyway flyway = Flyway.configure(Database.class.getClassLoader())
                    .dataSource(source)
                    .locations("classpath:db/migration")
                    .load();
            refuseNewer(file, flyway.info().current());
            flyway.migrate();
        } catch (FlywayException e) {
            throw unusable(file, e);
        }
        return connect(file, source, before);
    }

    /**
     * Opens a file that a controller made, also while that controller runs. Never changes the schema.
     *
     * @throws StateUnusable when its schema is not this version's
     */
    public static Database attach(Path file) {
        SQLiteDataSource source = source(file);
        try {
            MigrationInfo current = Flyway.configure(Database.class.getClassLoader())
                    .dataSource(source)
                    .locations("classpath:db/migration")
                    .load()
                    .info()
                    .current();
            refuseNewer(file, current);
            if (current == null || !SCHEMA.equals(current.getVersion())) {
                throw new StateUnusable("the database " + file + " is of an older version; start the controller once");
            }
        } catch (FlywayException e) {
            throw unusable(file, e);
        }
        return connect(file, source, UnaryOperator.identity());
    }

    private static void refuseNewer(Path file, @org.jspecify.annotations.Nullable MigrationInfo current) {
        if (current != null && current.getVersion().compareTo(SCHEMA) > 0) {
            throw new StateUnusable("the database " + file + " was written by a newer version (schema "
                    + current.getVersion() + ", this version knows " + SCHEMA
                    + "); run that version, or restore a copy made before the upgrade");
        }
    }

    private static Database connect(Path file, SQLiteDataSource source, UnaryOperator<Connection> before) {
        try {
            Connection connection = before.apply(source.getConnection());
            return new Database(Jdbi.create(connection).open());
        } catch (SQLException e) {
            throw unusable(file, e);
        }
    }

    private static StateUnusable unusable(Path file, Exception e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new StateUnusable(
                "cannot open the database " + file + ": " + root.getMessage()
                        + "; check permissions and free space, or restore a copy of the state folder",
                e);
    }

    private static SQLiteDataSource source(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout((int) BUSY_TIMEOUT.toMillis());
        // A read transaction that turns into a writing one fails at once when another process wrote in between.
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    /** The one connection. Not for use by more than one thread. */
    public Handle handle() {
        return handle;
    }

    @Override
    public void close() {
        handle.close();
    }
}
