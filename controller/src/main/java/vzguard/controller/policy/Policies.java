package vzguard.controller.policy;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import vzguard.controller.store.PolicyRows;
import vzguard.controller.store.StateUnusable;
import vzguard.policy.Policy;
import vzguard.policy.PolicyWire;
import vzguard.v1.PolicySpec;

/** All policies and their revisions: the rows, and their image in memory. Belongs to the event loop's thread. */
public final class Policies {
    private final SortedMap<String, List<Revision>> revisions = new TreeMap<>();
    private final Set<String> deleted = new HashSet<>();
    private final Map<String, Long> enforced = new HashMap<>();
    private final Map<Revision, PolicySpec> wires = new IdentityHashMap<>();
    private long changes;

    /** Reads everything, at start. @throws StateUnusable when a row cannot be read */
    public void load(Handle sql) {
        for (PolicyRows.Revision row : PolicyRows.revisions(sql)) {
            try {
                Policy policy = PolicyWire.fromProto(PolicySpec.parseFrom(row.spec()));
                keep(new Revision(
                        policy, row.revision(), row.text(), Instant.ofEpochMilli(row.createdAt()), row.createdBy()));
            } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
                throw new StateUnusable(
                        "the database holds revision " + row.revision() + " of policy " + row.name()
                                + ", which this version cannot read: " + e.getMessage()
                                + "; run the version that wrote it, or restore a copy of the state folder",
                        e);
            }
        }
        PolicyRows.heads(sql).stream()
                .filter(head -> head.deletedAt() != null)
                .forEach(head -> deleted.add(head.name()));
        PolicyRows.heads(sql).forEach(head -> enforced.put(head.name(), head.enforced()));
    }

    /** Grows whenever a revision is added or a policy deleted: what was made of {@link #latest} before may be wrong then. */
    public long changes() {
        return changes;
    }

    /** The latest revision of every policy that is not deleted, by name. */
    public List<Revision> latest() {
        return revisions.values().stream()
                .map(all -> all.get(all.size() - 1))
                .filter(revision -> !deleted.contains(revision.name()))
                .toList();
    }

    /** The latest revision; nothing when there is no such policy, or it is deleted. */
    public Optional<Revision> latest(String name) {
        List<Revision> all = revisions.get(name);
        return all == null || deleted.contains(name) ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    /** One revision, also of a deleted policy. */
    public Optional<Revision> revision(String name, long number) {
        return history(name).stream()
                .filter(revision -> revision.number() == number)
                .findFirst();
    }

    /** The enforced revision of every policy that has one, by name. */
    public List<Revision> enforced() {
        return revisions.keySet().stream()
                .flatMap(name -> enforced(name).stream())
                .toList();
    }

    /** A revision as agents get it, made once: a rollout sends it to every target. */
    public PolicySpec wireForAgents(Revision revision) {
        return wires.computeIfAbsent(revision, known -> PolicyWire.forAgents(PolicyWire.toProto(known.policy())));
    }

    /** Every revision, oldest first, also of a deleted policy; empty when there never was one. */
    public List<Revision> history(String name) {
        return Collections.unmodifiableList(revisions.getOrDefault(name, List.of()));
    }

    /** Makes the policy the latest revision; one that says the same as the latest stays what it is. */
    public Revision apply(Handle sql, Policy policy, String text, Instant now, String by) {
        Optional<Revision> present = latest(policy.name());
        if (present.isPresent() && present.get().policy().equals(policy)) {
            return present.get();
        }
        long number = history(policy.name()).size() + 1L;
        byte[] spec = PolicyWire.toProto(policy).toByteArray();
        PolicyRows.add(sql, new PolicyRows.Revision(policy.name(), number, text, spec, now.toEpochMilli(), by));
        Revision revision = new Revision(policy, number, text, now, by);
        keep(revision);
        deleted.remove(policy.name());
        changes++;
        return revision;
    }

    public void delete(Handle sql, String name, Instant now) {
        PolicyRows.delete(sql, name, now.toEpochMilli());
        deleted.add(name);
        enforced.remove(name);
        changes++;
    }

    /** From now on new hosts and VEs are brought to this revision; 0: to none. */
    public void enforce(Handle sql, String name, long revision) {
        PolicyRows.enforce(sql, name, revision);
        enforced.put(name, revision);
    }

    /**
     * The revision that the fleet was brought to, and that new hosts and VEs are brought to: that of the last completed rollout
     * over all targets. Nothing before the first, and once the policy is deleted.
     */
    public Optional<Revision> enforced(String name) {
        long number = enforced.getOrDefault(name, 0L);
        return number == 0 ? Optional.empty() : revision(name, number);
    }

    /** Names of the policies that are not deleted. */
    public List<String> names() {
        return latest().stream().map(Revision::name).toList();
    }

    private void keep(Revision revision) {
        revisions.computeIfAbsent(revision.name(), none -> new ArrayList<>()).add(revision);
        changes++;
    }
}
