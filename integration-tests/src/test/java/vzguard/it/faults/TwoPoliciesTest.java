package vzguard.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.exec.Command;
import vzguard.policy.PolicyWire;
import vzguard.v1.ApplyJob;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;

/** Two policies meet on one host: one guards the host itself, the other brings modules to it for the sake of its VEs. */
class TwoPoliciesTest {
    private static final String HOST_GUARD = policy("host-guard", "[host]", "[ipt_recent]");
    private static final String VE_GUARD = policy("ve-guard", "[ve]", "[ipt_recent, ipt_state]");

    @TempDir
    Path folder;

    private static String policy(String name, String placement, String modules) {
        return """
                apiVersion: vzguard/v1
                kind: Policy
                metadata: {name: %s}
                spec:
                  modules: {require: %s, share: per-ve, persist: true}
                  sshGuard: {placement: %s, allow: [192.0.2.0/24]}
                """.formatted(name, modules, placement);
    }

    private static void applyToHost(JobHost host, String policy) {
        JobResult result = host.run(
                host.host(),
                Job.newBuilder()
                        .setJobId(policy)
                        .setApply(ApplyJob.newBuilder().setPolicy(PolicyWire.toProto(JobHost.policy(policy))))
                        .build());
        assertThat(result.getOutcome()).as(result.getSummary()).isIn(Outcome.OUTCOME_DONE, Outcome.OUTCOME_NO_OP);
    }

    private static String rules(JobHost host) {
        return host.host().run(Command.of("iptables", "-S")).out();
    }

    @Test
    void aPolicyForVesLeavesTheHostsGuardOfAnotherAlone() {
        JobHost host = new JobHost(folder);
        applyToHost(host, HOST_GUARD);
        assertThat(rules(host)).contains("-N VZG");
        applyToHost(host, VE_GUARD);
        assertThat(rules(host)).contains("-N VZG");
    }

    @Test
    void aPolicyThatNoLongerGuardsTheHostTakesItsOwnGuardAway() {
        JobHost host = new JobHost(folder);
        applyToHost(host, HOST_GUARD);
        applyToHost(host, policy("host-guard", "[ve]", "[ipt_recent]"));
        assertThat(rules(host)).doesNotContain("VZG");
    }
}
