package vzguard.cli.commands;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import vzguard.cli.outcome.ExitCode;
import vzguard.cli.render.CauseText;
import vzguard.v1.DiagnoseRequest;
import vzguard.v1.Diagnosis;

/** {@code vzguard diagnose}. */
@Command(
        name = "diagnose",
        description =
                "Why a guard does not work on a host or in a VE, the evidence, and the cure. Exits with 1 when something"
                        + " is wrong.")
public final class DiagnoseCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "HOST[/CTID]", description = "The host, or a VE of it")
    private String target = "";

    public DiagnoseCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        TargetName name = TargetName.parse(target);
        return session.ask(client -> {
            Diagnosis diagnosis = client.slow()
                    .diagnose(DiagnoseRequest.newBuilder()
                            .setHost(name.host())
                            .setCtid(name.ctid())
                            .build());
            session.show(diagnosis, screen -> CauseText.diagnosis(diagnosis, screen));
            return diagnosis.getCausesCount() == 0 ? ExitCode.DONE : ExitCode.FAILED;
        });
    }
}
