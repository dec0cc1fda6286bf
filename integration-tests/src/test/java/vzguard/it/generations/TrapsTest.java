package vzguard.it.generations;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.lab.model.Generation;
import vzguard.lab.model.VeState;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;
import vzguard.v1.Plan;
import vzguard.v1.PolicySpec;
import vzguard.v1.VeFacts;
import vzguard.values.Ctid;

/**
 * What people get hurt by (facts 7), on the simulated lab. More of them: {@code VzctlBadLuckTest} (killed, idle and hanging
 * vzctl, a lock held for hours), {@code ProcessRunnerTest} (descendants), {@code OddVesIT} (the real lab).
 */
class TrapsTest {
    private static final PolicySpec GUARD =
            LocalAgent.policy("sshGuard: {placement: [ve], hits: 3, allow: [192.0.2.0/24]}");
    private static final PolicySpec RESTARTS = LocalAgent.policy("""
            modules: {require: [ipt_recent, ipt_state], share: per-ve, persist: true}
            sshGuard: {placement: [ve], hits: 3, allow: [192.0.2.0/24]}
            rollout: {restarts: {allow: true}}""");

    @TempDir
    private Path state;

    /** One whose VE 1 has no connection tracking, so that {@link #RESTARTS} restarts it. */
    private LocalAgent needy(int ves) {
        LocalAgent agent = new LocalAgent(Generation.EL6, ves, state);
        for (int ve = 1; ve <= ves; ve++) {
            agent.out("vzctl", "set", agent.ctid(ve), "--iptables", "iptable_filter", "--save");
            agent.out("vzctl", "restart", agent.ctid(ve));
        }
        agent.observe();
        return agent;
    }

    private static List<String> codes(JobResult result) {
        return result.getCausesList().stream().map(cause -> cause.getCode()).toList();
    }

    /** 7.4: restart would stop it, and vzctl would refuse to start it again. */
    @Test
    void aDisabledVeThatRunsIsNeverRestarted() {
        LocalAgent agent = needy(1);
        agent.out("vzctl", "set", agent.ctid(1), "--disabled", "yes", "--save");
        JobResult result = agent.apply(RESTARTS, agent.ctid(1));
        assertThat(codes(result)).contains("VE_DISABLED");
        assertThat(result.getOutcome()).isEqualTo(Outcome.OUTCOME_SKIPPED);
        assertThat(agent.host().state(new Ctid(agent.ctid(1)))).isEqualTo(VeState.RUNNING);
    }

    /** 7.8: vzctl restart starts a stopped one; 7.7: a suspended one comes back with its old mask. */
    @Test
    void stoppedAndSuspendedVesAreLeftAsTheyAre() {
        LocalAgent agent = needy(2);
        agent.out("vzctl", "stop", agent.ctid(1));
        agent.out("vzctl", "stop", agent.ctid(2));
        agent.write("/vz/dump/Dump." + agent.ctid(2), "dump");
        assertThat(codes(agent.apply(RESTARTS, agent.ctid(1)))).containsExactly("VE_STOPPED");
        assertThat(codes(agent.apply(RESTARTS, agent.ctid(2)))).containsExactly("VE_SUSPENDED");
        assertThat(agent.out("vzctl", "status", agent.ctid(1))).contains("down");
        assertThat(agent.out("vzctl", "status", agent.ctid(2))).contains("down suspended");
    }

    /** 7.3: whose init hears no halt costs 120 s; it is waited for and not killed. */
    @Test
    void aDeafVeIsWaitedFor() {
        LocalAgent agent = needy(1);
        agent.host().makeDeaf(new Ctid(agent.ctid(1)));
        Instant begun = agent.host().clock().instant();
        JobResult result = agent.apply(RESTARTS, agent.ctid(1));
        assertThat(result.getOutcome()).as(result.getSummary()).isEqualTo(Outcome.OUTCOME_DONE);
        assertThat(result.getRestarted()).isTrue();
        assertThat(Duration.between(begun, agent.host().clock().instant())).isGreaterThan(Duration.ofSeconds(119));
    }

    /** 7.9: vzctl set on an id that is not there makes a config of one line. */
    @Test
    void nothingIsSetForAVeThatIsNotThere() {
        LocalAgent agent = needy(1);
        JobResult result = agent.apply(RESTARTS, "999");
        assertThat(codes(result)).containsExactly("VE_MISSING");
        assertThat(result.getOutcome()).isEqualTo(Outcome.OUTCOME_REFUSED);
        assertThat(agent.out("ls", "/etc/vz/conf/")).doesNotContain("999");
    }

    /** 7.2: vzctl reads the last line of a key and rewrites the first. */
    @Test
    void aKeyThatStandsThereTwiceIsFoundBeforeItSwallowsAChange() {
        LocalAgent agent = needy(1);
        String doubled = agent.config() + "IPTABLES=\"iptable_filter\"\n";
        agent.writeConfig(doubled);
        JobResult result = agent.apply(RESTARTS, agent.ctid(1));
        assertThat(codes(result)).contains("DUPLICATE_KEY");
        assertThat(agent.config()).isEqualTo(doubled);
    }

    /** 7.1: the host's own connection tracking is off; the guard does without, and diagnose says what else does not work. */
    @Test
    void conntrackThatIsOffOnTheHostHurtsNoGuard() {
        LocalAgent agent = new LocalAgent(Generation.OVZ6, 1, state);
        agent.write("/sys/module/nf_conntrack/parameters/ip_conntrack_disable_ve0", "1\n");
        PolicySpec host = LocalAgent.policy("sshGuard: {placement: [host], hits: 3, allow: [192.0.2.0/24]}");
        assertThat(agent.apply(host, "").getOutcome()).isEqualTo(Outcome.OUTCOME_DONE);
        assertThat(agent.plan(host, "").getStepsList()).isEmpty();
    }

    /** 7.10: what a VE prints is no instruction, and is not believed further than it concerns the VE itself. */
    @Test
    void aVeThatLiesFloodsOrNeverEndsHidesNoOther() {
        LocalAgent agent = new LocalAgent(Generation.OBSERVED, 4, state);
        String flood = "@begin x save4\n".repeat(80_000);
        agent.host().intercept(command -> {
            List<String> argv = command.argv();
            if (!argv.contains("exec2")) {
                return Optional.empty();
            }
            if (argv.contains(agent.ctid(1))) {
                return Optional.of(new CommandResult(
                        0, flood.getBytes(java.nio.charset.StandardCharsets.UTF_8), new byte[0], false, true));
            }
            if (argv.contains(agent.ctid(2))) {
                agent.host().advance(command.deadline());
                return Optional.of(new CommandResult(137, new byte[0], new byte[0], true, false));
            }
            return argv.contains(agent.ctid(3))
                    ? Optional.of(CommandResult.of(0, "\u001b[31mroot@host# $(reboot)\u0000\n", ""))
                    : Optional.empty();
        });
        JobResult seen = agent.observe();
        assertThat(seen.getVesList()).hasSize(4);
        for (VeFacts odd : seen.getVesList().subList(0, 3)) {
            assertThat(odd.getProblemsList()).as(odd.getCtid()).isNotEmpty();
            assertThat(odd.toString()).doesNotContain("\u001b");
        }
        VeFacts fine = seen.getVes(3);
        assertThat(fine.getProblemsList()).isEmpty();
        assertThat(fine.getPermittedMap()).containsKey("recent");
        assertThat(agent.plan(GUARD, agent.ctid(2)).getCauses(0).getCode()).isEqualTo("VE_UNREACHABLE");
    }

    /** 2: hostnames are their owners' words, and vzlist's JSON does not escape them; a fresh host has none, exit 1. */
    @Test
    void hostnamesWithQuotesAndAnEmptyHost() {
        LocalAgent agent = new LocalAgent(Generation.OBSERVED, 2, state);
        agent.writeConfig(agent.config().replaceAll("HOSTNAME=.*", "HOSTNAME=\"a \\\\\"b\\\\\" ; reboot 'c\""));
        JobResult seen = agent.observe();
        assertThat(seen.getVesList()).hasSize(2);
        assertThat(seen.getVes(0).getHostname()).contains("reboot");
        assertThat(seen.getHost().getProblemsList()).isEmpty();
    }

    @Test
    void aFreshHostHasNoVesAndNoProblem() {
        LocalAgent agent = new LocalAgent(Generation.OBSERVED, 0, state);
        JobResult seen = agent.observe();
        assertThat(seen.getVesList()).isEmpty();
        assertThat(seen.getHost().getProblemsList()).isEmpty();
    }

    /** A VE that is migrated away while a job is at it: nothing is made in its place. */
    @Test
    void aVeThatGoesAwayInTheMiddleLeavesNoStub() {
        LocalAgent agent = needy(1);
        agent.host().intercept(command -> {
            if (command.argv().contains("set")) {
                agent.host().intercept(later -> Optional.empty());
                agent.out("vzctl", "stop", agent.ctid(1));
                agent.delete("/etc/sysconfig/vz-scripts/" + agent.ctid(1) + ".conf");
                return Optional.of(CommandResult.of(14, "", "Container config file does not exist\n"));
            }
            return Optional.empty();
        });
        JobResult result = agent.apply(RESTARTS, agent.ctid(1));
        assertThat(result.getOutcome()).isEqualTo(Outcome.OUTCOME_FAILED);
        assertThat(agent.out("ls", "/etc/vz/conf/")).doesNotContain(agent.ctid(1) + ".conf");
        assertThat(codes(agent.apply(RESTARTS, agent.ctid(1)))).containsExactly("VE_MISSING");
    }

    /** A full disk in the VE: the guard that could not be kept is taken back, and the cause has the VE's words. */
    @Test
    void aFullDiskInAVeIsNamed() {
        LocalAgent agent = new LocalAgent(Generation.OBSERVED, 1, state);
        agent.host()
                .intercept(command -> command.argv().contains("/etc/vzguard/rules.v4")
                                && command.argv().contains("exec3")
                        ? Optional.of(CommandResult.of(1, "", "sh: write error: No space left on device\n"))
                        : Optional.empty());
        JobResult result = agent.apply(GUARD, agent.ctid(1));
        assertThat(result.getOutcome()).isEqualTo(Outcome.OUTCOME_FAILED);
        assertThat(result.toString()).contains("No space left on device");
    }

    /** Two administrators: what was approved is not what is there any more. */
    @Test
    void aChangeBetweenPlanAndApplyIsNoticed() {
        LocalAgent agent = needy(1);
        Plan planned = agent.plan(RESTARTS, agent.ctid(1));
        agent.out("vzctl", "set", agent.ctid(1), "--iptables", "ipt_LOG", "--save");
        JobResult result = agent.apply(RESTARTS, agent.ctid(1), planned);
        assertThat(result.getOutcome()).isEqualTo(Outcome.OUTCOME_REFUSED);
        assertThat(codes(result)).containsExactly("PLAN_CHANGED");
    }

    /** A restart debt is paid by any restart, the tenant's own too; then none is left. */
    @Test
    void theTenantsOwnRestartPaysTheDebt() {
        LocalAgent agent = needy(1);
        agent.out(
                "vzctl",
                "set",
                agent.ctid(1),
                "--iptables",
                "iptable_filter",
                "--iptables",
                "ipt_state",
                "--iptables",
                "ipt_recent",
                "--save");
        assertThat(agent.observe().getVes(0).getRestartPending()).isTrue();
        agent.out("vzctl", "restart", agent.ctid(1));
        assertThat(agent.observe().getVes(0).getRestartPending()).isFalse();
        Plan plan = agent.plan(RESTARTS, agent.ctid(1));
        assertThat(plan.getStepsList()).noneMatch(step -> step.getKind().equals("RESTART_VE"));
    }

    /** The mask replaces: what was shared is named again, and what this vzctl does not know is never sent. */
    @Test
    void whatWasSharedStaysSharedAndUnknownNamesAreNeverSent() {
        LocalAgent agent = new LocalAgent(Generation.LENNY, 1, state);
        agent.out("vzctl", "set", agent.ctid(1), "--iptables", "ipt_owner", "--iptables", "xt_mac", "--save");
        AtomicInteger sent = new AtomicInteger();
        agent.host().intercept(command -> {
            if (isSet(command)) {
                sent.incrementAndGet();
                assertThat(command.argv())
                        .contains("ipt_owner", "xt_mac", "ipt_state")
                        .doesNotContain("ipt_recent");
            }
            return Optional.empty();
        });
        assertThat(agent.apply(RESTARTS, agent.ctid(1)).getOutcome()).isEqualTo(Outcome.OUTCOME_DONE);
        assertThat(sent).hasPositiveValue();
        assertThat(agent.config()).contains("ipt_owner", "xt_mac", "ipt_state");
    }

    private static boolean isSet(Command command) {
        return command.argv().contains("set") && command.argv().contains("--iptables");
    }
}
