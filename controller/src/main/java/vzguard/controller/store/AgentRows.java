package vzguard.controller.store;

import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Tables {@code agents} and {@code labels}. */
public final class AgentRows {
    /** Labels that the agent's configuration names. */
    public static final String FROM_AGENT = "agent";
    /** Labels that an operator set; an empty value hides the agent's. */
    public static final String FROM_OPERATOR = "operator";

    private AgentRows() {}

    /**
     * @param lastSeen soft state: up to some seconds behind
     * @param digest of the facts; empty before the first report
     * @param facts HostFacts
     */
    public record Row(
            String hostId,
            String name,
            long enrolledAt,
            long lastSeen,
            long streamEpoch,
            String agentVersion,
            String digest,
            byte[] facts) {}

    /** One label of one host. */
    public record Label(String hostId, String origin, String name, String value) {}

    public static List<Row> all(Handle sql) {
        return sql.createQuery("select * from agents")
                .map(ConstructorMapper.of(Row.class))
                .list();
    }

    public static List<Label> labels(Handle sql) {
        return sql.createQuery("select * from labels")
                .map(ConstructorMapper.of(Label.class))
                .list();
    }

    public static void insert(Handle sql, Row row) {
        sql.createUpdate(
                        "insert into agents"
                                + " (host_id, name, enrolled_at, last_seen, stream_epoch, agent_version, digest, facts)"
                                + " values (:hostId, :name, :enrolledAt, :lastSeen, :streamEpoch, :agentVersion, :digest, :facts)")
                .bindMethods(row)
                .execute();
    }

    /** What a Hello says. */
    public static void greet(Handle sql, String hostId, String name, long streamEpoch, String agentVersion) {
        Prepared.update(
                sql,
                "update agents set name = ?, stream_epoch = ?, agent_version = ? where host_id = ?",
                name,
                streamEpoch,
                agentVersion,
                hostId);
    }

    public static void setFacts(Handle sql, String hostId, String digest, byte[] facts) {
        Prepared.update(sql, "update agents set digest = ?, facts = ? where host_id = ?", digest, facts, hostId);
    }

    /** @param seen host id to milliseconds */
    public static void setLastSeen(Handle sql, Map<String, Long> seen) {
        if (seen.isEmpty()) {
            return;
        }
        try (PreparedBatch batch = sql.prepareBatch("update agents set last_seen = :at where host_id = :id")) {
            seen.forEach((id, at) -> batch.bind("id", id).bind("at", at).add());
            batch.execute();
        }
    }

    /** Replaces all labels of one origin. */
    public static void setLabels(Handle sql, String hostId, String origin, Map<String, String> labels) {
        sql.createUpdate("delete from labels where host_id = :id and origin = :origin")
                .bind("id", hostId)
                .bind("origin", origin)
                .execute();
        if (labels.isEmpty()) {
            return;
        }
        try (PreparedBatch batch = sql.prepareBatch(
                "insert into labels (host_id, origin, name, value) values (:id, :origin, :name, :value)")) {
            labels.forEach((name, value) -> batch.bind("id", hostId)
                    .bind("origin", origin)
                    .bind("name", name)
                    .bind("value", value)
                    .add());
            batch.execute();
        }
    }

    /** The host with all that hangs on it: labels, VEs, what was applied. */
    public static void delete(Handle sql, String hostId) {
        sql.createUpdate("delete from agents where host_id = :id")
                .bind("id", hostId)
                .execute();
    }
}
