package vzguard.cli.commands;

import java.net.InetAddress;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import vzguard.cli.outcome.ExitCode;
import vzguard.cli.render.Table;
import vzguard.v1.BanAction;
import vzguard.v1.ChangeBanRequest;
import vzguard.v1.ListBansReply;
import vzguard.v1.ListBansRequest;

/** {@code vzguard bans}. */
@Command(name = "bans", description = "Addresses that a guard blocks (not supported yet: controllers refuse it).")
public final class BansCommand {
    private final Session session;

    public BansCommand(Session session) {
        this.session = session;
    }

    @Command(description = "List blocked addresses.")
    int list(@Parameters(paramLabel = "HOST[/CTID]", description = "Whose guard") String target) {
        TargetName name = TargetName.parse(target);
        return session.ask(client -> {
            ListBansReply reply = client.slow()
                    .listBans(ListBansRequest.newBuilder()
                            .setHost(name.host())
                            .setCtid(name.ctid())
                            .build());
            List<String> addresses = reply.getAddressesList().stream().sorted().toList();
            return session.show(reply, screen -> {
                Table table = new Table("ADDRESS");
                addresses.forEach(table::add);
                return screen.render(table);
            });
        });
    }

    @Command(description = "Block an address.")
    int add(
            @Parameters(index = "0", paramLabel = "HOST[/CTID]", description = "Whose guard") String target,
            @Parameters(index = "1", paramLabel = "ADDRESS", description = "IPv4 or IPv6") InetAddress address) {
        return change(target, address, BanAction.BAN_ACTION_ADD);
    }

    @Command(description = "Block an address no longer.")
    int remove(
            @Parameters(index = "0", paramLabel = "HOST[/CTID]", description = "Whose guard") String target,
            @Parameters(index = "1", paramLabel = "ADDRESS", description = "IPv4 or IPv6") InetAddress address) {
        return change(target, address, BanAction.BAN_ACTION_REMOVE);
    }

    private int change(String target, InetAddress address, BanAction action) {
        TargetName name = TargetName.parse(target);
        return session.ask(client -> {
            client.slow()
                    .changeBan(ChangeBanRequest.newBuilder()
                            .setHost(name.host())
                            .setCtid(name.ctid())
                            .setAddress(address.getHostAddress())
                            .setAction(action)
                            .build());
            session.console().say("done");
            return ExitCode.DONE;
        });
    }
}
