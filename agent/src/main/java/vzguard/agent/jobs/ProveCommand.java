package vzguard.agent.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import vzguard.agent.AgentSettings;
import vzguard.agent.enrol.IdentityFolder;
import vzguard.agent.model.Place;
import vzguard.policy.PolicyParser;
import vzguard.policy.SshGuard;
import vzguard.v1.JobResult;
import vzguard.v1.Proof;
import vzguard.v1.Verdict;
import vzguard.values.Ctid;

/** {@code prove [CTID]}: exit 0 when the guard is proven, 1 when it is not, 2 for bad input. */
@Command(name = "prove", description = "Prove by real connections that the guard of this host or of a VE acts.")
public final class ProveCommand implements Callable<Integer> {
    /** How results are printed. */
    enum Output {
        table,
        json
    }

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private LocalOptions options = new LocalOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "CTID",
            description = "the VE; left out: the host itself",
            defaultValue = "")
    private String ctid = "";

    @Option(
            names = {"-f", "--file"},
            paramLabel = "POLICY",
            description = "prove the settings of this policy (default: those last applied here)")
    private @Nullable Path file;

    @Option(
            names = {"-o", "--output"},
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})",
            defaultValue = "table")
    private Output output = Output.table;

    @Override
    public Integer call() throws IOException {
        CommandSpec command = java.util.Objects.requireNonNull(spec);
        try {
            Place place = ctid.isEmpty() ? Place.HOST : Place.of(new Ctid(ctid));
            Optional<SshGuard> given = file == null ? Optional.empty() : Optional.of(guard(file));
            AgentSettings settings = options.settings();
            Host host = LocalOptions.host(settings);
            Proving.Proved proved = host.proving().prove(place, host.observer().observe(place), given);
            String hostId = new IdentityFolder(settings.stateDirectory())
                    .load()
                    .map(identity -> identity.hostId())
                    .orElse("");
            List<Proof> proofs = new JobWire(() -> hostId, settings.hostName()).proofs(proved.results());
            host.memory().proved(place, proofs);
            var out = command.commandLine().getOut();
            out.print(
                    output == Output.json
                            ? Report.json(JobResult.newBuilder().addAllProofs(proofs))
                            : Report.proofs(proofs));
            out.flush();
            if (proofs.isEmpty()) {
                command.commandLine().getErr().println("UNPROVEN: " + proved.obstacle());
                return 1;
            }
            return proofs.stream().allMatch(proof -> proof.getVerdict() == Verdict.VERDICT_PROVEN) ? 0 : 1;
        } catch (IllegalArgumentException | LocalOptions.BadSettings e) {
            command.commandLine().getErr().println(e.getMessage());
            return 2;
        }
    }

    private static SshGuard guard(Path policy) {
        try {
            PolicyParser.Parsed parsed = PolicyParser.parse(Files.readString(policy));
            return parsed.policy()
                    .orElseThrow(() -> new IllegalArgumentException(String.join(
                            "\n",
                            parsed.problems().stream()
                                    .map(problem -> policy + ":" + problem)
                                    .toList())))
                    .sshGuard();
        } catch (IOException e) {
            throw new IllegalArgumentException(policy + " cannot be read: " + e.getMessage(), e);
        }
    }
}
