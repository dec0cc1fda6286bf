package vzguard.controller.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the database, whose schema is this version's. A commit that returned is on disk, on SQLite and on PostgreSQL;
 * both take the same statements.
 */
public final class Database implements AutoCloseable {
    /** The newest schema this build knows: the number of the last file in db/migration, which both kinds of database share. */
    static final MigrationVersion SCHEMA = MigrationVersion.fromVersion("4");

    private final DatabaseAddress address;
    private final Handle handle;

    private Database(DatabaseAddress address, Handle handle) {
        this.address = address;
        this.handle = handle;
    }

    /** As {@link #open(DatabaseAddress)}, of a SQLite file. */
    public static Database open(Path file) {
        return open(new SqliteFile(file));
    }

    /**
     * Opens the database and brings its schema up to date; makes a SQLite file that is missing.
     *
     * @throws StateUnusable when it cannot be opened, is damaged, or was written by a newer version
     */
    public static Database open(DatabaseAddress address) {
        return open(address, UnaryOperator.identity());
    }

    /**
     * As {@link #open(Path)}, over a connection that somebody stands before.
     *
     * @param before given the connection, returns the one to use; it closes the given one when it is closed
     */
    public static Database open(Path file, UnaryOperator<Connection> before) {
        return open(new SqliteFile(file), before);
    }

    /** As {@link #open(Path, UnaryOperator)}, of any database. */
    public static Database open(DatabaseAddress address, UnaryOperator<Connection> before) {
        DataSource source = address.source();
        try {
            Flyway flyway = flyway(address, source);
            refuseNewer(address, flyway.info().current());
            flyway.migrate();
        } catch (FlywayException e) {
            throw unusable(address, e);
        }
        return connect(address, source, before);
    }

    /** As {@link #attach(DatabaseAddress)}, of a SQLite file. */
    public static Database attach(Path file) {
        return attach(new SqliteFile(file));
    }

    /**
     * Opens a database that a controller made, also while that controller runs. Never changes the schema.
     *
     * @throws StateUnusable when its schema is not this version's
     */
    public static Database attach(DatabaseAddress address) {
        return attach(address, address.source());
    }

    /**
     * As {@link #attach(DatabaseAddress)}, to read all of it in one transaction, which may take long and holds nobody up.
     *
     * @throws StateUnusable when its schema is not this version's
     */
    public static Database read(DatabaseAddress address) {
        Database database = attach(address, address.readingSource());
        if (address.isShared()) {
            database.handle().execute("set session idle_in_transaction_session_timeout = 0");
        }
        return database;
    }

    /**
     * Opens a database that is empty, or holds nothing but this version's schema; makes a SQLite file that is missing.
     *
     * @throws StateUnusable when it holds the schema of another version
     */
    public static Database fresh(DatabaseAddress address) {
        DataSource source = address.source();
        try {
            Flyway flyway = flyway(address, source);
            MigrationInfo current = flyway.info().current();
            if (current != null && !SCHEMA.equals(current.getVersion())) {
                throw new StateUnusable("the database " + address + " holds schema " + current.getVersion()
                        + " (this version's is " + SCHEMA + "); name an empty one");
            }
            flyway.migrate();
        } catch (FlywayException e) {
            throw unusable(address, e);
        }
        return connect(address, source, UnaryOperator.identity());
    }

    /**
     * Over a connection that is there already, to a database that somebody brought to this version's schema; for simulations,
     * whose database is in memory.
     *
     * @param address what it is taken for
     * @param jdbi of one connection
     */
    public static Database over(DatabaseAddress address, Jdbi jdbi) {
        address.prepare(jdbi);
        return new Database(address, jdbi.open());
    }

    private static Database attach(DatabaseAddress address, DataSource source) {
        try {
            MigrationInfo current = flyway(address, source).info().current();
            refuseNewer(address, current);
            if (current == null || !SCHEMA.equals(current.getVersion())) {
                throw new StateUnusable("the database " + address + " is "
                        + (current == null ? "empty" : "of an older version (schema " + current.getVersion() + ")")
                        + "; start the controller on it once");
            }
        } catch (FlywayException e) {
            throw unusable(address, e);
        }
        return connect(address, source, UnaryOperator.identity());
    }

    private static Flyway flyway(DatabaseAddress address, DataSource source) {
        return Flyway.configure(Database.class.getClassLoader())
                .dataSource(source)
                .locations("classpath:db/migration", "classpath:" + address.beginnings())
                .load();
    }

    private static void refuseNewer(DatabaseAddress address, @Nullable MigrationInfo current) {
        if (current != null && current.getVersion().compareTo(SCHEMA) > 0) {
            throw new StateUnusable("the database " + address + " was written by a newer version (schema "
                    + current.getVersion() + ", this version knows " + SCHEMA
                    + "); run that version, or restore a copy made before the upgrade");
        }
    }

    private static Database connect(DatabaseAddress address, DataSource source, UnaryOperator<Connection> before) {
        Connection connection;
        try {
            connection = source.getConnection();
        } catch (SQLException e) {
            throw unusable(address, e);
        }
        try {
            address.prepare(connection);
        } catch (SQLException e) {
            StateUnusable unusable = unusable(address, e);
            try {
                connection.close();
            } catch (SQLException again) {
                unusable.addSuppressed(again);
            }
            throw unusable;
        }
        Jdbi jdbi = Jdbi.create(before.apply(connection));
        address.prepare(jdbi);
        return new Database(address, jdbi.open());
    }

    private static StateUnusable unusable(DatabaseAddress address, Exception e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new StateUnusable(
                "cannot open the database " + address + ": " + root.getMessage() + "; " + address.advice(), e);
    }

    /** The one connection. Not for use by more than one thread. */
    public Handle handle() {
        return handle;
    }

    public DatabaseAddress address() {
        return address;
    }

    /**
     * In a transaction, before its first statement: waits until nobody else writes, and keeps others from it until the
     * transaction ends. SQLite does so by itself.
     */
    public void writeAlone() {
        if (address.isShared()) {
            Lease.lock(handle);
        }
    }

    @Override
    public void close() {
        handle.close();
    }
}
