package vzguard.controller.dispatch;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import vzguard.controller.store.RolloutRows;
import vzguard.controller.store.StateUnusable;
import vzguard.v1.JobResult;

/**
 * What agents said at the end of tasks. It lies in the store; only the latest, which somebody may be watching, are in memory too:
 * those of half a million tasks would fill it. Belongs to the event loop's thread.
 */
final class Results {
    private static final int KEPT = 2000;

    private final Map<Key, JobResult> latest = new LinkedHashMap<>(KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, JobResult> eldest) {
            return size() > KEPT;
        }
    };
    private @Nullable Handle store;

    private record Key(String rolloutId, int task) {}

    /** @param handle of the event loop's connection, which stays open as long as this is used */
    void readFrom(Handle handle) {
        store = handle;
    }

    /** The result is stored with the step that this handle belongs to. */
    void put(Handle sql, String rolloutId, int task, JobResult result) {
        RolloutRows.setResult(sql, rolloutId, task, result.toByteArray());
        latest.put(new Key(rolloutId, task), result);
    }

    /** @throws StateUnusable when what is stored cannot be read */
    Optional<JobResult> of(String rolloutId, int task) {
        JobResult known = latest.get(new Key(rolloutId, task));
        if (known != null || store == null) {
            return Optional.ofNullable(known);
        }
        return RolloutRows.result(store, rolloutId, task).map(bytes -> parsed(rolloutId, bytes));
    }

    private static JobResult parsed(String rolloutId, byte[] bytes) {
        try {
            return JobResult.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new StateUnusable(
                    "the database holds a result of rollout " + rolloutId + " that cannot be read: " + e.getMessage()
                            + "; restore a copy made before it was damaged",
                    e);
        }
    }
}
