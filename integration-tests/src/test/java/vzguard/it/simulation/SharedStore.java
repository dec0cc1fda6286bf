package vzguard.it.simulation;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.ColonPrefixSqlParser;
import org.jdbi.v3.core.statement.SqlParser;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import vzguard.controller.store.Database;
import vzguard.controller.store.DatabaseAddress;
import vzguard.controller.store.SqliteFile;

/**
 * A real SQLite in memory with the real schema. For several controllers it stands in for a PostgreSQL: the lease's statements get
 * this world's time for the server's, its row is locked while a transaction holds it, and a session that is silent in a
 * transaction for {@link #SILENCE} ends. Commits take long, fail, fail although they were made, and are the last that a
 * controller does.
 */
final class SharedStore {
    private static final int SILENCE = 8_000;
    private static final Pattern CLOCK = Pattern.compile("extract\\(epoch from clock_timestamp\\(\\)\\) \\* 1000");
    private static final String LOCKED = " for update skip locked";

    private final World world;
    private final Connection real;
    private final boolean shared;
    private @Nullable Session inTransaction;
    private boolean calm;
    private long clockOffset;

    private static final SqlParser PARSER = new ColonPrefixSqlParser();
    private static final ThreadLocal<Connection> CONNECTION = ThreadLocal.withInitial(SharedStore::open);

    SharedStore(World world, boolean shared) {
        this.world = world;
        this.shared = shared;
        this.real = CONNECTION.get();
        empty();
    }

    private static Connection open() {
        return Scratch.use(SharedStore::open);
    }

    private static Connection open(Path folder) {
        Path file = folder.resolve("schema.db");
        Database.open(file).close();
        SQLiteConfig config = new SQLiteConfig();
        config.enforceForeignKeys(true);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite::memory:");
        try {
            Connection connection = source.getConnection();
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("restore from " + file);
            }
            return connection;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void empty() {
        try (Statement statement = real.createStatement()) {
            if (!real.getAutoCommit()) {
                real.rollback();
                real.setAutoCommit(true);
            }
            for (String table : new String[] {
                "tasks",
                "rollouts",
                "audit",
                "tokens",
                "applied",
                "policy_revisions",
                "policies",
                "ves",
                "labels",
                "agents"
            }) {
                statement.executeUpdate("delete from " + table);
            }
            statement.executeUpdate("update lease set holder = '', address = '', epoch = 0, renewed_at = 0");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** From now on every commit is quick and succeeds. */
    void calm() {
        calm = true;
    }

    void jumpClock(long millis) {
        clockOffset += millis;
    }

    Database open(SimulatedController controller) {
        DatabaseAddress address = shared
                ? DatabaseAddress.parse("postgresql://sim@sim:5432/sim", Optional.empty())
                : new SqliteFile(Path.of("simulated"));
        Session session = new Session(controller);
        Jdbi jdbi = Jdbi.create((Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, session::invoke));
        // Statements are read once for all simulations.
        jdbi.getConfig(SqlStatements.class).setSqlParser(PARSER);
        return Database.over(address, jdbi);
    }

    /** Its process died: what it had not committed is undone. */
    void died(SimulatedController controller) {
        Session session = inTransaction;
        if (session != null && session.controller == controller) {
            session.end();
        }
    }

    /** The lease's epoch as committed; not in the middle of a transaction. */
    long epoch() {
        try (Statement statement = real.createStatement();
                ResultSet rows = statement.executeQuery("select epoch from lease")) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean isShared() {
        return shared;
    }

    private final class Session {
        private final SimulatedController controller;
        private boolean autoCommit = true;
        private boolean over;
        private long changesBefore;

        Session(SimulatedController controller) {
            this.controller = controller;
        }

        /** Another one is in the middle of a transaction, which holds the lease's row. */
        private boolean isLockedOut() {
            return inTransaction != null && inTransaction != this;
        }

        @Nullable
        Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            String name = method.getName();
            if (name.equals("close")) {
                return null;
            }
            if (name.equals("getAutoCommit")) {
                return autoCommit;
            }
            if (over) {
                throw new SQLException("terminating connection");
            }
            if (name.equals("setAutoCommit")) {
                setAutoCommit((boolean) java.util.Objects.requireNonNull(arguments)[0]);
                return null;
            }
            if (isLockedOut() && (name.equals("commit") || name.equals("rollback"))) {
                return null;
            }
            if (name.equals("commit")) {
                commit();
                return null;
            }
            if (name.equals("prepareStatement") && arguments != null) {
                arguments[0] = rewritten((String) arguments[0]);
            }
            try {
                return method.invoke(real, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        private void setAutoCommit(boolean on) throws SQLException {
            if (on == autoCommit) {
                return;
            }
            autoCommit = on;
            if (isLockedOut()) {
                return;
            }
            real.setAutoCommit(on);
            inTransaction = on ? null : this;
            changesBefore = changes();
        }

        private String rewritten(String sql) {
            String text = sql;
            if (shared) {
                long serverTime = world.trueTime().toEpochMilli() + clockOffset;
                text = CLOCK.matcher(text).replaceAll(Long.toString(serverTime));
                if (text.endsWith(LOCKED)) {
                    text = text.substring(0, text.length() - LOCKED.length()) + (isLockedOut() ? " and 1 = 0" : "");
                }
            }
            return text;
        }

        private void commit() throws SQLException {
            boolean wrote = changes() != changesBefore;
            int dice = calm || !wrote ? 1000 : world.random.nextInt(300);
            if (dice == 0) {
                controller.dies("before a commit");
            } else if (dice == 1) {
                fail("disk full");
            } else if (dice < 6 && world.canNest()) {
                slow(world.random.nextInt(dice == 2 ? 2 * SILENCE : 1500));
            }
            controller.machine().goOn();
            real.commit();
            controller.committed(wrote);
            if (dice == 6) {
                controller.dies("after a commit");
            } else if (dice == 7) {
                over = true;
                inTransaction = null;
                real.setAutoCommit(true);
                throw new SQLException("the connection broke while the commit was answered");
            } else if (dice < 14 && world.canNest()) {
                // Committed, and nobody knows yet.
                release();
                world.pass(world.random.nextInt(dice == 8 ? 12_000 : 1500));
            }
            controller.machine().goOn();
        }

        private void release() throws SQLException {
            inTransaction = null;
            real.setAutoCommit(true);
        }

        private void slow(int millis) throws SQLException {
            world.say(() -> controller + ": a commit takes " + millis + " ms");
            world.pass(Math.min(millis, SILENCE));
            if (millis > SILENCE && controller.machine().isAlive() && inTransaction == this) {
                end();
                world.pass(millis - SILENCE);
                throw new SQLException("terminating connection due to idle-in-transaction timeout");
            }
        }

        private void fail(String why) throws SQLException {
            end();
            throw new SQLException(why);
        }

        private long changes() throws SQLException {
            try (Statement statement = real.createStatement();
                    ResultSet rows = statement.executeQuery("select total_changes()")) {
                return rows.getLong(1);
            }
        }

        /** The server ends the session, and undoes what it had begun. */
        private void end() {
            over = true;
            if (inTransaction != this) {
                return;
            }
            try {
                real.rollback();
                real.setAutoCommit(true);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            inTransaction = null;
        }
    }
}
