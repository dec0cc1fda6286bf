package vzguard.cli.commands;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import vzguard.cli.outcome.CommandFailed;
import vzguard.cli.outcome.ExitCode;
import vzguard.cli.render.BanText;
import vzguard.cli.render.Text;
import vzguard.v1.BanAction;
import vzguard.v1.ChangeBanReply;
import vzguard.v1.ChangeBanRequest;
import vzguard.v1.ListBansReply;
import vzguard.v1.ListBansRequest;
import vzguard.values.BanAddress;

/** {@code vzguard bans}. */
@Command(name = "bans", description = "Addresses that a guard blocks: those you banned, and those it caught.")
public final class BansCommand {
    private final Session session;

    public BansCommand(Session session) {
        this.session = session;
    }

    @Command(description = "List blocked addresses, and how full the kernel's lists are.")
    int list(@Parameters(paramLabel = "HOST[/CTID]", description = "Whose guard") String target) {
        TargetName name = TargetName.parse(target);
        return session.ask(client -> {
            ListBansReply reply = client.slow()
                    .listBans(ListBansRequest.newBuilder()
                            .setHost(name.host())
                            .setCtid(name.ctid())
                            .build());
            ListBansReply sorted =
                    reply.toBuilder().setState(BanText.sorted(reply.getState())).build();
            return session.show(sorted, screen -> BanText.state(target, sorted.getState(), screen));
        });
    }

    @Command(description = "Block addresses until they are removed.")
    int add(
            @Parameters(index = "0", paramLabel = "HOST[/CTID]", description = "Whose guard") String target,
            @Parameters(
                            index = "1..*",
                            arity = "1..*",
                            paramLabel = "ADDRESS",
                            description = "IPv4 or IPv6, of which the /64 is blocked; 1-100")
                    List<String> addresses) {
        return change(target, addresses, BanAction.BAN_ACTION_ADD);
    }

    @Command(description = "Block addresses no longer.")
    int remove(
            @Parameters(index = "0", paramLabel = "HOST[/CTID]", description = "Whose guard") String target,
            @Parameters(
                            index = "1..*",
                            arity = "1..*",
                            paramLabel = "ADDRESS",
                            description = "IPv4 or IPv6, of which the /64 is meant; 1-100")
                    List<String> addresses) {
        return change(target, addresses, BanAction.BAN_ACTION_REMOVE);
    }

    private int change(String target, List<String> addresses, BanAction action) {
        TargetName name = TargetName.parse(target);
        refuseOthers(addresses);
        return session.ask(client -> {
            ChangeBanReply reply = client.slow()
                    .changeBan(ChangeBanRequest.newBuilder()
                            .setHost(name.host())
                            .setCtid(name.ctid())
                            .addAllAddresses(addresses)
                            .setAction(action)
                            .build());
            ChangeBanReply sorted =
                    reply.toBuilder().setState(BanText.sorted(reply.getState())).build();
            session.show(sorted, screen -> BanText.change(target, sorted));
            return switch (reply.getOutcome()) {
                case OUTCOME_DONE, OUTCOME_NO_OP -> ExitCode.DONE;
                // The contract makes an error of it; whatever a later controller means by it is no success.
                default -> ExitCode.FAILED;
            };
        });
    }

    /** As typed, they are judged here and by the controller alike: as literals, so that nobody asks a name server. */
    private static void refuseOthers(List<String> addresses) {
        List<String> faults = new ArrayList<>();
        for (String address : addresses) {
            try {
                BanAddress.parse(address);
            } catch (IllegalArgumentException e) {
                faults.add("ADDRESS " + Text.line(String.valueOf(e.getMessage())));
            }
        }
        if (!faults.isEmpty()) {
            throw CommandFailed.badInput(String.join("\n", faults));
        }
    }
}
