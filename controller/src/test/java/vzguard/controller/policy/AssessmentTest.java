package vzguard.controller.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static vzguard.v1.GuardState.GUARD_STATE_IN_PLACE;
import static vzguard.v1.Placement.PLACEMENT_EDGE;
import static vzguard.v1.Placement.PLACEMENT_VE;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import vzguard.policy.PolicyParser;
import vzguard.v1.GuardFact;
import vzguard.v1.GuardState;
import vzguard.v1.Placement;
import vzguard.v1.VeFacts;
import vzguard.v1.VeState;

class AssessmentTest {
    private static final List<String> BOTH = List.of("192.0.2.101", "2001:db8::101");

    private static VeFacts ve(List<String> addresses, GuardFact... guards) {
        return VeFacts.newBuilder()
                .setCtid("101")
                .setState(VeState.VE_STATE_RUNNING)
                .addAllAddresses(addresses)
                .addAllGuards(List.of(guards))
                .build();
    }

    private static GuardFact guard(Placement placement, int family, GuardState state) {
        return GuardFact.newBuilder()
                .setPlacement(placement)
                .setFamily(family)
                .setState(state)
                .build();
    }

    private static GuardFact guard(Placement placement, int family) {
        return guard(placement, family, GUARD_STATE_IN_PLACE);
    }

    private static boolean guarded(VeFacts facts, String sshGuard) {
        String text =
                "apiVersion: vzguard/v1\nkind: Policy\nmetadata: {name: p}\nspec: {sshGuard: {" + sshGuard + "}}\n";
        Revision revision =
                new Revision(PolicyParser.parse(text).policy().orElseThrow(), 1, text, Instant.EPOCH, "operator/root");
        return Assessment.isGuarded(facts, Optional.of(revision));
    }

    @Test
    void insideEveryFamilyThatIsThereCounts() {
        VeFacts v4 = ve(BOTH, guard(PLACEMENT_VE, 4));
        assertThat(guarded(v4, "")).isFalse();
        assertThat(guarded(v4, "ipv6: false")).isTrue();
        assertThat(guarded(v4.toBuilder().setNoIpv6(true).build(), "")).isTrue();
        assertThat(guarded(ve(BOTH, guard(PLACEMENT_VE, 4), guard(PLACEMENT_VE, 6)), ""))
                .isTrue();
    }

    @Test
    void atTheEdgeEveryFamilyOfItsAddressesCounts() {
        VeFacts v4 = ve(BOTH, guard(PLACEMENT_EDGE, 4));
        assertThat(guarded(v4, "placement: [edge]")).isFalse();
        assertThat(guarded(v4, "placement: [edge], ipv6: false")).isTrue();
        assertThat(guarded(ve(List.of("192.0.2.101"), guard(PLACEMENT_EDGE, 4)), "placement: [edge]"))
                .isTrue();
        assertThat(guarded(ve(List.of("2001:db8::101"), guard(PLACEMENT_EDGE, 6)), "placement: [edge]"))
                .isTrue();
        assertThat(guarded(ve(BOTH, guard(PLACEMENT_EDGE, 4), guard(PLACEMENT_EDGE, 6)), "placement: [edge]"))
                .isTrue();
    }

    @Test
    void halfInsideAndHalfAtTheEdgeIsNoGuard() {
        assertThat(guarded(ve(BOTH, guard(PLACEMENT_VE, 4), guard(PLACEMENT_EDGE, 6)), "placement: [ve, edge]"))
                .isFalse();
    }

    @Test
    void whatIsNotInPlaceOrNotRunningIsNotGuarded() {
        VeFacts facts = ve(List.of("192.0.2.101"), guard(PLACEMENT_EDGE, 4, GuardState.GUARD_STATE_ABSENT));
        assertThat(guarded(facts, "placement: [edge]")).isFalse();
        VeFacts stopped = ve(List.of("192.0.2.101"), guard(PLACEMENT_EDGE, 4)).toBuilder()
                .setState(VeState.VE_STATE_STOPPED)
                .build();
        assertThat(guarded(stopped, "placement: [edge]")).isFalse();
    }
}
