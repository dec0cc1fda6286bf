package vzguard.controller.store;

import com.google.common.collect.Lists;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jspecify.annotations.Nullable;

/** Tables {@code plans} and {@code plan_hosts}. Times are milliseconds since 1970. */
public final class PlanRows {
    private PlanRows() {}

    /**
     * One plan that an operator was shown.
     *
     * @param spec PolicySpec that was planned
     * @param digest of all hashes
     */
    public record Plan(
            String planId,
            long number,
            String policy,
            byte[] spec,
            String digest,
            int targets,
            long madeAt,
            String madeBy) {}

    /** The hashes of one host, a line for each target. */
    public record Host(String hostId, String hashes) {}

    public static long lastNumber(Handle sql) {
        return sql.createQuery("select coalesce(max(number), 0) from plans")
                .mapTo(Long.class)
                .one();
    }

    /** @param hashes by host */
    public static void insert(Handle sql, Plan plan, Map<String, String> hashes) {
        sql.createUpdate("insert into plans (plan_id, number, policy, spec, digest, targets, made_at, made_by)"
                        + " values (:planId, :number, :policy, :spec, :digest, :targets, :madeAt, :madeBy)")
                .bindMethods(plan)
                .execute();
        Prepared.updateAll(
                sql,
                "insert into plan_hosts (plan_id, host_id, hashes) values (?, ?, ?)",
                Lists.transform(List.copyOf(hashes.entrySet()), host ->
                        new @Nullable Object[] {plan.planId(), host.getKey(), host.getValue()}));
    }

    public static Optional<Plan> find(Handle sql, String planId) {
        return sql.createQuery("select plan_id, number, policy, spec, digest, targets, made_at, made_by from plans"
                        + " where plan_id = :id")
                .bind("id", planId)
                .map(ConstructorMapper.of(Plan.class))
                .findOne();
    }

    public static List<Host> hosts(Handle sql, String planId) {
        return sql.createQuery("select host_id, hashes from plan_hosts where plan_id = :id order by host_id")
                .bind("id", planId)
                .map(ConstructorMapper.of(Host.class))
                .list();
    }

    public static Optional<String> hashes(Handle sql, String planId, String hostId) {
        return sql.createQuery("select hashes from plan_hosts where plan_id = :id and host_id = :host")
                .bind("id", planId)
                .bind("host", hostId)
                .mapTo(String.class)
                .findOne();
    }

    public static void setHashes(Handle sql, String planId, String hostId, String hashes) {
        Prepared.update(
                sql, "update plan_hosts set hashes = ? where plan_id = ? and host_id = ?", hashes, planId, hostId);
    }

    /** Those that no rollout carries out, and that are older, or not among so many of the newest. */
    public static void forget(Handle sql, long madeBefore, long numberUpTo) {
        String old = "(made_at < :before or number <= :number) and plan_id not in (select plan_id from rollouts)";
        sql.createUpdate("delete from plan_hosts where plan_id in (select plan_id from plans where " + old + ")")
                .bind("before", madeBefore)
                .bind("number", numberUpTo)
                .execute();
        sql.createUpdate("delete from plans where " + old)
                .bind("before", madeBefore)
                .bind("number", numberUpTo)
                .execute();
    }
}
