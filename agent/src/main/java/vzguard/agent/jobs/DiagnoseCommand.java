package vzguard.agent.jobs;

import java.io.IOException;
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
import vzguard.policy.Policy;
import vzguard.v1.Diagnosis;
import vzguard.values.Ctid;

/** {@code diagnose [CTID]}: exit 0 when nothing is wrong, 1 when a cause was found, 2 for bad input. */
@Command(name = "diagnose", description = "Say what is wrong with the SSH guard of this host or of a VE, and why.")
public final class DiagnoseCommand implements Callable<Integer> {
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
            names = {"-o", "--output"},
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})",
            defaultValue = "table")
    private ProveCommand.Output output = ProveCommand.Output.table;

    @Override
    public Integer call() throws IOException {
        CommandSpec command = java.util.Objects.requireNonNull(spec);
        try {
            Place place = ctid.isEmpty() ? Place.HOST : Place.of(new Ctid(ctid));
            AgentSettings settings = options.settings();
            Host host = LocalOptions.host(settings);
            String hostId = new IdentityFolder(settings.stateDirectory())
                    .load()
                    .map(identity -> identity.hostId())
                    .orElse("");
            Diagnosis diagnosis = new JobWire(() -> hostId, settings.hostName())
                    .diagnosis(host.diagnoser()
                            .diagnose(place, host.memory().applied(place).map(Policy::sshGuard)));
            var out = command.commandLine().getOut();
            out.print(output == ProveCommand.Output.json ? Report.json(diagnosis) : Report.diagnosis(diagnosis));
            out.flush();
            return diagnosis.getCausesCount() == 0 ? 0 : 1;
        } catch (IllegalArgumentException | LocalOptions.BadSettings e) {
            command.commandLine().getErr().println(e.getMessage());
            return 2;
        }
    }
}
