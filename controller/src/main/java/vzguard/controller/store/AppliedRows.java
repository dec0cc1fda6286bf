package vzguard.controller.store;

import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Table {@code applied}: which revision of a policy was last brought about where. */
public final class AppliedRows {
    private AppliedRows() {}

    /** @param ctid empty: the host itself */
    public record Row(String hostId, String ctid, String policy, long revision, long appliedAt) {}

    public static List<Row> all(Handle sql) {
        return sql.createQuery("select host_id, ve as ctid, policy, revision, applied_at from applied")
                .map(ConstructorMapper.of(Row.class))
                .list();
    }

    public static void upsert(Handle sql, Row row) {
        Prepared.update(
                sql,
                "insert into applied (host_id, ve, policy, revision, applied_at) values (?, ?, ?, ?, ?)"
                        + " on conflict (host_id, ve, policy) do update set"
                        + " revision = excluded.revision, applied_at = excluded.applied_at",
                row.hostId(),
                row.ctid(),
                row.policy(),
                row.revision(),
                row.appliedAt());
    }

    public static void delete(Handle sql, String hostId, String ctid, String policy) {
        sql.createUpdate("delete from applied where host_id = :id and ve = :ctid and policy = :policy")
                .bind("id", hostId)
                .bind("ctid", ctid)
                .bind("policy", policy)
                .execute();
    }

    /** Of VEs that are gone. */
    public static void deleteAll(Handle sql, String hostId, List<String> ctids) {
        if (ctids.isEmpty()) {
            return;
        }
        try (PreparedBatch batch = sql.prepareBatch("delete from applied where host_id = :id and ve = :ctid")) {
            ctids.forEach(ctid -> batch.bind("id", hostId).bind("ctid", ctid).add());
            batch.execute();
        }
    }
}
