package vzguard.it.generations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import vzguard.lab.model.Generation;
import vzguard.lab.model.KernelLine;
import vzguard.lab.model.VzctlRelease;
import vzguard.v1.ChangeClass;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;
import vzguard.v1.Plan;
import vzguard.v1.PlanStep;
import vzguard.v1.PolicySpec;
import vzguard.v1.Proof;
import vzguard.v1.Verdict;

/** The same policy on every generation: the cheapest cure of each, and nothing at all on one that nobody knows. */
class GenerationsTest {
    private static final PolicySpec CHEAPEST =
            LocalAgent.policy("sshGuard: {placement: [host, ve], hits: 3, allow: [192.0.2.0/24]}");
    private static final PolicySpec SHARED = LocalAgent.policy("""
            modules: {require: [ipt_recent, ipt_state], share: per-ve, persist: true}
            sshGuard: {placement: [ve], hits: 3, allow: [192.0.2.0/24]}
            rollout: {restarts: {allow: true}}""");

    @TempDir
    private Path state;

    static Stream<Generation> known() {
        return Stream.of(
                Generation.OBSERVED,
                Generation.LENNY,
                Generation.EL5,
                Generation.EL6,
                Generation.OVZ6,
                Generation.OVZ7,
                Generation.OVZ9);
    }

    private static List<String> steps(Plan plan) {
        return plan.getStepsList().stream().map(PlanStep::getKind).toList();
    }

    @ParameterizedTest
    @MethodSource("known")
    void theCheapestCureRestartsNothingAndHolds(Generation generation) {
        LocalAgent agent = new LocalAgent(generation, 1, state);
        for (String ctid : List.of("", agent.ctid(1))) {
            Plan plan = agent.plan(CHEAPEST, ctid);
            assertThat(steps(plan)).as("%s %s", generation.word(), ctid).doesNotContain("RESTART_VE");
            JobResult result = agent.apply(CHEAPEST, ctid);
            assertThat(result.getOutcome())
                    .as("%s %s: %s", generation.word(), ctid, result)
                    .isEqualTo(Outcome.OUTCOME_DONE);
            assertThat(agent.apply(CHEAPEST, ctid).getOutcome()).isEqualTo(Outcome.OUTCOME_NO_OP);
        }
        assertThat(agent.out("iptables-save", "-t", "filter")).contains("-j VZG");
        agent.host().reboot();
        agent.observe();
        for (String ctid : List.of("", agent.ctid(1))) {
            assertThat(agent.plan(CHEAPEST, ctid).getStepsList())
                    .as("%s %s after a boot", generation.word(), ctid)
                    .isEmpty();
        }
    }

    /** vzctl saves and does not apply, with exit 0 on the classic line and 32 on 7: the config tells, and the restart is due. */
    @ParameterizedTest
    @MethodSource("known")
    void anExplicitShareIsBroughtAboutInTheWordsOfEach(Generation generation) {
        LocalAgent agent = new LocalAgent(generation, 1, state);
        JobResult result = agent.apply(SHARED, agent.ctid(1));
        assertThat(result.getOutcome()).as("%s: %s", generation.word(), result).isIn(Outcome.OUTCOME_DONE);
        assertThat(agent.apply(SHARED, agent.ctid(1)).getOutcome()).isEqualTo(Outcome.OUTCOME_NO_OP);
        boolean accepted = agent.host()
                        .run(vzguard.agent.exec.Command.of(
                                "vzctl",
                                "exec3",
                                agent.ctid(1),
                                "iptables",
                                "-A",
                                "INPUT",
                                "-m",
                                "state",
                                "--state",
                                "NEW"))
                        .exit()
                == 0;
        assertThat(accepted).as("%s: -m state in the VE", generation.word()).isTrue();
    }

    static Stream<Generation> unknown() {
        return Stream.of(
                Generation.UNKNOWN,
                Generation.OVZ6.with(new VzctlRelease("5.1")),
                Generation.OVZ7.with(new VzctlRelease("12.4")));
    }

    @ParameterizedTest
    @MethodSource("unknown")
    void oneThatNobodyKnowsIsReportedAndOnlyObserved(Generation generation) {
        LocalAgent agent = new LocalAgent(generation, 1, state);
        String ctid = agent.ctid(1);
        String before = agent.out("iptables-save") + agent.out("cat", "/etc/vz/conf/" + ctid + ".conf");
        assertThat(agent.observe().getHost().getProblemsList())
                .anyMatch(problem -> problem.contains("only observed") && problem.contains("vzctl"));
        assertThat(agent.observe().getVesList()).hasSize(1);
        for (String place : List.of("", ctid)) {
            Plan plan = agent.plan(CHEAPEST, place);
            assertThat(plan.getChangeClass()).isEqualTo(ChangeClass.CHANGE_CLASS_BLOCKED);
            assertThat(plan.getCauses(0).getCode()).isEqualTo("GENERATION_UNKNOWN");
            assertThat(agent.apply(CHEAPEST, place).getOutcome()).isEqualTo(Outcome.OUTCOME_REFUSED);
            assertThat(agent.causes(place)).contains("GENERATION_UNKNOWN");
        }
        assertThat(agent.out("iptables-save") + agent.out("cat", "/etc/vz/conf/" + ctid + ".conf"))
                .isEqualTo(before);
    }

    /** Connection tracking is bound when a VE starts: loading it now is not enough there (facts 3.6). */
    @Test
    void whatAKernelBindsAtStartCostsARestartEvenWhereTheMaskPermitsIt() {
        Generation early = Generation.EL5.with(KernelLine.LENNY);
        LocalAgent agent = new LocalAgent(early, 1, state);
        String ctid = agent.ctid(1);
        agent.out("vzctl", "set", ctid, "--iptables", "iptable_filter", "--iptables", "ipt_state", "--save");
        agent.out("vzctl", "restart", ctid);
        agent.observe();
        Plan plan = agent.plan(SHARED, ctid);
        assertThat(steps(plan)).contains("LOAD_MODULE", "RESTART_VE");
        assertThat(plan.getStepsList())
                .filteredOn(step -> step.getKind().equals("RESTART_VE"))
                .allSatisfy(step -> assertThat(step.getReason()).contains("when it starts"));
    }

    @Test
    void ipv6IsLeftOutWhereNothingCouldCountItAndThePlanSaysSo() {
        LocalAgent agent = new LocalAgent(Generation.LENNY, 1, state);
        assertThat(agent.plan(CHEAPEST, agent.ctid(1)).getWarningsList())
                .anyMatch(warning -> warning.contains("IPv4 only") && warning.contains("2.6.28"));
    }

    @Test
    void whatNothingCouldGuardIsUnprovenWithItsReasonAndFailsNoRollout() {
        LocalAgent agent = new LocalAgent(Generation.LENNY, 1, state);
        agent.apply(CHEAPEST, agent.ctid(1));
        List<Proof> proofs = agent.prove(agent.ctid(1));
        assertThat(proofs).extracting(Proof::getFamily, Proof::getVerdict).contains(tuple(4, Verdict.VERDICT_PROVEN));
        assertThat(proofs)
                .filteredOn(proof -> proof.getFamily() == 6)
                .allSatisfy(proof -> {
                    assertThat(proof.getVerdict()).isEqualTo(Verdict.VERDICT_UNPROVEN);
                    assertThat(proof.getSummary()).contains("2.6.28");
                })
                .isNotEmpty();
    }

    /** Before 2.6.28 the lists are elsewhere, and take the same words (facts 5.5). */
    @Test
    void bansReachTheListsOfTheOlderRecent() {
        LocalAgent agent = new LocalAgent(Generation.LENNY, 1, state);
        for (String ctid : List.of("", agent.ctid(1))) {
            agent.apply(CHEAPEST, ctid);
            assertThat(agent.ban(ctid, "203.0.113.9").getOutcome()).isEqualTo(Outcome.OUTCOME_DONE);
        }
        assertThat(agent.out("cat", "/proc/net/ipt_recent/SSH-DENY")).contains("203.0.113.9");
        assertThat(agent.out("vzctl", "exec3", agent.ctid(1), "cat", "/proc/net/ipt_recent/SSH-DENY"))
                .contains("203.0.113.9");
        agent.host().reboot();
        assertThat(agent.out("vzctl", "exec3", agent.ctid(1), "cat", "/proc/net/ipt_recent/SSH-DENY"))
                .as("by what loads it at boot")
                .contains("203.0.113.9");
    }
}
