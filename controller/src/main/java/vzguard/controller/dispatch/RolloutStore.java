package vzguard.controller.dispatch;

import com.google.common.base.Splitter;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import vzguard.controller.rollout.Change;
import vzguard.controller.rollout.Endings;
import vzguard.controller.rollout.JobId;
import vzguard.controller.rollout.Limits;
import vzguard.controller.rollout.Rollout;
import vzguard.controller.rollout.RolloutKind;
import vzguard.controller.rollout.RolloutProgress;
import vzguard.controller.rollout.RolloutState;
import vzguard.controller.rollout.RolloutTerms;
import vzguard.controller.rollout.Surroundings;
import vzguard.controller.rollout.TargetRef;
import vzguard.controller.rollout.TaskRow;
import vzguard.controller.rollout.TaskState;
import vzguard.controller.store.RolloutRows;
import vzguard.controller.store.StateUnusable;
import vzguard.policy.PolicyWire;
import vzguard.policy.RolloutSettings;
import vzguard.v1.PolicySpec;
import vzguard.v1.RestartSpec;

/** Rollouts to rows and back. */
final class RolloutStore {
    private static final String WHOLE = "ALL";
    private static final String PART = "PART";

    private RolloutStore() {}

    static void insert(Handle sql, ActiveRollout rollout) {
        RolloutTerms terms = rollout.machine().terms();
        RolloutRows.insert(
                sql,
                new RolloutRows.Terms(
                        terms.id(),
                        rollout.number(),
                        terms.kind().name(),
                        terms.policy(),
                        terms.revision(),
                        rollout.spec().toByteArray(),
                        terms.startedAt().toEpochMilli(),
                        rollout.startedBy(),
                        rollout.isWhole() ? WHOLE : PART,
                        rollout.takesBack(),
                        rollout.planId()),
                progress(rollout.machine().progress()));
        RolloutRows.insertTasks(
                sql,
                rollout.machine().tasks().stream()
                        .map(row -> task(terms.id(), row))
                        .toList());
    }

    /** @param before the progress as it is stored */
    static void update(Handle sql, RolloutProgress before, Rollout machine, List<TaskRow> changed) {
        String id = machine.terms().id();
        if (!machine.progress().equals(before)) {
            RolloutRows.update(sql, id, progress(machine.progress()));
        }
        RolloutRows.updateTasks(sql, changed.stream().map(row -> task(id, row)).toList());
    }

    /** @throws StateUnusable when a row cannot be read */
    static List<ActiveRollout> load(
            Handle sql,
            Limits limits,
            Instant now,
            Results results,
            Function<ActiveRollout, Surroundings> surroundings) {
        List<ActiveRollout> all = new ArrayList<>();
        for (RolloutRows.Terms row : RolloutRows.all(sql)) {
            try {
                all.add(load(sql, row, limits, now, results, surroundings));
            } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
                throw new StateUnusable(
                        "the database holds rollout " + row.rolloutId() + ", which this version cannot read: "
                                + e.getMessage()
                                + "; run the version that wrote it, or restore a copy of the state folder",
                        e);
            }
        }
        return all;
    }

    private static ActiveRollout load(
            Handle sql,
            RolloutRows.Terms row,
            Limits limits,
            Instant now,
            Results results,
            Function<ActiveRollout, Surroundings> surroundings)
            throws InvalidProtocolBufferException {
        PolicySpec spec = PolicySpec.parseFrom(row.spec());
        RolloutKind kind = RolloutKind.valueOf(row.kind());
        RolloutTerms terms = new RolloutTerms(
                row.rolloutId(),
                kind,
                row.policy(),
                row.revision(),
                settings(kind, spec),
                limits,
                Instant.ofEpochMilli(row.startedAt()));
        List<TaskRow> tasks = RolloutRows.tasks(sql, row.rolloutId()).stream()
                .map(RolloutStore::task)
                .toList();
        Rollout machine =
                Rollout.fromRows(terms, progress(RolloutRows.progress(sql, row.rolloutId()), now), tasks, now);
        RolloutOrder order = new RolloutOrder(
                kind,
                row.policy(),
                row.revision(),
                spec,
                row.scope().equals(WHOLE),
                row.takesBack(),
                row.planId(),
                tasks.stream().map(TaskRow::change).toList(),
                row.startedBy());
        return new ActiveRollout(row.number(), order, machine, now, results, surroundings);
    }

    /** A restart by hand has no policy; its spec carries the budgets only. */
    static RolloutSettings settings(RolloutKind kind, PolicySpec spec) {
        if (kind != RolloutKind.RESTART) {
            return PolicyWire.fromProto(spec).rollout();
        }
        RestartSpec restarts = spec.getRollout().getRestarts();
        Optional<RolloutSettings.PerGroup> perGroup = restarts.hasPerGroup()
                ? Optional.of(new RolloutSettings.PerGroup(
                        restarts.getPerGroup().getLabel(),
                        restarts.getPerGroup().getMax()))
                : Optional.empty();
        return new RolloutSettings(
                0,
                List.of(new RolloutSettings.Wave(100, true)),
                spec.getRollout().getMaxFailures(),
                Duration.ZERO,
                RolloutSettings.Promotion.AUTO,
                new RolloutSettings.Restarts(
                        true, restarts.getPerHost(), restarts.getTotal(), perGroup, "", Duration.ZERO, List.of()));
    }

    private static RolloutRows.Progress progress(RolloutProgress progress) {
        return new RolloutRows.Progress(
                progress.state().name(),
                progress.wave(),
                progress.waitFrom().toEpochMilli(),
                millis(progress.soakUntil()),
                millis(progress.endedAt()),
                progress.forgiven().failures() + progress.forgiven().timedOut(),
                progress.forgivenInWave().unreachable(),
                progress.stopReason(),
                progress.wordAt().toEpochMilli(),
                text(progress.forgiven()) + " " + text(progress.forgivenInWave()));
    }

    /** @param now what was said before such was kept counts as said now */
    private static RolloutProgress progress(RolloutRows.Progress row, Instant now) {
        List<Integer> numbers = Splitter.on(' ').omitEmptyStrings().splitToList(row.endings()).stream()
                .map(Integer::valueOf)
                .toList();
        Long wordAt = row.wordAt();
        return new RolloutProgress(
                RolloutState.valueOf(row.state()),
                row.wave(),
                Instant.ofEpochMilli(row.waitFrom()),
                instant(row.soakUntil()),
                instant(row.endedAt()),
                wordAt == null ? now : Instant.ofEpochMilli(wordAt),
                numbers.isEmpty()
                        // Failures were those that timed out too; more than there are is not forgiven.
                        ? new Endings(row.forgivenFailures(), 0, 0, row.forgivenFailures())
                        : endings(numbers.subList(0, 4)),
                numbers.isEmpty() ? new Endings(0, 0, row.forgivenUnreachable(), 0) : endings(numbers.subList(4, 8)),
                row.stopReason());
    }

    private static String text(Endings endings) {
        return endings.failures() + " " + endings.refused() + " " + endings.unreachable() + " " + endings.timedOut();
    }

    private static Endings endings(List<Integer> numbers) {
        return new Endings(numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3));
    }

    private static RolloutRows.Task task(String rolloutId, TaskRow row) {
        JobId outstanding = row.outstanding();
        return new RolloutRows.Task(
                rolloutId,
                row.index(),
                row.target().hostId(),
                row.target().hostName(),
                row.target().ctid(),
                row.change().from(),
                row.change().to(),
                row.wave(),
                row.state().name(),
                row.attempt(),
                row.withRestart(),
                row.accepted(),
                outstanding == null ? null : outstanding.toString(),
                millis(row.startedAt()),
                millis(row.deadline()),
                millis(row.endedAt()),
                row.restarts(),
                row.summary(),
                String.join(",", row.causes()),
                row.unhealthy());
    }

    private static TaskRow task(RolloutRows.Task row) {
        String outstanding = row.outstanding();
        return new TaskRow(
                row.position(),
                new Change(
                        new TargetRef(row.hostId(), row.hostName(), row.ctid()), row.fromRevision(), row.toRevision()),
                row.wave(),
                TaskState.valueOf(row.state()),
                row.attempt(),
                row.withRestart(),
                row.accepted(),
                outstanding == null ? null : JobId.parse(outstanding).orElse(null),
                instant(row.startedAt()),
                instant(row.deadline()),
                instant(row.endedAt()),
                row.restarts(),
                row.summary(),
                Splitter.on(',').omitEmptyStrings().splitToList(row.causes()),
                row.unhealthy());
    }

    private static @Nullable Long millis(@Nullable Instant at) {
        return at == null ? null : at.toEpochMilli();
    }

    private static @Nullable Instant instant(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }
}
