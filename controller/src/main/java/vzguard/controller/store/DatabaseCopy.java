package vzguard.controller.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/**
 * All that one database holds, written to an empty one of either kind: read in one transaction, so that it is of one moment, and
 * written in one, so that it is there as a whole or not at all. The lease stays behind: who acts is of no use elsewhere.
 */
public final class DatabaseCopy {
    /** Each after those that it refers to. */
    static final List<String> TABLES = List.of(
            "authority",
            "agents",
            "labels",
            "ves",
            "policies",
            "policy_revisions",
            "applied",
            "tokens",
            "audit",
            "plans",
            "plan_hosts",
            "rollouts",
            "tasks");

    private static final int BATCH = 1_000;
    private static final int TELL_EVERY = 50_000;

    private final Database from;
    private final Database to;
    private final Consumer<String> tell;

    private DatabaseCopy(Database from, Database to, Consumer<String> tell) {
        this.from = from;
        this.to = to;
        this.tell = tell;
    }

    /**
     * @param from as of {@link Database#read}
     * @param to as of {@link Database#fresh}
     * @param tell a line for each table, and on long ones for each part of it
     * @throws StateUnusable when the target holds anything, or afterwards not as many rows as the source; it is left as it was
     */
    public static void copy(Database from, Database to, Consumer<String> tell) {
        DatabaseCopy copy = new DatabaseCopy(from, to, tell);
        try {
            copy.run();
        } catch (SQLException e) {
            throw new StateUnusable(
                    "cannot copy " + from.address() + " to " + to.address() + ": " + e.getMessage()
                            + "; nothing was written; check space and health of both and try again",
                    e);
        }
    }

    private void run() throws SQLException {
        Handle source = from.handle();
        Handle target = to.handle();
        source.begin();
        try {
            if (from.address().isShared()) {
                source.execute("set transaction isolation level repeatable read, read only");
            }
            target.begin();
            try {
                to.writeAlone();
                requireEmpty(to);
                for (String table : TABLES) {
                    table(table);
                }
                target.commit();
            } finally {
                rollBack(target);
            }
        } finally {
            rollBack(source);
        }
    }

    private static void rollBack(Handle handle) {
        if (handle.isInTransaction()) {
            handle.rollback();
        }
    }

    /** @throws StateUnusable when it holds anything */
    public static void requireEmpty(Database database) {
        for (String table : TABLES) {
            long rows = count(database, table);
            if (rows > 0) {
                throw new StateUnusable("the database " + database.address() + " is not empty (" + rows + " rows in "
                        + table + "); name one in which nothing is yet");
            }
        }
    }

    private static long count(Database database, String table) {
        return database.handle()
                .createQuery("select count(*) from " + table)
                .mapTo(Long.class)
                .one();
    }

    private void table(String table) throws SQLException {
        long expected = count(from, table);
        long rows = rows(table, expected);
        long written = count(to, table);
        if (rows != expected || written != expected) {
            throw new StateUnusable("of " + expected + " rows of " + table + " in " + from.address() + ", " + rows
                    + " were read and " + written + " are in " + to.address()
                    + "; nothing was kept; try again, and report it if it happens twice");
        }
        tell.accept(table + ": " + rows + " rows");
    }

    private static Connection connection(Database database) {
        return database.handle().getConnection();
    }

    private long rows(String table, long expected) throws SQLException {
        try (Statement statement = connection(from).createStatement()) {
            statement.setFetchSize(BATCH);
            try (ResultSet source = statement.executeQuery("select * from " + table)) {
                List<Column> columns = columns(source.getMetaData());
                try (PreparedStatement target = connection(to).prepareStatement(insert(table, columns))) {
                    return rows(source, target, columns, table, expected);
                }
            }
        }
    }

    private long rows(ResultSet source, PreparedStatement target, List<Column> columns, String table, long expected)
            throws SQLException {
        long rows = 0;
        while (source.next()) {
            for (int index = 1; index <= columns.size(); index++) {
                columns.get(index - 1).kind.move(source, target, index, to.address());
            }
            target.addBatch();
            rows++;
            if (rows % BATCH == 0) {
                var unused = target.executeBatch();
            }
            if (rows % TELL_EVERY == 0 && rows < expected) {
                tell.accept(table + ": " + rows + " of " + expected);
            }
        }
        var unused = target.executeBatch();
        return rows;
    }

    private static String insert(String table, List<Column> columns) {
        return "insert into " + table + " ("
                + String.join(", ", columns.stream().map(Column::name).toList()) + ") values ("
                + String.join(", ", Collections.nCopies(columns.size(), "?")) + ")";
    }

    private static List<Column> columns(ResultSetMetaData data) throws SQLException {
        List<Column> columns = new ArrayList<>();
        for (int index = 1; index <= data.getColumnCount(); index++) {
            columns.add(new Column(data.getColumnName(index), Kind.of(data.getColumnTypeName(index))));
        }
        return columns;
    }

    private record Column(String name, Kind kind) {}

    /** What both kinds of database know, each by names of its own. */
    private enum Kind {
        TEXT {
            @Override
            void move(ResultSet from, PreparedStatement to, int index, DatabaseAddress address) throws SQLException {
                String text = from.getString(index);
                to.setString(index, text == null ? null : address.storable(text));
            }
        },
        NUMBER {
            @Override
            void move(ResultSet from, PreparedStatement to, int index, DatabaseAddress address) throws SQLException {
                long number = from.getLong(index);
                if (from.wasNull()) {
                    to.setNull(index, java.sql.Types.BIGINT);
                } else {
                    to.setLong(index, number);
                }
            }
        },
        FLAG {
            @Override
            void move(ResultSet from, PreparedStatement to, int index, DatabaseAddress address) throws SQLException {
                to.setBoolean(index, from.getBoolean(index));
            }
        },
        BYTES {
            @Override
            void move(ResultSet from, PreparedStatement to, int index, DatabaseAddress address) throws SQLException {
                to.setBytes(index, from.getBytes(index));
            }
        };

        abstract void move(ResultSet from, PreparedStatement to, int index, DatabaseAddress address)
                throws SQLException;

        static Kind of(String type) throws SQLException {
            return switch (type.toLowerCase(Locale.ROOT)) {
                case "text" -> TEXT;
                case "bigint", "integer", "int8", "int4" -> NUMBER;
                case "boolean", "bool" -> FLAG;
                case "bytea" -> BYTES;
                default -> throw new SQLException("a column of type " + type + ", which no table has");
            };
        }
    }
}
