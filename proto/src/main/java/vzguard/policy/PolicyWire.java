package vzguard.policy;

import vzguard.policy.RolloutSettings.Restarts;
import vzguard.policy.RolloutSettings.Wave;
import vzguard.v1.EscalationSpec;
import vzguard.v1.GuardAction;
import vzguard.v1.GuardRule;
import vzguard.v1.ModulesSpec;
import vzguard.v1.PolicyMode;
import vzguard.v1.PolicySpec;
import vzguard.v1.RestartSpec;
import vzguard.v1.RolloutSpec;
import vzguard.v1.SelectorSpec;
import vzguard.v1.SshGuardSpec;

/** Policies on the wire. A policy without a guard has no {@code ssh_guard} there; every other part is always there. */
public final class PolicyWire {
    private PolicyWire() {}

    public static PolicySpec toProto(Policy policy) {
        PolicySpec.Builder spec = PolicySpec.newBuilder()
                .setName(policy.name())
                .setSelector(SelectorSpec.newBuilder()
                        .setHosts(policy.selector().hosts().toString())
                        .setVes(policy.selector().ves().toString()))
                .setModules(ModulesSpec.newBuilder()
                        .addAllRequire(policy.modules().require())
                        .setShare(vzguard.v1.Share.valueOf(
                                "SHARE_" + policy.modules().share().name()))
                        .setPersist(policy.modules().persist()))
                .setRollout(rollout(policy.rollout()))
                .setMode(PolicyMode.valueOf("POLICY_MODE_" + policy.mode().name()));
        if (policy.sshGuard().isWanted()) {
            spec.setSshGuard(sshGuard(policy.sshGuard()));
        }
        return spec.build();
    }

    /**
     * Reads a policy and judges all of it again: who receives one does not trust who sent it.
     *
     * @throws IllegalArgumentException listing everything that is wrong, not yet supported, missing, or unknown to this
     *     version
     */
    public static Policy fromProto(PolicySpec spec) {
        return new WireReader().policy(spec);
    }

    private static SshGuardSpec sshGuard(SshGuard guard) {
        SshGuardSpec.Builder spec = SshGuardSpec.newBuilder()
                .setRule(GuardRule.valueOf("GUARD_RULE_" + guard.rule().name()))
                .addAllPorts(guard.ports())
                .setWindowSeconds((int) guard.window().toSeconds())
                .setHits(guard.hits())
                .setList(guard.list())
                .setAction(GuardAction.valueOf("GUARD_ACTION_" + guard.action().name()))
                .addAllAllow(guard.allow())
                .setIpv6(guard.ipv6())
                .setBanSeconds((int) guard.ban().toSeconds());
        guard.escalation()
                .ifPresent(escalation -> spec.setEscalation(EscalationSpec.newBuilder()
                        .setAfter(escalation.after())
                        .setWithinSeconds((int) escalation.within().toSeconds())
                        .setBanSeconds((int) escalation.ban().toSeconds())));
        guard.placement()
                .forEach(place -> spec.addPlacement(vzguard.v1.Placement.valueOf("PLACEMENT_" + place.name())));
        return spec.build();
    }

    private static RolloutSpec rollout(RolloutSettings rollout) {
        Restarts restarts = rollout.restarts();
        return RolloutSpec.newBuilder()
                .setCanary(rollout.canary())
                .addAllWaves(rollout.waves().stream().map(Wave::toString).toList())
                .setMaxFailures(rollout.maxFailures())
                .setSoakSeconds((int) rollout.soak().toSeconds())
                .setManualPromotion(rollout.promotion() == RolloutSettings.Promotion.MANUAL)
                .setRestarts(RestartSpec.newBuilder()
                        .setAllow(restarts.allow())
                        .setPerHost(restarts.perHost())
                        .setTotal(restarts.total())
                        .setWindow(restarts.window()))
                .build();
    }
}
