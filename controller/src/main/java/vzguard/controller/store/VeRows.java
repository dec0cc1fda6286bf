package vzguard.controller.store;

import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** Table {@code ves}. */
public final class VeRows {
    private VeRows() {}

    /**
     * @param state number of the VeState
     * @param facts VeFacts
     */
    public record Row(String hostId, String ctid, int state, String digest, byte[] facts) {}

    public static List<Row> all(Handle sql) {
        return sql.createQuery("select host_id, ve as ctid, state, digest, facts from ves")
                .map(ConstructorMapper.of(Row.class))
                .list();
    }

    public static void upsert(Handle sql, Collection<Row> rows) {
        if (rows.isEmpty()) {
            return;
        }
        Prepared.updateAll(
                sql,
                "insert into ves (host_id, ve, state, digest, facts) values (?, ?, ?, ?, ?)"
                        + " on conflict (host_id, ve) do update set"
                        + " state = excluded.state, digest = excluded.digest, facts = excluded.facts",
                rows.stream()
                        .map(row ->
                                new @Nullable Object[] {row.hostId(), row.ctid(), row.state(), row.digest(), row.facts()
                                })
                        .toList());
    }

    public static void delete(Handle sql, String hostId, Collection<String> ctids) {
        if (ctids.isEmpty()) {
            return;
        }
        try (PreparedBatch batch = sql.prepareBatch("delete from ves where host_id = :id and ve = :ctid")) {
            ctids.forEach(ctid -> batch.bind("id", hostId).bind("ctid", ctid).add());
            batch.execute();
        }
    }
}
