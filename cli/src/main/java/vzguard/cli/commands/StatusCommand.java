package vzguard.cli.commands;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import vzguard.cli.render.StatusText;
import vzguard.v1.FleetStatus;
import vzguard.v1.GetStatusRequest;

/** {@code vzguard status}. */
@Command(name = "status", description = "The fleet at a glance.")
public final class StatusCommand implements Callable<Integer> {
    private final Session session;

    public StatusCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        return session.ask(client -> {
            FleetStatus status = client.quick().getStatus(GetStatusRequest.getDefaultInstance());
            return session.show(status, screen -> StatusText.render(status, screen));
        });
    }
}
