package vzguard.cli.commands;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import vzguard.cli.outcome.CommandFailed;
import vzguard.cli.render.AuditText;
import vzguard.v1.ListAuditReply;
import vzguard.v1.ListAuditRequest;

/** {@code vzguard audit}. */
@Command(name = "audit", description = "Who did what, newest first.")
public final class AuditCommand implements Callable<Integer> {
    private static final int MOST = 5000;

    private final Session session;

    @Option(
            names = {"-n", "--last"},
            paramLabel = "N",
            defaultValue = "50",
            description = "Entries to show, 1-5000; default: 50")
    private int last;

    public AuditCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (last < 1 || last > MOST) {
            throw CommandFailed.badInput("--last " + last + " is not permitted (permitted: 1-" + MOST + ")");
        }
        return session.ask(client -> {
            ListAuditReply reply = client.quick()
                    .listAudit(ListAuditRequest.newBuilder().setPageSize(last).build());
            return session.show(reply, screen -> AuditText.table(reply.getEntriesList(), screen));
        });
    }
}
