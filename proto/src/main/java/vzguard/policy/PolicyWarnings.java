package vzguard.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import vzguard.policy.Modules.Share;
import vzguard.policy.SshGuard.Placement;

/** What a valid policy permits and its writer probably did not mean. */
public final class PolicyWarnings {
    private PolicyWarnings() {}

    /** Sentences for people, each starting with the setting it is about, in the order of the settings. */
    public static List<String> of(Policy policy) {
        List<String> warnings = new ArrayList<>();
        SshGuard guard = policy.sshGuard();
        Modules modules = policy.modules();
        RolloutSettings rollout = policy.rollout();
        if (!guard.isWanted() && modules.require().isEmpty()) {
            warnings.add("spec: asks for nothing: there is no sshGuard and no modules.require");
        }
        if (guard.placement().equals(Set.of(Placement.HOST))
                && modules.require().isEmpty()
                && !policy.selector().ves().isAll()) {
            warnings.add("spec.selector.ves: has no effect: the guard stands on the host only and VEs need no module");
        }
        if (modules.share() != Share.AUTO && !rollout.restarts().allow()) {
            warnings.add(
                    "spec.modules.share: " + Words.of(modules.share()) + " acts in a VE only after its next restart,"
                            + " and rollout.restarts.allow is false: VEs that need one are refused");
        }
        if (guard.isWanted() && guard.allow().isEmpty()) {
            warnings.add("spec.sshGuard.allow: nobody is exempt: connection number " + guard.hits() + " within "
                    + guard.window().toSeconds() + " s is dropped for administrators too;"
                    + " name the networks they come from");
        }
        if (guard.isWanted() && !guard.ipv6()) {
            warnings.add("spec.sshGuard.ipv6: false leaves SSH over IPv6 unguarded");
        }
        if (rollout.thresholds().overall().failures().equals(Threshold.NEVER)
                && rollout.thresholds().perWave().failures().equals(Threshold.NEVER)) {
            warnings.add("spec.rollout.maxFailures: 0 means that the rollout goes on however many targets fail");
        }
        return List.copyOf(warnings);
    }
}
