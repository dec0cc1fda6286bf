package vzguard.controller.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import vzguard.controller.store.PostgresServer;

/** A real PostgreSQL, one for all tests of this JVM; each test has a database of its own. */
public final class Postgres {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private Postgres() {}

    private static final class Server {
        static final EmbeddedPostgres RUNNING = start();

        private static EmbeddedPostgres start() {
            try {
                // It closes itself when the JVM ends.
                return EmbeddedPostgres.builder().start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Makes an empty database. */
    public static String newDatabase() {
        String name = "test" + DATABASES.incrementAndGet();
        execute("postgres", "create database " + name);
        return url("postgres", name);
    }

    public static PostgresServer newServer() {
        return server(newDatabase());
    }

    public static PostgresServer server(String url) {
        return PostgresServer.parse(url, Optional.empty());
    }

    public static String url(String user, String name) {
        return "postgresql://" + user + "@127.0.0.1:" + Server.RUNNING.getPort() + "/" + name;
    }

    public static String nameOf(PostgresServer server) {
        String text = server.toString();
        return text.substring(text.lastIndexOf('/') + 1);
    }

    /** As the superuser, beside all controllers. */
    public static void execute(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** The one value that a query gives. */
    public static String ask(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Ends all connections that controllers have to a database, as a restart of the server does. */
    public static void cut(String database) {
        execute(
                "postgres",
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + database
                        + "' and application_name = 'vzguard-controller'");
    }

    /** From now on the server asks this user for a password; everybody else may come in without. */
    public static void askForPasswordOf(String user) {
        Path rules = Path.of(ask("postgres", "show hba_file"));
        try {
            Files.writeString(rules, "host all " + user + " all scram-sha-256\n" + Files.readString(rules));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        execute("postgres", "select pg_reload_conf()");
    }

    private static Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + Server.RUNNING.getPort() + "/" + database, "postgres", "");
    }
}
