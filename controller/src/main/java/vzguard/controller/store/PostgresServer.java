package vzguard.controller.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A database of a PostgreSQL server. A commit that returned is on the server's disk ({@code synchronous_commit} is on for each
 * session, whatever the server's default). A connection that is silent in the middle of a transaction is ended by the server
 * after 8 s, so that a controller that stands still holds nobody up.
 */
public final class PostgresServer extends DatabaseAddress {
    /** How a URL is written. */
    public static final String FORM =
            "postgresql://USER@HOST:PORT/NAME, and at its end, where wanted, ?sslmode=require, verify-ca or verify-full;"
                    + " no password in it";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
    private static final Pattern URL = Pattern.compile("postgresql://(?<user>[A-Za-z0-9_.-]{1,63})@"
            + "(?<host>\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}))"
            + ":(?<port>[0-9]{1,5})/(?<name>[A-Za-z0-9_.-]{1,63})"
            + "(?:\\?sslmode=(?<ssl>disable|prefer|require|verify-ca|verify-full))?");
    private static final int MAX_PORT = 65_535;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    /** Until a server that is gone without a word is given up. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);

    /** Longer than any step computes, and short enough for a takeover in 10 s. */
    private static final Duration SILENCE = Duration.ofSeconds(8);

    private final String user;
    private final String host;
    private final int port;
    private final String name;
    private final String sslMode;
    private final Optional<String> password;

    private PostgresServer(Matcher url, int port, Optional<String> password) {
        this.user = url.group("user");
        this.host = url.group("host");
        this.port = port;
        this.name = url.group("name");
        this.sslMode = url.group("ssl") == null ? "prefer" : url.group("ssl");
        this.password = password;
    }

    /**
     * @param password none where the server or {@code ~/.pgpass} does without
     * @throws IllegalArgumentException when the text is not of the permitted form; never repeats a password in it
     */
    public static PostgresServer parse(String text, Optional<String> password) {
        Matcher url = URL.matcher(text);
        if (url.matches()) {
            int port = Integer.parseInt(url.group("port"));
            if (port >= 1 && port <= MAX_PORT) {
                return new PostgresServer(url, port, password);
            }
        }
        throw new IllegalArgumentException(
                "\"" + text.replaceFirst("://.*@", "://...@") + "\" is no database URL (permitted: " + FORM + ")");
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    String advice() {
        return "check that the server runs and knows the database and the user, the password (PGPASSWORD,"
                + " --database-password-file or ~/.pgpass), and that the user may make tables there";
    }

    @Override
    String beginnings() {
        return "db/postgresql";
    }

    @Override
    DataSource source() {
        return source(ANSWER_TIMEOUT);
    }

    private DataSource source(Duration answerWithin) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {host});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(name);
        source.setUser(user);
        password.ifPresent(source::setPassword);
        source.setSslMode(sslMode);
        source.setApplicationName("vzguard-controller");
        source.setConnectTimeout((int) CONNECT_TIMEOUT.toSeconds());
        source.setSocketTimeout((int) answerWithin.toSeconds());
        source.setTcpKeepAlive(true);
        return source;
    }

    /** Counting what a large table holds may take any time. */
    @Override
    DataSource readingSource() {
        return source(Duration.ZERO);
    }

    @Override
    void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // The one value that promises more than "on" stays.
            if (!setting(statement, "synchronous_commit").equals("remote_apply")) {
                statement.execute("set session synchronous_commit = on");
            }
            statement.execute("set session idle_in_transaction_session_timeout = '" + SILENCE.toMillis() + "ms'");
            // A user's own limits are for people.
            statement.execute("set session statement_timeout = 0");
            statement.execute("set session tcp_user_timeout = '" + Lease.LIFE.toMillis() + "ms'");
            if (setting(statement, "fsync").equals("off")) {
                LOG.warn(
                        "{} runs with fsync=off: what it acknowledges does not survive a loss of power; set fsync=on",
                        this);
            }
        }
    }

    private static String setting(Statement statement, String name) throws SQLException {
        try (ResultSet rows = statement.executeQuery("show " + name)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Override
    void prepare(Jdbi jdbi) {
        jdbi.registerArgument(new Text());
    }

    /** Without the one character that PostgreSQL does not store. */
    @Override
    String storable(String text) {
        return text.replace('\0', '\uFFFD');
    }

    /** What an agent reports is stored, whatever characters are in it. */
    private final class Text extends AbstractArgumentFactory<String> {
        Text() {
            super(Types.VARCHAR);
        }

        @Override
        protected Argument build(String value, ConfigRegistry config) {
            return (position, statement, context) -> statement.setString(position, storable(value));
        }
    }

    @Override
    public String toString() {
        return "postgresql://" + user + "@" + host + ":" + port + "/" + name;
    }
}
