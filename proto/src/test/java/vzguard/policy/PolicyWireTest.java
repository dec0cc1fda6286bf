package vzguard.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import org.junit.jupiter.api.Test;
import vzguard.v1.EscalationSpec;
import vzguard.v1.GuardRule;
import vzguard.v1.ModulesSpec;
import vzguard.v1.PolicySpec;
import vzguard.v1.RestartSpec;
import vzguard.v1.RolloutSpec;
import vzguard.v1.SelectorSpec;
import vzguard.v1.SshGuardSpec;

class PolicyWireTest {
    private static final Policy POLICY = PolicyParser.parse("""
            apiVersion: vzguard/v1
            kind: Policy
            metadata: {name: ssh-guard}
            spec: {sshGuard: {allow: [192.0.2.0/24]}}
            """).policy().orElseThrow();

    private static PolicySpec.Builder spec() {
        return PolicyWire.toProto(POLICY).toBuilder();
    }

    private static void refused(PolicySpec.Builder spec, String... faults) {
        assertThatThrownBy(() -> PolicyWire.fromProto(spec.build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("policy refused: " + String.join("; ", faults));
    }

    @Test
    void anEmptyMessageLacksEverything() {
        refused(
                PolicySpec.newBuilder(),
                "selector: is missing",
                "modules: is missing",
                "rollout: is missing",
                "name: \"\" is not permitted (1-63 characters of a-z, 0-9 and -, starting with a letter)",
                "mode: is missing");
    }

    @Test
    void everySettingIsJudgedAgain() {
        PolicySpec.Builder spec = PolicySpec.newBuilder()
                .setName("../x")
                .setSelector(SelectorSpec.newBuilder().setHosts("dc=").setVes("120-101"))
                .setModules(ModulesSpec.newBuilder().addRequire("ipt_recent").addRequire("ipt_recent; reboot"))
                .setSshGuard(SshGuardSpec.newBuilder()
                        .addPlacementValue(99)
                        .setRuleValue(7)
                        .addPorts(22)
                        .addPorts(-1)
                        .setWindowSeconds(0)
                        .setHits(21)
                        .setList("a/b")
                        .addAllow("10.0.0.0/33")
                        .addAllow("localhost"))
                .setRollout(RolloutSpec.newBuilder()
                        .setCanary(-1)
                        .addWaves("50%")
                        .setMaxFailures(-1)
                        .setSoakSeconds(86_401)
                        .setRestarts(RestartSpec.newBuilder().setPerHost(51).setWindow("always")))
                .setModeValue(3);
        assertThatThrownBy(() -> PolicyWire.fromProto(spec.build()))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .contains(
                        "name: \"../x\" is not permitted",
                        "selector.hosts: \"dc=\" is no host term",
                        "selector.ves: CTID range \"120-101\" runs backwards",
                        "modules.require[1]: \"ipt_recent; reboot\" is no module",
                        "modules.share: is missing",
                        "sshGuard.placement[0]: a value that is unknown to this version; the sender is newer",
                        "sshGuard.rule: a value that is unknown to this version; the sender is newer",
                        "sshGuard.ports[1]: 4294967295 is not permitted (1-65535)",
                        "sshGuard.window: 0 is not permitted (1-86400)",
                        "sshGuard.hits: 21 is not permitted (2-20)",
                        "sshGuard.list: \"a/b\" is not permitted",
                        "sshGuard.action: is missing",
                        "sshGuard.allow[0]: \"10.0.0.0/33\" has no valid prefix length",
                        "sshGuard.allow[1]: \"localhost\" is no address",
                        "rollout.canary: 4294967295 is not permitted (0-1000)",
                        "rollout.waves: the last wave must be 100%, not 50%",
                        "rollout.maxFailures: 4294967295 is not permitted (0-100000, or 1%-100%)",
                        "rollout.soak: 86401 is not permitted (0-86400)",
                        "rollout.restarts.perHost: 51 is not permitted (1-50)",
                        "rollout.restarts.total: 0 is not permitted (1-10000)",
                        "rollout.restarts.window: \"always\" is no window",
                        "mode: a value that is unknown to this version; the sender is newer");
    }

    @Test
    void bansAreJudgedHereToo() {
        refused(
                spec().setSshGuard(spec().getSshGuard().toBuilder().setBanSeconds(600)),
                "sshGuard.ban: acts with rule: fixed-ban only");
        refused(
                spec().setSshGuard(spec().getSshGuard().toBuilder()
                        .setRule(GuardRule.GUARD_RULE_FIXED_BAN)
                        .setWindowSeconds(60)
                        .setBanSeconds(59)
                        .setEscalation(EscalationSpec.newBuilder()
                                .setAfter(21)
                                .setWithinSeconds(3_600)
                                .setBanSeconds(604_801))),
                "sshGuard.ban: 59s is shorter than the window (60s)",
                "sshGuard.escalation.after: 21 is not permitted (2-20)",
                "sshGuard.escalation.ban: 604801 is not permitted (1-604800)");
    }

    @Test
    void aGuardWithoutPlacementIsNoGuardAndRefused() {
        refused(
                spec().setSshGuard(spec().getSshGuard().toBuilder().clearPlacement()),
                "sshGuard.placement: is empty (any of host, ve, edge; to guard nothing, leave sshGuard out)");
    }

    @Test
    void aSettingOfANewerVersionIsRefusedAndNotDropped() {
        UnknownFieldSet newer = UnknownFieldSet.newBuilder()
                .addField(77, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
        refused(
                spec().setSshGuard(spec().getSshGuard().toBuilder().setUnknownFields(newer)),
                "sshGuard: field 77 is unknown to this version; the sender is newer");
        refused(spec().setUnknownFields(newer), "field 77 is unknown to this version; the sender is newer");
    }

    @Test
    void noGuardIsNoMessage() {
        Policy without = new Policy(
                POLICY.name(), POLICY.selector(), POLICY.modules(), SshGuard.NONE, POLICY.rollout(), POLICY.mode());
        assertThat(PolicyWire.toProto(without).hasSshGuard()).isFalse();
        assertThat(PolicyWire.fromProto(PolicyWire.toProto(without))).isEqualTo(without);
    }

    /** Agents of an earlier version refuse what they do not know; they need none of it. */
    @Test
    void agentsGetNothingOfHowAChangeTravels() {
        for (long seed = 0; seed < 500; seed++) {
            PolicySpec sent = PolicyWire.forAgents(PolicyWire.toProto(RandomPolicy.of(seed)));

            assertThat(sent.getPrecedence()).isZero();
            assertThat(sent.getRollout().getAllFields().keySet())
                    .extracting(field -> field.getNumber())
                    .allMatch(number -> number <= 6);
            assertThat(sent.getRollout().getRestarts().getAllFields().keySet())
                    .extracting(field -> field.getNumber())
                    .allMatch(number -> number <= 4);
            assertThat(PolicyWire.fromProto(sent).sshGuard())
                    .isEqualTo(RandomPolicy.of(seed).sshGuard());
        }
    }

    @Test
    void aPolicyFromBeforeASettingHasItsDefault() {
        PolicySpec old = PolicyWire.toProto(RandomPolicy.of(1)).toBuilder()
                .setRollout(RolloutSpec.newBuilder()
                        .addWaves("100%")
                        .setMaxFailures(7)
                        .setRestarts(RestartSpec.newBuilder().setPerHost(1).setTotal(1)))
                .build();

        RolloutSettings read = PolicyWire.fromProto(old).rollout();

        assertThat(read.thresholds()).isEqualTo(Thresholds.failures(Threshold.of(7)));
        assertThat(read.expires()).isEqualTo(RolloutSettings.DEFAULT_EXPIRES);
        assertThat(read.brake()).isEqualTo(RolloutSettings.Brake.DEFAULT);
        assertThat(read.restarts().perGroup()).isEmpty();
    }
}
