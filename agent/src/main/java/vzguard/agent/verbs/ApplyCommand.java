package vzguard.agent.verbs;

import com.google.protobuf.util.Durations;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import vzguard.agent.tools.HostAddresses;
import vzguard.policy.Policy;
import vzguard.policy.PolicyWire;
import vzguard.policy.RestartWindow;
import vzguard.policy.RolloutSettings;
import vzguard.v1.ApplyJob;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.v1.Plan;
import vzguard.values.Cidr;

/** Brings this host and its VEs to a policy, one target after the other. */
@Command(name = "apply", description = "Brings this host and its VEs to a policy, after showing the plan.")
public final class ApplyCommand implements Callable<Integer> {
    private static final int SHORTEST = 5;
    private static final int LONGEST = 600;

    @Mixin
    private VerbOptions options = new VerbOptions();

    @Mixin
    private PolicyOptions about = new PolicyOptions();

    @Option(names = "--yes", description = "do not ask")
    private boolean yes;

    @Option(names = "--no-restart", description = "refuse what needs a restart of a VE")
    private boolean noRestart;

    @Option(
            names = "--prove",
            description =
                    "prove each guard by connections from made addresses, and confirm that of the host by this too")
    private boolean prove;

    @Option(
            names = "--confirm-within",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "take the host's guard back after this, unless confirmed; 5 to 600, default ${DEFAULT-VALUE}")
    private int confirmWithin;

    @Option(
            names = "--probe-from",
            paramLabel = "ADDRESS",
            defaultValue = "",
            description = "a new connection from there to the host's guarded port confirms its guard too")
    private String probeFrom = "";

    private final Surroundings surroundings;

    public ApplyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (confirmWithin < SHORTEST || confirmWithin > LONGEST) {
            throw new CommandFailed(
                    ExitCode.BAD_INPUT,
                    "--confirm-within: " + confirmWithin + " is not in " + SHORTEST + "-" + LONGEST + " (seconds)");
        }
        checkProbe();
        Policy policy = about.policy(surroundings);
        try (VerbOptions.Local local = options.openToChange(surroundings)) {
            List<String> named = about.targets(policy, ObserveCommand.observe(local));
            JobResult planned = PlanCommand.plan(local, policy, named);
            planned.getPlansList().forEach(plan -> Printing.plan(plan, surroundings.err()));
            if (PlanCommand.changes(planned)) {
                confirm();
            }
            boolean restarts = mayRestart(policy);
            List<JobResult> results = new ArrayList<>();
            for (int i = 0; i < named.size(); i++) {
                JobResult result = apply(local, policy, restarts, named.get(i), planned.getPlans(i));
                print(named.get(i), result);
                results.add(result);
            }
            return ExitCode.of(results);
        }
    }

    /** A connection from the host itself says nothing about who comes from outside. */
    private void checkProbe() {
        if (probeFrom.isEmpty()) {
            return;
        }
        String permitted = " (permitted: one address that is not of this host, such as 192.0.2.7 or 2001:db8::7)";
        Cidr from;
        try {
            from = Cidr.parse(probeFrom);
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(ExitCode.BAD_INPUT, "--probe-from: " + e.getMessage());
        }
        boolean own = HostAddresses.all(surroundings.runner()).stream()
                .anyMatch(address -> Cidr.parse(address.split("/", 2)[0]).equals(from));
        if (prove || !from.isSingle() || from.network().isLoopbackAddress() || own) {
            throw new CommandFailed(
                    ExitCode.BAD_INPUT,
                    prove
                            ? "--probe-from: with --prove the proof confirms; permitted: one of the two"
                            : "--probe-from: " + probeFrom + permitted);
        }
    }

    private void confirm() {
        if (!yes && !surroundings.terminal().apply("Apply this? [y/N] ").strip().equalsIgnoreCase("y")) {
            throw new CommandFailed(ExitCode.REFUSED, "nothing was changed; --yes applies without a question");
        }
    }

    /** The policy's window counts here too: it is the tenants' night, whoever works in it. */
    private boolean mayRestart(Policy policy) {
        RolloutSettings.Restarts restarts = policy.rollout().restarts();
        boolean asked = restarts.allow() && !noRestart;
        if (asked
                && !RestartWindow.parse(restarts.window())
                        .isOpen(Clock.systemUTC().instant())) {
            surroundings
                    .err()
                    .println("restarts are permitted " + restarts.window() + " only: a VE that needs one is left");
            return false;
        }
        return asked;
    }

    /** Pinned to the plan that was shown: what changed since is refused. */
    private JobResult apply(VerbOptions.Local local, Policy policy, boolean restarts, String ctid, Plan plan) {
        ApplyJob.Builder apply = ApplyJob.newBuilder()
                .setPolicy(PolicyWire.toProto(policy))
                .setCtid(ctid)
                .setPlanHash(plan.getHash())
                .setRestartAllowed(restarts);
        // Who logs in anew here has shown that the host lets people in, and nothing about a VE.
        if (prove || !ctid.isEmpty()) {
            apply.setProve(true);
        } else {
            apply.setConfirmWithin(Durations.fromSeconds(confirmWithin)).setProbeFrom(probeFrom);
        }
        Job job =
                Job.newBuilder().setJobId("local apply " + ctid).setApply(apply).build();
        JobResult result = local.jobs()
                .run(job, progress -> surroundings.err().println(Printing.target(ctid) + ": " + progress.getText()));
        local.jobs().resultKept(job.getJobId());
        return result;
    }

    private void print(String ctid, JobResult result) {
        if (options.format.isText()) {
            Printing.result(ctid, result, surroundings.out());
        } else {
            Printing.document(result, options.format, surroundings.out());
        }
    }
}
