package vzguard.agent.verbs;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import vzguard.v1.DiagnoseJob;
import vzguard.v1.Diagnosis;
import vzguard.v1.Job;

/** {@code diagnose [CTID]}: exit 0 when nothing is wrong, 1 when a cause was found, 2 for bad input. */
@Command(name = "diagnose", description = "Says what is wrong with the SSH guard of this host or of a VE, and why.")
public final class DiagnoseCommand implements Callable<Integer> {
    @Mixin
    private VerbOptions options = new VerbOptions();

    @Mixin
    private OnePlace place = new OnePlace();

    private final Surroundings surroundings;

    public DiagnoseCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Job job = Job.newBuilder()
                .setJobId("local diagnose")
                .setDiagnose(DiagnoseJob.newBuilder().setCtid(place.ctid()))
                .build();
        try (VerbOptions.Local local = options.open(surroundings.runner())) {
            Diagnosis diagnosis = local.jobs().run(job, progress -> {}).getDiagnosis();
            if (options.format.isText()) {
                surroundings.out().print(Report.diagnosis(diagnosis));
            } else {
                Printing.document(diagnosis, options.format, surroundings.out());
            }
            return diagnosis.getCausesCount() == 0 ? ExitCode.DONE : ExitCode.FAILED;
        }
    }
}
