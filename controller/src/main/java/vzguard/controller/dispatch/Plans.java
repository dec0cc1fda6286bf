package vzguard.controller.dispatch;

import com.google.common.hash.Hashing;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import vzguard.controller.store.PlanRows;
import vzguard.controller.store.StateUnusable;
import vzguard.v1.PolicySpec;

/**
 * Plans that operators were shown, as far as a rollout can be held to them: the hash of each target's plan, by host, in the store.
 * A rollout names its plan; what each of its jobs is held to is read when the job is offered, so that half a million hashes are
 * neither in memory nor copied. Belongs to the event loop's thread.
 */
public final class Plans {
    /** Longer than that nobody remembers what they approved. */
    public static final Duration GOOD_FOR = Duration.ofHours(24);

    /** A target that could not be planned. No plan has this hash, so its agent says what it would do, and does not do it. */
    static final String UNPLANNED = "-";

    private static final String HOST_ITSELF = "-";
    private static final int KEPT = 20;
    private static final int HOSTS_IN_MEMORY = 500;

    private final Map<String, SortedMap<String, String>> recent = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SortedMap<String, String>> eldest) {
            return size() > HOSTS_IN_MEMORY;
        }
    };
    private @Nullable Handle store;

    /**
     * One plan.
     *
     * @param id {@code p1}, {@code p2}, ...
     * @param name as operators write it: id and the beginning of the hash of all hashes, so that no other plan is meant
     */
    public record Approved(String id, String name, String policy, PolicySpec spec, int targets, Instant madeAt) {}

    /** @param handle of the event loop's connection, which stays open as long as this is used */
    void readFrom(Handle handle) {
        store = handle;
    }

    /**
     * Keeps a plan, and forgets old ones that nobody carries out.
     *
     * @param hashes by host, then by CTID (empty: the host itself); empty hashes are of targets that could not be planned
     */
    public Approved keep(
            Handle sql, PolicySpec spec, SortedMap<String, SortedMap<String, String>> hashes, Instant now, String by) {
        long number = PlanRows.lastNumber(sql) + 1;
        SortedMap<String, String> lines = new TreeMap<>();
        StringBuilder all = new StringBuilder();
        int targets = 0;
        for (Map.Entry<String, SortedMap<String, String>> host : hashes.entrySet()) {
            String text = text(host.getValue());
            lines.put(host.getKey(), text);
            all.append(host.getKey()).append(' ').append(hash(text)).append('\n');
            targets += host.getValue().size();
        }
        PlanRows.Plan row = new PlanRows.Plan(
                "p" + number,
                number,
                spec.getName(),
                spec.toByteArray(),
                hash(all.toString()),
                targets,
                now.toEpochMilli(),
                by);
        PlanRows.insert(sql, row, lines);
        PlanRows.forget(sql, now.minus(GOOD_FOR).toEpochMilli(), number - KEPT);
        return approved(row, spec);
    }

    /** By its whole name; nothing when there is none, or another one of that number. */
    public Optional<Approved> find(Handle sql, String name) {
        int slash = name.indexOf('/');
        return PlanRows.find(sql, slash < 0 ? name : name.substring(0, slash)).stream()
                .map(row -> approved(row, spec(row)))
                .filter(plan -> plan.name().equals(name))
                .findFirst();
    }

    /** Its targets: by host, CTIDs (empty: the host itself). */
    public SortedMap<String, Iterable<String>> targets(Handle sql, Approved plan) {
        SortedMap<String, Iterable<String>> targets = new TreeMap<>();
        PlanRows.hosts(sql, plan.id())
                .forEach(
                        host -> targets.put(host.hostId(), parsed(host.hashes()).keySet()));
        return targets;
    }

    /** What a job for the target is held to; {@link #UNPLANNED} where there is no plan of it. */
    String hash(String planId, String hostId, String ctid) {
        return hashes(planId, hostId).getOrDefault(ctid, UNPLANNED);
    }

    /** The plan that the target has now, as its agent said when it refused the other one. */
    void planAgain(Handle sql, String planId, String hostId, String ctid, String hash) {
        SortedMap<String, String> hashes = hashes(planId, hostId);
        hashes.put(ctid, hash.isEmpty() ? UNPLANNED : hash);
        PlanRows.setHashes(sql, planId, hostId, text(hashes));
    }

    private SortedMap<String, String> hashes(String planId, String hostId) {
        Handle sql = store;
        return recent.computeIfAbsent(
                planId + " " + hostId,
                none -> sql == null
                        ? new TreeMap<>()
                        : PlanRows.hashes(sql, planId, hostId)
                                .map(Plans::parsed)
                                .orElseGet(TreeMap::new));
    }

    private static Approved approved(PlanRows.Plan row, PolicySpec spec) {
        return new Approved(
                row.planId(),
                row.planId() + "/" + row.digest().substring(0, 12),
                row.policy(),
                spec,
                row.targets(),
                Instant.ofEpochMilli(row.madeAt()));
    }

    private static PolicySpec spec(PlanRows.Plan row) {
        try {
            return PolicySpec.parseFrom(row.spec());
        } catch (InvalidProtocolBufferException e) {
            throw new StateUnusable("the database holds plan " + row.planId() + ", which cannot be read", e);
        }
    }

    private static String hash(String text) {
        return Hashing.sha256().hashString(text, StandardCharsets.UTF_8).toString();
    }

    private static String text(SortedMap<String, String> hashes) {
        return hashes.entrySet().stream()
                .map(entry -> (entry.getKey().isEmpty() ? HOST_ITSELF : entry.getKey()) + " "
                        + (entry.getValue().isEmpty() ? UNPLANNED : entry.getValue()))
                .collect(Collectors.joining("\n"));
    }

    private static SortedMap<String, String> parsed(String text) {
        SortedMap<String, String> hashes = new TreeMap<>();
        text.lines().forEach(line -> {
            int blank = line.indexOf(' ');
            String ctid = line.substring(0, blank);
            hashes.put(ctid.equals(HOST_ITSELF) ? "" : ctid, line.substring(blank + 1));
        });
        return hashes;
    }
}
