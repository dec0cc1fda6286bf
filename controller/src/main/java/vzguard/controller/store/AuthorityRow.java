package vzguard.controller.store;

import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Table {@code authority}: which CA the fleet in this database trusts. */
public final class AuthorityRow {
    private AuthorityRow() {}

    /** None before the first start. */
    public static Optional<String> pin(Handle sql) {
        return sql.createQuery("select pin from authority where id = 1")
                .mapTo(String.class)
                .findOne();
    }

    /** Once for each database. */
    public static void insert(Handle sql, String pin) {
        sql.createUpdate("insert into authority (id, pin) values (1, :pin)")
                .bind("pin", pin)
                .execute();
    }
}
