package vzguard.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import vzguard.agent.boot.BootLayout;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.ChangeClass;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Plan;
import vzguard.agent.model.PublishedRule;
import vzguard.agent.model.Step;
import vzguard.policy.Policy;
import vzguard.policy.PolicyParser;
import vzguard.policy.SshGuard.Placement;

/** Rules of others that count connections too: taken in, left with a warning, or in the way. */
class AdoptionTest {
    private static final PublishedRule SET =
            new PublishedRule(3, "-p tcp -m tcp --dport 22 -m state --state NEW -m recent --set --name SSH");

    private static Plan plan(String guard, List<PublishedRule> copies, boolean bootable, String... counting) {
        return plan(guard, copies, bootable, List.of(), counting);
    }

    private static Plan plan(
            String guard, List<PublishedRule> copies, boolean bootable, List<String> elsewhere, String... counting) {
        Policy policy = PolicyParser.parse(
                        "apiVersion: vzguard/v1\nkind: Policy\nmetadata: {name: p}\nspec:\n  sshGuard: {"
                                + "placement: [host], ipv6: false, " + guard + "}\n")
                .policy()
                .orElseThrow();
        GuardSeen seen = new GuardSeen(
                Placement.HOST,
                Family.V4,
                Optional.of(OwnRules.NONE.with(copies)),
                "",
                GuardSeen.Stored.nothing(BootLayout.of(directory -> bootable)),
                0,
                Optional.empty(),
                "",
                List.of(counting),
                elsewhere);
        HostSnapshot host = Simulator.guarding(new Worlds(1).host(), List.of(seen));
        return Planner.plan(policy, host, Optional.empty());
    }

    private static List<Step.Kind> guardSteps(Plan plan) {
        return plan.steps().stream()
                .map(Step::kind)
                .filter(kind -> kind == Step.Kind.WRITE_GUARD || kind == Step.Kind.PERSIST_GUARD)
                .toList();
    }

    @Test
    void whatTheGuardTakesThePlaceOfIsOnRecordBeforeItGoes() {
        Plan plan = plan("list: SSH", List.of(SET), true);
        assertThat(guardSteps(plan)).containsExactly(Step.Kind.PERSIST_GUARD, Step.Kind.WRITE_GUARD);
        Step.WriteGuard write = (Step.WriteGuard) plan.steps().get(plan.steps().size() - 1);
        assertThat(write.adopted()).containsExactly(SET);
        assertThat(write.reason()).contains("takes the place of 1 rule", "whose bans stay");
        assertThat(write.diff()).startsWith("# as published, but for --rttl").contains("-D INPUT " + SET.words());
    }

    @Test
    void theBansStayOnlyInAListOfTheSameName() {
        Plan plan = plan("list: OTHER", List.of(SET), true);
        assertThat(plan.steps().get(plan.steps().size() - 1).reason()).doesNotContain("bans stay");
    }

    /** The published rules guard port 22: a guard of another port takes nothing from it. */
    @Test
    void whereTheGuardIsOnAnotherPortTheyStay() {
        Plan other = plan("ports: [2222], list: OTHER", List.of(SET), true);
        assertThat(guardSteps(other)).containsExactly(Step.Kind.WRITE_GUARD, Step.Kind.PERSIST_GUARD);
        assertThat(other.steps())
                .filteredOn(Step.WriteGuard.class::isInstance)
                .allSatisfy(
                        step -> assertThat(((Step.WriteGuard) step).adopted()).isEmpty());
        Plan same = plan("ports: [2222], list: SSH", List.of(SET), true);
        assertThat(same.changeClass()).isEqualTo(ChangeClass.BLOCKED);
        assertThat(same.causes().get(0).code()).isEqualTo(CauseCode.COUNTED_TWICE);
    }

    @Test
    void whatWouldComeBackAtTheNextStartIsNotTakenIn() {
        Plan plan = plan("list: SSH", List.of(SET), false);
        assertThat(plan.changeClass()).isEqualTo(ChangeClass.BLOCKED);
        assertThat(plan.causes()).anyMatch(cause -> cause.code() == CauseCode.COUNTED_TWICE);
    }

    @Test
    void someoneElsesRuleIsWarnedOfOrInTheWay() {
        String rule = "INPUT -p tcp -m tcp --dport 22 -m recent --update --seconds 9 --name %s -j DROP";
        Plan warned = plan("list: SSH", List.of(), true, rule.formatted("MINE"));
        assertThat(warned.changeClass()).isEqualTo(ChangeClass.LIVE);
        assertThat(warned.warnings()).anyMatch(warning -> warning.contains("the stricter wins"));
        for (String list : List.of("SSH", "SSH-DENY")) {
            Plan blocked = plan("list: SSH", List.of(), true, rule.formatted(list));
            assertThat(blocked.changeClass()).as(list).isEqualTo(ChangeClass.BLOCKED);
            assertThat(blocked.causes().get(0).summary()).contains(list, "--seconds 9");
        }
        assertThat(plan("list: SSH", List.of(), true, rule.formatted("SSHD")).changeClass())
                .as("a longer name is another list")
                .isEqualTo(ChangeClass.LIVE);
    }

    @Test
    void whatStandsInTheOtherBackendIsNotDoubled() {
        for (String rule : List.of(
                "iptables-legacy -A INPUT -p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -j VZG",
                "iptables-legacy -A INPUT -p tcp -m tcp --dport 22 -m recent --set --name SSH")) {
            Plan plan = plan("list: SSH", List.of(), true, List.of(rule));
            assertThat(plan.changeClass()).isEqualTo(ChangeClass.BLOCKED);
            assertThat(plan.causes()).extracting(Cause::code).containsExactly(CauseCode.BOTH_BACKENDS);
            assertThat(plan.causes().get(0).summary()).contains("iptables-legacy", "count twice");
        }
        Plan other = plan(
                "list: SSH",
                List.of(),
                true,
                List.of("iptables-legacy -A INPUT -p tcp -m tcp --dport 22 -m recent --set --name OTHER"));
        assertThat(other.changeClass()).isNotEqualTo(ChangeClass.BLOCKED);
        assertThat(other.warnings()).anyMatch(warning -> warning.contains("the stricter wins"));
    }

    @Test
    void whatCannotBeTakenAwayIsNotSaidToBe() {
        GuardSeen seen = GuardSeen.absent(Placement.HOST, Family.V4)
                .withElsewhere(List.of("iptables-legacy -A INPUT -p tcp -m tcp --dport 22 -j VZG"));
        Plan plan = Planner.revert(Simulator.guarding(new Worlds(1).host(), List.of(seen)), Optional.empty());
        assertThat(plan.changeClass()).isEqualTo(ChangeClass.BLOCKED);
        assertThat(plan.causes()).extracting(Cause::code).containsExactly(CauseCode.BOTH_BACKENDS);
    }
}
