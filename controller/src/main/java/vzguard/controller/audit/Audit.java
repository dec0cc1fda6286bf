package vzguard.controller.audit;

import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** Table {@code audit}: entries are only ever added, in the transaction of what they record. */
public final class Audit {
    private Audit() {}

    /**
     * @param actor {@code operator/NAME}, {@code agent/UUID} or {@code local} (somebody with access to the state folder)
     * @param action what was done, as the API's method is called
     * @param detail on what; never a secret
     */
    public static void record(Handle sql, Instant at, String actor, String action, String detail) {
        sql.createUpdate("insert into audit (entry, at, actor, action, detail)"
                        + " select coalesce(max(entry), 0) + 1, :at, :actor, :action, :detail from audit")
                .bind("at", at.toEpochMilli())
                .bind("actor", actor)
                .bind("action", action)
                .bind("detail", detail)
                .execute();
    }
}
