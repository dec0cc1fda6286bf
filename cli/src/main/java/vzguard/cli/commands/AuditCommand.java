package vzguard.cli.commands;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import vzguard.cli.render.Text;
import vzguard.v1.ListAuditReply;
import vzguard.v1.ListAuditRequest;

/** {@code vzguard audit}. */
@Command(name = "audit", description = "Who did what, newest first (not supported yet: controllers refuse it).")
public final class AuditCommand implements Callable<Integer> {
    private final Session session;

    public AuditCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        return session.ask(client -> {
            ListAuditReply reply = client.quick().listAudit(ListAuditRequest.getDefaultInstance());
            return session.show(
                    reply,
                    screen -> String.join(
                            "\n",
                            reply.getEntriesList().stream().map(Text::line).toList()));
        });
    }
}
