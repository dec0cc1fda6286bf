package vzguard.controller.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.transaction.TransactionException;
import org.jspecify.annotations.Nullable;

/** Tables {@code rollouts} and {@code tasks}. Times are milliseconds since 1970. */
public final class RolloutRows {
    private static final int BATCH = 5000;

    private RolloutRows() {}

    /**
     * What is fixed when it starts.
     *
     * @param number grows by one with each rollout
     * @param spec PolicySpec it carries out
     * @param scope {@code ALL} targets of the policy, or a {@code PART}
     * @param takesBack id of the rollout that it takes back, or empty
     */
    public record Terms(
            String rolloutId,
            long number,
            String kind,
            String policy,
            long revision,
            byte[] spec,
            long startedAt,
            String startedBy,
            String scope,
            String takesBack) {}

    /** What changes as it goes on. */
    public record Progress(
            String state,
            int wave,
            long waitFrom,
            @Nullable Long soakUntil,
            @Nullable Long endedAt,
            int forgivenFailures,
            int forgivenUnreachable,
            String stopReason) {}

    /**
     * One target.
     *
     * @param fromRevision of the rollout's policy, as toRevision; 0: without it
     * @param outstanding id of a job; see TaskRow of package rollout
     * @param causes codes, separated by commas
     */
    public record Task(
            String rolloutId,
            int position,
            String hostId,
            String hostName,
            String ctid,
            long fromRevision,
            long toRevision,
            int wave,
            String state,
            int attempt,
            boolean withRestart,
            boolean accepted,
            @Nullable String outstanding,
            @Nullable Long startedAt,
            @Nullable Long deadline,
            @Nullable Long endedAt,
            int restarts,
            String summary,
            String causes) {}

    /** JobResult of a task. */
    public record Result(int position, byte[] result) {}

    /** Oldest first. */
    public static List<Terms> all(Handle sql) {
        return sql.createQuery("select rollout_id, number, kind, policy, revision, spec, started_at, started_by,"
                        + " scope, takes_back"
                        + " from rollouts order by number")
                .map(ConstructorMapper.of(Terms.class))
                .list();
    }

    public static Progress progress(Handle sql, String rolloutId) {
        return sql.createQuery("select state, wave, wait_from, soak_until, ended_at, forgiven_failures,"
                        + " forgiven_unreachable, stop_reason from rollouts where rollout_id = :id")
                .bind("id", rolloutId)
                .map(ConstructorMapper.of(Progress.class))
                .one();
    }

    public static List<Task> tasks(Handle sql, String rolloutId) {
        return sql.createQuery("select rollout_id, position, host_id, host_name, ve as ctid, from_revision,"
                        + " to_revision, wave, state, attempt,"
                        + " with_restart, accepted, outstanding, started_at, deadline, ended_at, restarts, summary, causes"
                        + " from tasks where rollout_id = :id order by position")
                .bind("id", rolloutId)
                .map(ConstructorMapper.of(Task.class))
                .list();
    }

    public static List<Result> results(Handle sql, String rolloutId) {
        return sql.createQuery("select position, result from tasks where rollout_id = :id and result is not null")
                .bind("id", rolloutId)
                .map(ConstructorMapper.of(Result.class))
                .list();
    }

    public static void insert(Handle sql, Terms terms, Progress progress) {
        sql.createUpdate(
                        "insert into rollouts (rollout_id, number, kind, policy, revision, spec, started_at, started_by,"
                                + " scope, takes_back, state, wave, wait_from, soak_until, ended_at, forgiven_failures, forgiven_unreachable,"
                                + " stop_reason) values (:rolloutId, :number, :kind, :policy, :revision, :spec, :startedAt,"
                                + " :startedBy, :scope, :takesBack, :p.state, :p.wave, :p.waitFrom, :p.soakUntil, :p.endedAt, :p.forgivenFailures,"
                                + " :p.forgivenUnreachable, :p.stopReason)")
                .bindMethods(terms)
                .bindMethods("p", progress)
                .execute();
    }

    public static void update(Handle sql, String rolloutId, Progress progress) {
        sql.createUpdate("update rollouts set state = :state, wave = :wave, wait_from = :waitFrom,"
                        + " soak_until = :soakUntil, ended_at = :endedAt, forgiven_failures = :forgivenFailures,"
                        + " forgiven_unreachable = :forgivenUnreachable, stop_reason = :stopReason"
                        + " where rollout_id = :id")
                .bind("id", rolloutId)
                .bindMethods(progress)
                .execute();
    }

    /** Half a million at once when a rollout takes the whole fleet, so without the names that binding by name looks up. */
    public static void insertTasks(Handle sql, List<Task> tasks) {
        try (PreparedStatement insert = sql.getConnection()
                .prepareStatement("insert into tasks (rollout_id, position, host_id, host_name, ve, from_revision,"
                        + " to_revision, wave, state, attempt, with_restart, accepted, outstanding, started_at,"
                        + " deadline, ended_at, restarts, summary, causes)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            int batched = 0;
            for (Task task : tasks) {
                bind(insert, task);
                insert.addBatch();
                batched++;
                if (batched % BATCH == 0) {
                    insert.executeBatch();
                }
            }
            insert.executeBatch();
        } catch (SQLException e) {
            throw new TransactionException("tasks cannot be stored: " + e.getMessage(), e);
        }
    }

    private static void bind(PreparedStatement insert, Task task) throws SQLException {
        insert.setString(1, task.rolloutId());
        insert.setInt(2, task.position());
        insert.setString(3, task.hostId());
        insert.setString(4, task.hostName());
        insert.setString(5, task.ctid());
        insert.setLong(6, task.fromRevision());
        insert.setLong(7, task.toRevision());
        insert.setInt(8, task.wave());
        insert.setString(9, task.state());
        insert.setInt(10, task.attempt());
        insert.setBoolean(11, task.withRestart());
        insert.setBoolean(12, task.accepted());
        insert.setString(13, task.outstanding());
        insert.setObject(14, task.startedAt(), Types.BIGINT);
        insert.setObject(15, task.deadline(), Types.BIGINT);
        insert.setObject(16, task.endedAt(), Types.BIGINT);
        insert.setInt(17, task.restarts());
        insert.setString(18, task.summary());
        insert.setString(19, task.causes());
    }

    public static void updateTasks(Handle sql, List<Task> tasks) {
        write(
                sql,
                tasks,
                "update tasks set state = :state, attempt = :attempt, with_restart = :withRestart, accepted = :accepted,"
                        + " outstanding = :outstanding, started_at = :startedAt, deadline = :deadline,"
                        + " ended_at = :endedAt, restarts = :restarts, summary = :summary, causes = :causes"
                        + " where rollout_id = :rolloutId and position = :position");
    }

    public static void setResult(Handle sql, String rolloutId, int position, byte[] result) {
        sql.createUpdate("update tasks set result = :result where rollout_id = :id and position = :position")
                .bind("id", rolloutId)
                .bind("position", position)
                .bind("result", result)
                .execute();
    }

    /** With its tasks and results. */
    public static void delete(Handle sql, String rolloutId) {
        for (String table : List.of("tasks", "rollouts")) {
            sql.createUpdate("delete from " + table + " where rollout_id = :id")
                    .bind("id", rolloutId)
                    .execute();
        }
    }

    private static void write(Handle sql, List<Task> tasks, String statement) {
        if (tasks.isEmpty()) {
            return;
        }
        try (PreparedBatch batch = sql.prepareBatch(statement)) {
            tasks.forEach(task -> batch.bindMethods(task).add());
            batch.execute();
        }
    }
}
