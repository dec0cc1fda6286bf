package vzguard.controller.fleet;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import vzguard.controller.store.AgentRows;
import vzguard.controller.store.AppliedRows;
import vzguard.controller.store.StateUnusable;
import vzguard.controller.store.VeRows;
import vzguard.v1.HostFacts;
import vzguard.v1.VeFacts;
import vzguard.v1.VeReport;
import vzguard.v1.VeState;
import vzguard.values.Ctid;

/** All hosts and their VEs: the rows, and their image in memory. Belongs to the event loop's thread. */
public final class Hosts {
    private static final int CLOCK_STEP_SECONDS = 2;

    private final Map<String, Host> hosts = new HashMap<>();
    private final Map<String, Long> seenSinceFlush = new HashMap<>();
    private Consumer<String> onChange = hostId -> {};
    private List<Host> byName = List.of();
    private boolean byNameIsStale = true;

    /** Is given the id of each host whose VEs, labels or connection changed. */
    public void listen(Consumer<String> listener) {
        onChange = listener;
    }

    /** Reads everything, at start. @throws StateUnusable when a row cannot be read */
    public void load(Handle sql) {
        try {
            for (AgentRows.Row row : AgentRows.all(sql)) {
                Host host = new Host(
                        row.hostId(),
                        row.name(),
                        Instant.ofEpochMilli(row.enrolledAt()),
                        Instant.ofEpochMilli(row.lastSeen()),
                        row.streamEpoch());
                host.setFacts(HostFacts.parseFrom(row.facts()), row.digest());
                hosts.put(row.hostId(), host);
                byNameIsStale = true;
            }
            for (VeRows.Row row : VeRows.all(sql)) {
                known(row.hostId())
                        .put(
                                new Ctid(row.ctid()),
                                new Host.Ve(VeFacts.parseFrom(row.facts()), row.digest(), Host.Ve.EVER));
            }
        } catch (InvalidProtocolBufferException e) {
            throw new StateUnusable(
                    "the database holds facts that cannot be read: " + e.getMessage()
                            + "; restore a copy of the state folder",
                    e);
        }
        loadLabels(AgentRows.labels(sql));
        AppliedRows.all(sql).forEach(row -> known(row.hostId()).setApplied(row.ctid(), row.policy(), row.revision()));
    }

    private void loadLabels(List<AgentRows.Label> labels) {
        Map<String, Map<String, String>> fromAgent = new HashMap<>();
        Map<String, Map<String, String>> fromOperator = new HashMap<>();
        for (AgentRows.Label label : labels) {
            (label.origin().equals(AgentRows.FROM_AGENT) ? fromAgent : fromOperator)
                    .computeIfAbsent(label.hostId(), none -> new TreeMap<>())
                    .put(label.name(), label.value());
        }
        fromAgent.forEach((id, map) -> known(id).setAgentLabels(map));
        fromOperator.forEach((id, map) -> known(id).setOperatorLabels(map));
    }

    /** All hosts by name, then id. */
    public List<Host> all() {
        if (byNameIsStale) {
            byName = hosts.values().stream()
                    .sorted(Comparator.comparing(Host::name).thenComparing(Host::id))
                    .toList();
            byNameIsStale = false;
        }
        return byName;
    }

    /** Enrolled, connected or not. */
    public int count() {
        return hosts.size();
    }

    public Optional<Host> byId(String id) {
        return Optional.ofNullable(hosts.get(id));
    }

    /** Every host with that UUID or that name. */
    public List<Host> named(String nameOrId) {
        Host exact = hosts.get(nameOrId);
        return exact != null
                ? List.of(exact)
                : all().stream().filter(host -> host.name().equals(nameOrId)).toList();
    }

    /** A host whose agent was just given a certificate. */
    public void enrol(Handle sql, String id, String name, Map<String, String> labels, Instant now) {
        AgentRows.insert(
                sql, new AgentRows.Row(id, name, now.toEpochMilli(), now.toEpochMilli(), 0, "", "", new byte[0]));
        AgentRows.setLabels(sql, id, AgentRows.FROM_AGENT, labels);
        Host host = new Host(id, name, now, now, 0);
        host.setAgentLabels(labels);
        hosts.put(id, host);
        byNameIsStale = true;
    }

    /** Forgets it for good: its certificate opens nothing any more. */
    public void forget(Handle sql, Host host) {
        AgentRows.delete(sql, host.id());
        hosts.remove(host.id());
        byNameIsStale = true;
        seenSinceFlush.remove(host.id());
    }

    /** Sets the operator's labels; an empty value hides the agent's. */
    public void label(Handle sql, Host host, Map<String, String> labels) {
        AgentRows.setLabels(sql, host.id(), AgentRows.FROM_OPERATOR, labels);
        host.setOperatorLabels(labels);
        onChange.accept(host.id());
    }

    void greet(Handle sql, Host host, String name, long epoch, String version, Map<String, String> labels, Instant at) {
        AgentRows.greet(sql, host.id(), name, epoch, version);
        if (!labels.equals(host.agentLabels())) {
            AgentRows.setLabels(sql, host.id(), AgentRows.FROM_AGENT, labels);
        }
        byNameIsStale |= !host.name().equals(name);
        host.greeted(name, epoch, at);
        host.setAgentLabels(labels);
        onChange.accept(host.id());
    }

    /** Soft state: written by {@link #flushLastSeen}. */
    void seen(Host host, Instant at) {
        host.seen(at);
        seenSinceFlush.put(host.id(), at.toEpochMilli());
    }

    /** Writes the changed times of all hosts at once. */
    public void flushLastSeen(Handle sql) {
        AgentRows.setLastSeen(sql, seenSinceFlush);
        seenSinceFlush.clear();
    }

    /** Stores what the agent says of its host; nothing is written when it is what is stored. */
    public void report(Handle sql, Host host, HostFacts facts) {
        String digest = FactDigest.of(facts);
        if (!digest.equals(host.digest())) {
            AgentRows.setFacts(sql, host.id(), digest, facts.toByteArray());
        }
        host.setFacts(facts, digest);
    }

    /** Stores what the agent says of its VEs. CTIDs that are none are left out: nothing can be done to them. */
    public VeChanges report(Handle sql, Host host, VeReport report) {
        Set<Ctid> gone = new HashSet<>();
        report.getGoneList().stream().filter(Ctid::isValid).map(Ctid::new).forEach(gone::add);
        Map<Ctid, Host.Ve> changed = new HashMap<>();
        for (VeFacts facts : report.getChangedList()) {
            if (Ctid.isValid(facts.getCtid())) {
                Ctid ctid = new Ctid(facts.getCtid());
                changed.put(ctid, new Host.Ve(facts, FactDigest.of(facts), runningSince(host, ctid, facts)));
            }
        }
        if (report.getComplete()) {
            gone.addAll(host.ves().keySet());
        }
        gone.removeAll(changed.keySet());
        gone.retainAll(host.ves().keySet());
        VeRows.upsert(
                sql,
                changed.entrySet().stream()
                        .filter(entry -> !isStored(host, entry.getKey(), entry.getValue()))
                        .map(entry -> row(host, entry.getValue()))
                        .toList());
        VeChanges changes = changes(host, changed, gone);
        changed.forEach(host::put);
        remove(sql, host, gone);
        onChange.accept(host.id());
        return changes;
    }

    private static VeChanges changes(Host host, Map<Ctid, Host.Ve> changed, Collection<Ctid> gone) {
        List<String> started = new ArrayList<>();
        List<String> settled = new ArrayList<>();
        changed.forEach((ctid, ve) -> {
            if (ve.isRunning()) {
                settled.add(ctid.text());
                Host.Ve before = host.ves().get(ctid);
                if (before != null && (!before.isRunning() || isLater(ve, before))) {
                    started.add(ctid.text());
                }
            }
        });
        gone.forEach(ctid -> settled.add(ctid.text()));
        return new VeChanges(started, settled);
    }

    /** By the host's own clock; a step of that clock by seconds is no start. */
    private static boolean isLater(Host.Ve ve, Host.Ve before) {
        return ve.facts().hasStartedAt()
                && before.facts().hasStartedAt()
                && ve.facts().getStartedAt().getSeconds()
                        > before.facts().getStartedAt().getSeconds() + CLOCK_STEP_SECONDS;
    }

    /** What was applied to a VE that is gone says nothing of one that takes its CTID later, from elsewhere. */
    private static void remove(Handle sql, Host host, Collection<Ctid> gone) {
        List<String> ctids = gone.stream().map(Ctid::text).toList();
        VeRows.delete(sql, host.id(), ctids);
        AppliedRows.deleteAll(sql, host.id(), ctids);
        gone.forEach(host::remove);
    }

    private static Instant runningSince(Host host, Ctid ctid, VeFacts facts) {
        if (facts.getState() != VeState.VE_STATE_RUNNING) {
            return Host.Ve.EVER;
        }
        return Optional.ofNullable(host.ves().get(ctid))
                .filter(Host.Ve::isRunning)
                .filter(before -> before.facts().getStartedAt().equals(facts.getStartedAt()))
                .map(Host.Ve::runningSince)
                .orElse(host.lastSeen());
    }

    private static boolean isStored(Host host, Ctid ctid, Host.Ve ve) {
        Host.Ve stored = host.ves().get(ctid);
        return stored != null && stored.digest().equals(ve.digest());
    }

    private static VeRows.Row row(Host host, Host.Ve ve) {
        return new VeRows.Row(
                host.id(),
                ve.facts().getCtid(),
                ve.facts().getStateValue(),
                ve.digest(),
                ve.facts().toByteArray());
    }

    /** VEs that the agent no longer names. */
    VeChanges retain(Handle sql, Host host, Collection<String> ctids) {
        List<Ctid> gone = host.ves().keySet().stream()
                .filter(ctid -> !ctids.contains(ctid.text()))
                .toList();
        remove(sql, host, gone);
        onChange.accept(host.id());
        return changes(host, Map.of(), gone);
    }

    /** A revision was brought about on a target. */
    public void applied(Handle sql, Host host, String ctid, String policy, long revision, Instant at) {
        AppliedRows.upsert(sql, new AppliedRows.Row(host.id(), ctid, policy, revision, at.toEpochMilli()));
        host.setApplied(ctid, policy, revision);
    }

    /** A policy was taken away from a target. */
    public void removed(Handle sql, Host host, String ctid, String policy) {
        AppliedRows.delete(sql, host.id(), ctid, policy);
        host.unsetApplied(ctid, policy);
    }

    private Host known(String id) {
        Host host = hosts.get(id);
        if (host == null) {
            throw new StateUnusable("the database names a host it does not hold: " + id);
        }
        return host;
    }
}
