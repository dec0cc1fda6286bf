package vzguard.agent.verbs;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.v1.ObserveJob;

/** Shows what the agent sees of this host and its VEs. */
@Command(name = "observe", description = "Shows what is: modules, sharing, VEs, guards. Changes nothing.")
public final class ObserveCommand implements Callable<Integer> {
    @Mixin
    private VerbOptions options = new VerbOptions();

    private final Surroundings surroundings;

    public ObserveCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (VerbOptions.Local local = options.open(surroundings.runner())) {
            JobResult result = observe(local);
            if (options.format.isText()) {
                Printing.facts(result, options.format == VerbOptions.Format.WIDE, surroundings.out());
            } else {
                Printing.document(result, options.format, surroundings.out());
            }
            return ExitCode.DONE;
        }
    }

    static JobResult observe(VerbOptions.Local local) {
        Job job = Job.newBuilder()
                .setJobId("local observe")
                .setObserve(ObserveJob.getDefaultInstance())
                .build();
        return local.jobs().run(job, progress -> {});
    }
}
