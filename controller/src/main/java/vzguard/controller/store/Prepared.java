package vzguard.controller.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.config.JdbiConfig;
import org.jdbi.v3.core.transaction.TransactionException;
import org.jspecify.annotations.Nullable;

/**
 * Statements that run for every message of every agent: parsed by the database once per connection, values by position. Binding by
 * name takes longer than the statement itself. Belongs to the thread that has the handle.
 */
public final class Prepared implements JdbiConfig<Prepared> {
    /** Rows sent at once: a server ends a connection that is silent in a transaction while hundreds of thousands are bound. */
    private static final int BATCH = 2000;

    private final Map<String, PreparedStatement> byText = new HashMap<>();

    /** For Jdbi, which makes one for each handle. */
    public Prepared() {}

    @Override
    public Prepared createCopy() {
        return new Prepared();
    }

    /** Runs it once. */
    static void update(Handle sql, String text, @Nullable Object... values) {
        try {
            PreparedStatement statement = sql.getConfig(Prepared.class).of(sql, text);
            bind(statement, values);
            var unused = statement.executeUpdate();
        } catch (SQLException e) {
            throw broken(text, e);
        }
    }

    /** Runs it for each of the rows. */
    static void updateAll(Handle sql, String text, List<@Nullable Object[]> rows) {
        if (rows.size() == 1) {
            update(sql, text, rows.get(0));
            return;
        }
        try {
            PreparedStatement statement = sql.getConfig(Prepared.class).of(sql, text);
            int waiting = 0;
            for (@Nullable Object[] row : rows) {
                bind(statement, row);
                statement.addBatch();
                waiting++;
                if (waiting == BATCH) {
                    var unused = statement.executeBatch();
                    waiting = 0;
                }
            }
            if (waiting > 0) {
                var unused = statement.executeBatch();
            }
        } catch (SQLException e) {
            throw broken(text, e);
        }
    }

    private PreparedStatement of(Handle sql, String text) throws SQLException {
        PreparedStatement known = byText.get(text);
        if (known == null) {
            known = sql.getConnection().prepareStatement(text);
            byText.put(text, known);
        }
        return known;
    }

    private static void bind(PreparedStatement statement, @Nullable Object[] values) throws SQLException {
        for (int index = 0; index < values.length; index++) {
            statement.setObject(index + 1, values[index]);
        }
    }

    /** As Jdbi says it: the event loop stops. */
    private static TransactionException broken(String text, SQLException cause) {
        return new TransactionException(cause.getMessage() + " [" + text + "]", cause);
    }
}
