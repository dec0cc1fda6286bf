package vzguard.controller.dispatch;

import java.util.List;
import vzguard.controller.rollout.Change;
import vzguard.controller.rollout.RolloutKind;
import vzguard.v1.PolicySpec;

/**
 * What a rollout is to do; frozen when it starts.
 *
 * @param policy name of the policy; empty for a restart by hand
 * @param revision whose settings (waves, budgets, thresholds) it goes by; 0 for a restart by hand
 * @param spec that revision; for a restart by hand the budgets only
 * @param whole it takes every target of the policy, not some of them
 * @param takesBack id of the rollout that this one takes back; else empty
 * @param planId plan that it is held to; empty: whatever each target needs
 * @param changes in the order to be taken
 * @param startedBy operator, or {@link #BY_ENFORCEMENT}
 */
public record RolloutOrder(
        RolloutKind kind,
        String policy,
        long revision,
        PolicySpec spec,
        boolean whole,
        String takesBack,
        String planId,
        List<Change> changes,
        String startedBy) {

    /** Who starts what nobody typed. */
    public static final String BY_ENFORCEMENT = "enforcement";

    public RolloutOrder {
        changes = List.copyOf(changes);
    }

    /** Every target to one revision; to 0 the policy is taken away. */
    public static RolloutOrder of(
            RolloutKind kind,
            String policy,
            long revision,
            PolicySpec spec,
            boolean whole,
            List<Change> changes,
            String startedBy) {
        return new RolloutOrder(kind, policy, revision, spec, whole, "", "", changes, startedBy);
    }

    /** The same, held to a plan. */
    public RolloutOrder by(Plans.Approved plan) {
        return new RolloutOrder(kind, policy, revision, spec, whole, takesBack, plan.id(), changes, startedBy);
    }
}
