package vzguard.cli.commands;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import vzguard.cli.outcome.ExitCode;
import vzguard.cli.render.ProofText;
import vzguard.v1.ProveReply;
import vzguard.v1.ProveRequest;

/** {@code vzguard prove}. */
@Command(
        name = "prove",
        description = "Prove with real connections that a guard acts. Exits with 1 unless every proof holds.")
public final class ProveCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "HOST[/CTID]", description = "The host's own guard, or that of a VE")
    private String target = "";

    public ProveCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        TargetName name = TargetName.parse(target);
        return session.ask(client -> {
            ProveReply reply = client.slow()
                    .prove(ProveRequest.newBuilder()
                            .setHost(name.host())
                            .setCtid(name.ctid())
                            .build());
            session.show(reply, screen -> ProofText.render(reply.getProofsList(), screen));
            return ProofText.holds(reply.getProofsList()) ? ExitCode.DONE : ExitCode.FAILED;
        });
    }
}
