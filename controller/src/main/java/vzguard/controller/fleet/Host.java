package vzguard.controller.fleet;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import vzguard.controller.inventory.HostEntry;
import vzguard.v1.HostFacts;
import vzguard.v1.VeFacts;
import vzguard.v1.VeState;
import vzguard.values.Ctid;

/** What is known of one host, in memory. Belongs to the event loop's thread. */
public final class Host {
    private final String id;
    private final Instant enrolledAt;
    private final SortedMap<Ctid, Ve> ves = new TreeMap<>();
    /** By CTID, "" for the host itself; then by policy. */
    private final SortedMap<String, SortedMap<String, Long>> applied = new TreeMap<>();

    private String name;
    private Instant lastSeen;
    private Instant connectedSince = Instant.EPOCH;
    private long streamEpoch;
    private HostFacts facts = HostFacts.getDefaultInstance();
    private String digest = "";
    private SortedMap<String, String> agentLabels = Collections.emptySortedMap();
    private SortedMap<String, String> operatorLabels = Collections.emptySortedMap();
    private SortedMap<String, String> labels = Collections.emptySortedMap();
    private boolean cloneSuspected;
    private @Nullable HostEntry entry;
    private long changes;

    Host(String id, String name, Instant enrolledAt, Instant lastSeen, long streamEpoch) {
        this.id = id;
        this.name = name;
        this.enrolledAt = enrolledAt;
        this.lastSeen = lastSeen;
        this.streamEpoch = streamEpoch;
    }

    /**
     * One VE.
     *
     * @param digest of the facts without their times
     * @param runningSince when the controller learnt that it runs, or that it was started anew; of one that ran already when the
     *     controller started, and of one that does not run, the beginning of time
     */
    public record Ve(VeFacts facts, String digest, Instant runningSince) {
        static final Instant EVER = Instant.EPOCH;

        /** Its state is running. */
        public boolean isRunning() {
            return facts.getState() == VeState.VE_STATE_RUNNING;
        }
    }

    /** UUID from its certificate. */
    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    public Instant enrolledAt() {
        return enrolledAt;
    }

    /** When a message last came from its agent, or its stream ended. */
    public Instant lastSeen() {
        return lastSeen;
    }

    /** When its agent last connected, since the controller started. */
    public Instant connectedSince() {
        return connectedSince;
    }

    public HostFacts facts() {
        return facts;
    }

    public SortedMap<Ctid, Ve> ves() {
        return Collections.unmodifiableSortedMap(ves);
    }

    /** What selecting targets needs of it; the same object until something of that changes. */
    public HostEntry entry() {
        HostEntry known = entry;
        if (known == null) {
            known = new HostEntry(
                    id,
                    name,
                    labels,
                    ves.entrySet().stream()
                            .map(ve -> new HostEntry.VeEntry(
                                    ve.getKey(),
                                    ve.getValue().isRunning(),
                                    ve.getValue().facts().getRestartPending()))
                            .toList());
            entry = known;
        }
        return known;
    }

    /** Grows whenever its name, labels, VEs or what is applied to them changes: what was counted before may be wrong then. */
    public long changes() {
        return changes;
    }

    private void changed() {
        entry = null;
        changes++;
    }

    /** The agent's labels, overridden by the operator's; those the operator emptied are left out. */
    public SortedMap<String, String> labels() {
        return labels;
    }

    private void mergeLabels() {
        SortedMap<String, String> merged = new TreeMap<>(agentLabels);
        merged.putAll(operatorLabels);
        merged.values().removeIf(String::isEmpty);
        labels = Collections.unmodifiableSortedMap(merged);
        changed();
    }

    SortedMap<String, String> agentLabels() {
        return agentLabels;
    }

    public SortedMap<String, String> operatorLabels() {
        return operatorLabels;
    }

    /** Policy to revision last applied to the VE; with an empty CTID, to the host itself. */
    public SortedMap<String, Long> applied(String ctid) {
        return Collections.unmodifiableSortedMap(applied.getOrDefault(ctid, Collections.emptySortedMap()));
    }

    /** CTIDs ("" for the host itself) on which the policy was applied. */
    public List<String> appliedTo(String policy) {
        return applied.entrySet().stream()
                .filter(entry -> entry.getValue().containsKey(policy))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Two machines seem to use this host's certificate. */
    public boolean isCloneSuspected() {
        return cloneSuspected;
    }

    String digest() {
        return digest;
    }

    /** Digest of a VE's facts; empty when it is not known. */
    String storedDigest(String ctid) {
        Ve ve = Ctid.isValid(ctid) ? ves.get(new Ctid(ctid)) : null;
        return ve == null ? "" : ve.digest();
    }

    long streamEpoch() {
        return streamEpoch;
    }

    void greeted(String newName, long epoch, Instant at) {
        name = newName;
        streamEpoch = epoch;
        connectedSince = at;
        changed();
    }

    void seen(Instant at) {
        lastSeen = at;
    }

    void suspectClone() {
        cloneSuspected = true;
    }

    void setFacts(HostFacts newFacts, String newDigest) {
        facts = newFacts;
        digest = newDigest;
    }

    void put(Ctid ctid, Ve ve) {
        ves.put(ctid, ve);
        changed();
    }

    void remove(Ctid ctid) {
        ves.remove(ctid);
        applied.remove(ctid.text());
        changed();
    }

    void setAgentLabels(Map<String, String> given) {
        agentLabels = new TreeMap<>(given);
        mergeLabels();
    }

    void setOperatorLabels(Map<String, String> given) {
        operatorLabels = new TreeMap<>(given);
        mergeLabels();
    }

    void setApplied(String ctid, String policy, long revision) {
        applied.computeIfAbsent(ctid, none -> new TreeMap<>()).put(policy, revision);
        changed();
    }

    void unsetApplied(String ctid, String policy) {
        SortedMap<String, Long> policies = applied.get(ctid);
        if (policies != null) {
            policies.remove(policy);
            changed();
        }
    }
}
