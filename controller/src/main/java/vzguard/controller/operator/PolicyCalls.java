package vzguard.controller.operator;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import vzguard.controller.audit.Audit;
import vzguard.controller.core.Transaction;
import vzguard.controller.core.WireTime;
import vzguard.controller.inventory.TargetList;
import vzguard.controller.policy.LineDiff;
import vzguard.controller.policy.Policies;
import vzguard.controller.policy.Revision;
import vzguard.policy.Policy;
import vzguard.policy.PolicyParser;
import vzguard.policy.PolicyWire;
import vzguard.policy.PolicyYaml;
import vzguard.v1.ApplyPolicyReply;
import vzguard.v1.ApplyPolicyRequest;
import vzguard.v1.DeletePolicyReply;
import vzguard.v1.DeletePolicyRequest;
import vzguard.v1.DiffPolicyReply;
import vzguard.v1.DiffPolicyRequest;
import vzguard.v1.GetPolicyRequest;
import vzguard.v1.ListPoliciesReply;
import vzguard.v1.PolicyHistory;
import vzguard.v1.PolicyView;

/** Calls about policies. Steps of the event loop. */
final class PolicyCalls {
    private static final int MAX_BYTES = 256 * 1024;

    private final Policies policies;
    private final Lookup lookup;
    private final Targets targets;
    private final RolloutCalls rollouts;
    private final Clock clock;

    PolicyCalls(Policies policies, Lookup lookup, Targets targets, RolloutCalls rollouts, Clock clock) {
        this.policies = policies;
        this.lookup = lookup;
        this.targets = targets;
        this.rollouts = rollouts;
        this.clock = clock;
    }

    /** A text that is a policy, and what to say about it. */
    record Read(Policy policy, List<String> warnings) {}

    /** Refuses a faulty text with every problem, one per line: {@code LINE:COLUMN: text}. */
    static Read read(String text) {
        int size = text.getBytes(StandardCharsets.UTF_8).length;
        if (size > MAX_BYTES) {
            throw Fault.invalid("the policy has " + size + " bytes (permitted: at most " + MAX_BYTES + ")");
        }
        PolicyParser.Parsed parsed = PolicyParser.parse(text);
        if (parsed.policy().isEmpty()) {
            throw Fault.invalid(parsed.problems().stream()
                    .map(problem -> problem.line() + ":" + problem.column() + ": "
                            + (problem.path().isEmpty() ? "" : problem.path() + ": ") + problem.message())
                    .toList());
        }
        return new Read(parsed.policy().get(), parsed.warnings());
    }

    ApplyPolicyReply apply(Transaction transaction, String actor, ApplyPolicyRequest request) {
        Read read = read(request.getText());
        Policy policy = read.policy();
        targets.refuseOverlap(policy);
        boolean changed = policies.latest(policy.name())
                .filter(latest -> latest.policy().equals(policy))
                .isEmpty();
        Revision revision;
        if (request.getDryRun()) {
            long number = policies.history(policy.name()).size() + (changed ? 1L : 0L);
            revision = new Revision(policy, number, request.getText(), clock.instant(), actor);
        } else {
            revision = policies.apply(transaction.sql(), policy, request.getText(), clock.instant(), actor);
            if (changed) {
                Audit.record(
                        transaction.sql(),
                        clock.instant(),
                        actor,
                        "ApplyPolicy",
                        "policy " + policy.name() + " revision " + revision.number());
            }
        }
        return ApplyPolicyReply.newBuilder()
                .setPolicy(view(revision))
                .setChanged(changed)
                .addAllWarnings(read.warnings())
                .build();
    }

    ListPoliciesReply list() {
        return ListPoliciesReply.newBuilder()
                .addAllPolicies(policies.latest().stream().map(this::view).toList())
                .build();
    }

    PolicyView get(GetPolicyRequest request) {
        return view(lookup.policy(request.getName(), request.getRevision()));
    }

    PolicyHistory history(GetPolicyRequest request) {
        List<Revision> revisions = new ArrayList<>(policies.history(request.getName()));
        if (revisions.isEmpty()) {
            throw Fault.notFound(
                    "no policy \"" + request.getName() + "\" " + Near.names(request.getName(), policies.names()));
        }
        Collections.reverse(revisions);
        return PolicyHistory.newBuilder()
                .addAllRevisions(revisions.stream().map(this::view).toList())
                .build();
    }

    /** Of the canonical texts: comments and order make no revision and no difference. */
    DiffPolicyReply diff(DiffPolicyRequest request) {
        Policy policy = read(request.getText()).policy();
        String name = policy.name();
        String stored = policies.latest(name)
                .map(latest -> PolicyYaml.write(latest.policy()))
                .orElse("");
        String from = policies.latest(name)
                .map(latest -> name + " revision " + latest.number())
                .orElse(name + " (not stored)");
        return DiffPolicyReply.newBuilder()
                .setDiff(LineDiff.unified(from, stored, name + " (given)", PolicyYaml.write(policy)))
                .build();
    }

    DeletePolicyReply delete(Transaction transaction, String actor, DeletePolicyRequest request) {
        Revision latest = lookup.policy(request.getName(), 0);
        DeletePolicyReply.Builder reply = DeletePolicyReply.newBuilder();
        rollouts.refuseActive(latest.name());
        rollouts.remove(transaction, actor, latest).ifPresent(reply::setRollout);
        policies.delete(transaction.sql(), latest.name(), clock.instant());
        if (!reply.hasRollout()) {
            Audit.record(
                    transaction.sql(),
                    clock.instant(),
                    actor,
                    "DeletePolicy",
                    "policy " + latest.name() + ", nowhere applied");
        }
        return reply.build();
    }

    private PolicyView view(Revision revision) {
        TargetList.Count selected = targets.count(revision.policy());
        return PolicyView.newBuilder()
                .setName(revision.name())
                .setRevision(revision.number())
                .setText(revision.text())
                .setSpec(PolicyWire.toProto(revision.policy()))
                .setCreatedAt(WireTime.of(revision.createdAt()))
                .setCreatedBy(revision.createdBy())
                .setHostsSelected(selected.hosts())
                .setVesSelected(selected.ves())
                .build();
    }
}
