package vzguard.policy;

import vzguard.policy.RolloutSettings.Restarts;
import vzguard.policy.RolloutSettings.Wave;
import vzguard.v1.BrakeSpec;
import vzguard.v1.EscalationSpec;
import vzguard.v1.GuardAction;
import vzguard.v1.GuardRule;
import vzguard.v1.ModulesSpec;
import vzguard.v1.PerGroupSpec;
import vzguard.v1.PolicyMode;
import vzguard.v1.PolicySpec;
import vzguard.v1.RestartSpec;
import vzguard.v1.RolloutSpec;
import vzguard.v1.SelectorSpec;
import vzguard.v1.SshGuardSpec;
import vzguard.v1.StopSpec;

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
                .setMode(PolicyMode.valueOf("POLICY_MODE_" + policy.mode().name()))
                .setPrecedence(policy.precedence());
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

    /**
     * What agents need of a policy. How a change travels through the fleet is the controller's: an agent of an earlier version
     * refuses a policy with a setting that it does not know.
     */
    public static PolicySpec forAgents(PolicySpec spec) {
        RolloutSpec.Builder rollout = spec.getRollout().toBuilder()
                .clearStop()
                .clearStopPerWave()
                .clearExpiresSeconds()
                .clearBrake();
        rollout.getRestartsBuilder().clearPerGroup().clearCutoffSeconds().clearFreeze();
        return spec.toBuilder().clearPrecedence().setRollout(rollout).build();
    }

    private static RolloutSpec rollout(RolloutSettings rollout) {
        Threshold failures = rollout.thresholds().overall().failures();
        RolloutSpec.Builder spec = RolloutSpec.newBuilder()
                .setCanary(rollout.canary())
                .addAllWaves(rollout.waves().stream().map(Wave::toString).toList())
                .setMaxFailures(failures.percent() ? 0 : failures.value())
                .setSoakSeconds((int) rollout.soak().toSeconds())
                .setManualPromotion(rollout.promotion() == RolloutSettings.Promotion.MANUAL)
                .setRestarts(restarts(rollout.restarts()));
        Thresholds standard = Thresholds.failures(failures);
        if (failures.percent() || !rollout.thresholds().overall().equals(standard.overall())) {
            spec.setStop(stop(rollout.thresholds().overall()));
        }
        if (!rollout.thresholds().perWave().equals(standard.perWave())) {
            spec.setStopPerWave(stop(rollout.thresholds().perWave()));
        }
        if (!rollout.expires().equals(RolloutSettings.DEFAULT_EXPIRES)) {
            spec.setExpiresSeconds((int) rollout.expires().toSeconds());
        }
        if (!rollout.brake().equals(RolloutSettings.Brake.DEFAULT)) {
            spec.setBrake(BrakeSpec.newBuilder()
                    .setWavePercent(rollout.brake().wave())
                    .setLabel(rollout.brake().label())
                    .setGroupPercent(rollout.brake().group()));
        }
        return spec.build();
    }

    private static StopSpec stop(Thresholds.Counts counts) {
        return StopSpec.newBuilder()
                .setFailures(counts.failures().toString())
                .setRefused(counts.refused().toString())
                .setUnreachable(counts.unreachable().toString())
                .setTimedOut(counts.timedOut().toString())
                .build();
    }

    private static RestartSpec restarts(Restarts restarts) {
        RestartSpec.Builder spec = RestartSpec.newBuilder()
                .setAllow(restarts.allow())
                .setPerHost(restarts.perHost())
                .setTotal(restarts.total())
                .setWindow(restarts.window())
                .setCutoffSeconds((int) restarts.cutoff().toSeconds())
                .addAllFreeze(restarts.freezes().stream().map(Freeze::toString).toList());
        restarts.perGroup()
                .ifPresent(group -> spec.setPerGroup(
                        PerGroupSpec.newBuilder().setLabel(group.label()).setMax(group.max())));
        return spec.build();
    }
}
