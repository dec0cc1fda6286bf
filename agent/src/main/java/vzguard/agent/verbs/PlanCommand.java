package vzguard.agent.verbs;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import vzguard.policy.Policy;
import vzguard.policy.PolicyWire;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.v1.PlanJob;

/** Shows what a policy would change on this host. */
@Command(name = "plan", description = "Shows what a policy would change here, and why. Changes nothing.")
public final class PlanCommand implements Callable<Integer> {
    @Mixin
    private VerbOptions options = new VerbOptions();

    @Mixin
    private PolicyOptions about = new PolicyOptions();

    @Option(names = "--detailed-exitcode", description = "exit 6 when there are changes")
    private boolean detailedExitCode;

    private final Surroundings surroundings;

    public PlanCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Policy policy = about.policy(surroundings);
        try (VerbOptions.Local local = options.open(surroundings.runner())) {
            JobResult result = plan(local, policy, about.targets(policy, ObserveCommand.observe(local)));
            if (options.format.isText()) {
                result.getPlansList().forEach(plan -> Printing.plan(plan, surroundings.out()));
                surroundings.out().println(Printing.restarts(result.getPlansList()));
            } else {
                Printing.document(result, options.format, surroundings.out());
            }
            return detailedExitCode && changes(result) ? ExitCode.CHANGES : ExitCode.DONE;
        }
    }

    static boolean changes(JobResult result) {
        return result.getPlansList().stream().anyMatch(plan -> plan.getStepsCount() > 0);
    }

    static JobResult plan(VerbOptions.Local local, Policy policy, List<String> targets) {
        Job job = Job.newBuilder()
                .setJobId("local plan")
                .setPlan(PlanJob.newBuilder()
                        .setPolicy(PolicyWire.toProto(policy))
                        .addAllCtids(targets))
                .build();
        return local.jobs().run(job, progress -> {});
    }
}
