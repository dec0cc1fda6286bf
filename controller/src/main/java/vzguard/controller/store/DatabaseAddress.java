package vzguard.controller.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** Where a database is: a SQLite file, or a database of a PostgreSQL server. Shown without its password. */
public abstract sealed class DatabaseAddress permits SqliteFile, PostgresServer {
    /**
     * @param text a URL {@code postgresql://...}, or else the name of a SQLite file
     * @param password for PostgreSQL; none where the server or {@code ~/.pgpass} does without
     * @throws IllegalArgumentException when a URL is not of the permitted form, which the message says
     */
    public static DatabaseAddress parse(String text, Optional<String> password) {
        if (text.contains("://")) {
            return PostgresServer.parse(text, password);
        }
        return new SqliteFile(Path.of(text));
    }

    /** Whether several controllers may open it at once, of which the lease chooses one. */
    public abstract boolean isShared();

    /** What to do when it cannot be opened. */
    abstract String advice();

    /** Where the migrations are from before those that all share. */
    abstract String beginnings();

    abstract DataSource source();

    /** Changes nothing, and keeps nobody from writing. */
    abstract DataSource readingSource();

    /** A text as this database takes it. */
    abstract String storable(String text);

    /** Settings of one connection, made right after it is opened. */
    abstract void prepare(Connection connection) throws SQLException;

    /** What this database's values ask of statements. */
    abstract void prepare(Jdbi jdbi);
}
