package vzguard.it.badluck;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.exec.Command;
import vzguard.it.badluck.MortalAgents.Death;
import vzguard.it.badluck.MortalAgents.Fate;
import vzguard.lab.simulated.SimulatedFleet;
import vzguard.lab.simulated.SimulatedHost;
import vzguard.policy.PolicyParser;
import vzguard.policy.PolicyWire;
import vzguard.v1.ApplyJob;
import vzguard.v1.Job;
import vzguard.v1.Outcome;
import vzguard.v1.RevertJob;
import vzguard.values.Ctid;

/**
 * A guard that is taken away stays away: also when the agent before had died in the middle of another change, whose undoing
 * still waits.
 */
class RevertAfterDeathTest {
    private static final int PROGRAMS = 40;
    private static final String FAILSAFE = "203.0.113.250/32";

    @TempDir
    private Path folder;

    private static Job apply(String id, String settings) {
        return Job.newBuilder()
                .setJobId(id)
                .setApply(ApplyJob.newBuilder()
                        .setCtid("101")
                        .setPolicy(PolicyWire.toProto(PolicyParser.parse("apiVersion: vzguard/v1\nkind: Policy\n"
                                        + "metadata: {name: p}\nspec:\n  sshGuard: {" + settings + "}\n")
                                .policy()
                                .orElseThrow())))
                .build();
    }

    private static String rules(SimulatedHost host) {
        Command save = Command.of("iptables-save", "-t", "filter");
        return host.run(save).out() + host.runInside(new Ctid("101"), save).out();
    }

    @Test
    void whatWasTakenAwayDoesNotComeBack() {
        Job first = apply("first", "placement: [ve], hits: 5");
        Job second = apply("second", "placement: [edge], hits: 3");
        Job revert = Job.newBuilder()
                .setJobId("revert")
                .setRevert(RevertJob.newBuilder().setCtid("101"))
                .build();
        int deaths = 0;
        for (int programs = 1; programs <= PROGRAMS; programs++) {
            SimulatedHost host = SimulatedFleet.boot(1, 1).host("hn1");
            MortalAgents agents = new MortalAgents(host, folder.resolve("after-" + programs), FAILSAFE);
            assertThat(agents.run(first, Fate.LIVES).getOutcome()).isEqualTo(Outcome.OUTCOME_DONE);
            try {
                assertThat(agents.run(second, new Fate(programs, true)).getOutcome())
                        .isEqualTo(Outcome.OUTCOME_DONE);
            } catch (Death death) {
                deaths++;
            }
            assertThat(agents.run(revert, Fate.LIVES).getOutcome())
                    .as("after program " + programs)
                    .isIn(Outcome.OUTCOME_DONE, Outcome.OUTCOME_NO_OP);
            assertThat(rules(host)).as("after program " + programs).doesNotContain("VZG");
            host.advance(Duration.ofMinutes(3));
            assertThat(agents.sweep(Fate.LIVES)).as("after program " + programs).isFalse();
            assertThat(rules(host)).as("later, after program " + programs).doesNotContain("VZG");
        }
        assertThat(deaths).isGreaterThan(10);
    }
}
