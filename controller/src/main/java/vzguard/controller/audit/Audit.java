package vzguard.controller.audit;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

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

    /**
     * What was done.
     *
     * @param entry grows by one with each
     * @param at milliseconds since 1970
     */
    public record Entry(long entry, long at, String actor, String action, String detail) {}

    /**
     * Newest first.
     *
     * @param before entries with a smaller number only
     */
    public static List<Entry> list(Handle sql, long before, int limit) {
        return sql.createQuery("select entry, at, actor, action, detail from audit where entry < :before"
                        + " order by entry desc limit :limit")
                .bind("before", before)
                .bind("limit", limit)
                .map(ConstructorMapper.of(Entry.class))
                .list();
    }
}
