package vzguard.agent.verbs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.v1.RevertJob;
import vzguard.v1.VeFacts;

/** Takes the guards of this host away. */
@Command(
        name = "revert",
        description =
                "Takes away own chains, files and hooks; configs stay, and loaded and shared modules. Twice is as once.")
public final class RevertCommand implements Callable<Integer> {
    @Mixin
    private VerbOptions options = new VerbOptions();

    @Mixin
    private Targets targets = new Targets();

    private final Surroundings surroundings;

    public RevertCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (VerbOptions.Local local = options.openToChange(surroundings)) {
            List<String> places = named(ObserveCommand.observe(local));
            return ExitCode.of(revert(local, places, false, options, surroundings));
        }
    }

    /** One place after the other, told as they end. */
    static List<JobResult> revert(
            VerbOptions.Local local,
            List<String> ctids,
            boolean configs,
            VerbOptions options,
            Surroundings surroundings) {
        List<JobResult> results = new ArrayList<>();
        for (String ctid : ctids) {
            Job job = Job.newBuilder()
                    .setJobId("local revert " + ctid)
                    .setRevert(RevertJob.newBuilder().setCtid(ctid).setConfigs(configs))
                    .build();
            JobResult result = local.jobs()
                    .run(
                            job,
                            progress -> surroundings.err().println(Printing.target(ctid) + ": " + progress.getText()));
            local.jobs().resultKept(job.getJobId());
            if (options.format.isText()) {
                Printing.result(ctid, result, surroundings.out());
            } else {
                Printing.document(result, options.format, surroundings.out());
            }
            results.add(result);
        }
        return results;
    }

    /** Without names: the host and every VE. */
    private List<String> named(JobResult observed) {
        if (targets.host || !targets.ctids.isEmpty()) {
            return targets.named(observed);
        }
        List<String> all = new ArrayList<>(List.of(""));
        observed.getVesList().stream().map(VeFacts::getCtid).forEach(all::add);
        return all;
    }
}
