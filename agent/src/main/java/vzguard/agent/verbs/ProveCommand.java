package vzguard.agent.verbs;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import vzguard.policy.PolicyWire;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.v1.ProveJob;
import vzguard.v1.Verdict;

/** {@code prove [CTID]}: exit 0 when the guard is proven, 1 when it is not, 2 for bad input. */
@Command(name = "prove", description = "Proves by real connections that the guard of this host or of a VE acts.")
public final class ProveCommand implements Callable<Integer> {
    @Mixin
    private VerbOptions options = new VerbOptions();

    @Mixin
    private OnePlace place = new OnePlace();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "POLICY",
            description = "prove the settings of this policy (default: those last applied here)")
    private Optional<String> file = Optional.empty();

    private final Surroundings surroundings;

    public ProveCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        ProveJob.Builder prove = ProveJob.newBuilder().setCtid(place.ctid());
        file.ifPresent(name -> prove.setPolicy(PolicyWire.toProto(PolicyFile.read(name, surroundings.err()))));
        try (VerbOptions.Local local = options.open(surroundings.runner())) {
            JobResult result = local.jobs()
                    .run(
                            Job.newBuilder()
                                    .setJobId("local prove")
                                    .setProve(prove)
                                    .build(),
                            progress -> {});
            if (options.format.isText()) {
                surroundings.out().print(Report.proofs(result.getProofsList()));
            } else {
                Printing.document(result, options.format, surroundings.out());
            }
            if (result.getProofsCount() == 0) {
                surroundings.err().println("UNPROVEN: " + result.getSummary());
                return ExitCode.FAILED;
            }
            boolean proven =
                    result.getProofsList().stream().allMatch(proof -> proof.getVerdict() == Verdict.VERDICT_PROVEN);
            return proven ? ExitCode.DONE : ExitCode.FAILED;
        }
    }
}
