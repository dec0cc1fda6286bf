package vzguard.agent.verbs;

import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import vzguard.policy.Policy;
import vzguard.v1.JobResult;

/** Which policy a command is about, and which targets of this host. */
final class PolicyOptions {
    @Mixin
    private Targets targets = new Targets();

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "POLICY",
            description = "the policy; - is standard input")
    private String file = "";

    /** @throws CommandFailed when it is not readable, or not valid */
    Policy policy(Surroundings surroundings) {
        return PolicyFile.read(file, surroundings.err());
    }

    /** CTIDs, the empty text for the host, which comes first. */
    List<String> targets(Policy policy, JobResult observed) {
        return targets.of(policy, observed);
    }
}
