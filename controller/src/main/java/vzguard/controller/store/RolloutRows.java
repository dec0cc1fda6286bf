package vzguard.controller.store;

import com.google.common.collect.Lists;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jspecify.annotations.Nullable;

/** Tables {@code rollouts} and {@code tasks}. Times are milliseconds since 1970. */
public final class RolloutRows {
    private RolloutRows() {}

    /**
     * What is fixed when it starts.
     *
     * @param number grows by one with each rollout
     * @param spec PolicySpec it carries out
     * @param scope {@code ALL} targets of the policy, or a {@code PART}
     * @param takesBack id of the rollout that it takes back, or empty
     * @param planId plan that it carries out, or empty
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
            String takesBack,
            String planId) {}

    /** What changes as it goes on. */
    public record Progress(
            String state,
            int wave,
            long waitFrom,
            @Nullable Long soakUntil,
            @Nullable Long endedAt,
            int forgivenFailures,
            int forgivenUnreachable,
            String stopReason,
            @Nullable Long wordAt,
            String endings) {}

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
            String causes,
            boolean unhealthy) {}

    /** Oldest first. */
    public static List<Terms> all(Handle sql) {
        return sql.createQuery("select rollout_id, number, kind, policy, revision, spec, started_at, started_by,"
                        + " scope, takes_back, plan_id"
                        + " from rollouts order by number")
                .map(ConstructorMapper.of(Terms.class))
                .list();
    }

    public static Progress progress(Handle sql, String rolloutId) {
        return sql.createQuery("select state, wave, wait_from, soak_until, ended_at, forgiven_failures,"
                        + " forgiven_unreachable, stop_reason, word_at, endings from rollouts where rollout_id = :id")
                .bind("id", rolloutId)
                .map(ConstructorMapper.of(Progress.class))
                .one();
    }

    public static List<Task> tasks(Handle sql, String rolloutId) {
        return sql.createQuery("select rollout_id, position, host_id, host_name, ve as ctid, from_revision,"
                        + " to_revision, wave, state, attempt,"
                        + " with_restart, accepted, outstanding, started_at, deadline, ended_at, restarts, summary, causes, unhealthy"
                        + " from tasks where rollout_id = :id order by position")
                .bind("id", rolloutId)
                .map(ConstructorMapper.of(Task.class))
                .list();
    }

    /** JobResult of a task; nothing when there is none. */
    public static Optional<byte[]> result(Handle sql, String rolloutId, int position) {
        return sql.createQuery(
                        "select result from tasks where rollout_id = :id and position = :position and result is not null")
                .bind("id", rolloutId)
                .bind("position", position)
                .mapTo(byte[].class)
                .findOne();
    }

    public static void insert(Handle sql, Terms terms, Progress progress) {
        sql.createUpdate(
                        "insert into rollouts (rollout_id, number, kind, policy, revision, spec, started_at, started_by,"
                                + " scope, takes_back, plan_id, state, wave, wait_from, soak_until, ended_at, forgiven_failures, forgiven_unreachable,"
                                + " stop_reason, word_at, endings) values (:rolloutId, :number, :kind, :policy, :revision, :spec, :startedAt,"
                                + " :startedBy, :scope, :takesBack, :planId, :p.state, :p.wave, :p.waitFrom, :p.soakUntil, :p.endedAt, :p.forgivenFailures,"
                                + " :p.forgivenUnreachable, :p.stopReason, :p.wordAt, :p.endings)")
                .bindMethods(terms)
                .bindMethods("p", progress)
                .execute();
    }

    public static void update(Handle sql, String rolloutId, Progress progress) {
        Prepared.update(
                sql,
                "update rollouts set state = ?, wave = ?, wait_from = ?, soak_until = ?, ended_at = ?,"
                        + " forgiven_failures = ?, forgiven_unreachable = ?, stop_reason = ?, word_at = ?, endings = ?"
                        + " where rollout_id = ?",
                progress.state(),
                progress.wave(),
                progress.waitFrom(),
                progress.soakUntil(),
                progress.endedAt(),
                progress.forgivenFailures(),
                progress.forgivenUnreachable(),
                progress.stopReason(),
                progress.wordAt(),
                progress.endings(),
                rolloutId);
    }

    public static void insertTasks(Handle sql, List<Task> tasks) {
        Prepared.updateAll(
                sql,
                "insert into tasks (rollout_id, position, host_id, host_name, ve, from_revision, to_revision, wave,"
                        + " state, attempt, with_restart, accepted, outstanding, started_at, deadline, ended_at,"
                        + " restarts, summary, causes, unhealthy) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                Lists.transform(tasks, task -> new @Nullable Object[] {
                    task.rolloutId(),
                    task.position(),
                    task.hostId(),
                    task.hostName(),
                    task.ctid(),
                    task.fromRevision(),
                    task.toRevision(),
                    task.wave(),
                    task.state(),
                    task.attempt(),
                    task.withRestart(),
                    task.accepted(),
                    task.outstanding(),
                    task.startedAt(),
                    task.deadline(),
                    task.endedAt(),
                    task.restarts(),
                    task.summary(),
                    task.causes(),
                    task.unhealthy()
                }));
    }

    public static void updateTasks(Handle sql, List<Task> tasks) {
        Prepared.updateAll(
                sql,
                "update tasks set state = ?, attempt = ?, with_restart = ?, accepted = ?, outstanding = ?,"
                        + " started_at = ?, deadline = ?, ended_at = ?, restarts = ?, summary = ?, causes = ?,"
                        + " unhealthy = ? where rollout_id = ? and position = ?",
                Lists.transform(tasks, task -> new @Nullable Object[] {
                    task.state(),
                    task.attempt(),
                    task.withRestart(),
                    task.accepted(),
                    task.outstanding(),
                    task.startedAt(),
                    task.deadline(),
                    task.endedAt(),
                    task.restarts(),
                    task.summary(),
                    task.causes(),
                    task.unhealthy(),
                    task.rolloutId(),
                    task.position()
                }));
    }

    public static void setResult(Handle sql, String rolloutId, int position, byte[] result) {
        Prepared.update(
                sql, "update tasks set result = ? where rollout_id = ? and position = ?", result, rolloutId, position);
    }

    /** With its tasks and results. */
    public static void delete(Handle sql, String rolloutId) {
        for (String table : List.of("tasks", "rollouts")) {
            sql.createUpdate("delete from " + table + " where rollout_id = :id")
                    .bind("id", rolloutId)
                    .execute();
        }
    }
}
