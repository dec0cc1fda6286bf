package vzguard.cli.commands;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import vzguard.cli.render.Text;
import vzguard.v1.WhyReply;
import vzguard.v1.WhyRequest;

/** {@code vzguard why}. */
@Command(name = "why", description = "What holds a rollout or a target up, and what to do about it.")
public final class WhyCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "ROLLOUT|HOST[/CTID]", description = "A rollout (r1, r2, ...), a host or a VE")
    private String what = "";

    public WhyCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        return session.ask(client -> {
            WhyReply reply =
                    client.slow().why(WhyRequest.newBuilder().setWhat(what).build());
            return session.show(
                    reply,
                    screen -> String.join(
                            "\n", reply.getLinesList().stream().map(Text::line).toList()));
        });
    }
}
