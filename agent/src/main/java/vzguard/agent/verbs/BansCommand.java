package vzguard.agent.verbs;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import vzguard.v1.Ban;
import vzguard.v1.BanAction;
import vzguard.v1.BanOrigin;
import vzguard.v1.BanState;
import vzguard.v1.BansJob;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.values.BanAddress;
import vzguard.values.Ctid;

/** {@code bans list}, {@code bans add ADDRESS...}, {@code bans remove ADDRESS...}, on the host or, with --ctid, in a VE. */
@Command(name = "bans", description = "Addresses that the guard of this host or of a VE blocks.")
public final class BansCommand implements Callable<Integer> {
    @Mixin
    private VerbOptions options = new VerbOptions();

    @Option(names = "--ctid", paramLabel = "CTID", description = "the VE; left out: the host itself")
    private String ctid = "";

    @Parameters(index = "0", paramLabel = "ACTION", description = "list, add or remove")
    private Action action = Action.LIST;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "ADDRESS",
            description = "to add or remove: IPv4 or IPv6, which stands for its /64")
    private List<String> addresses = new ArrayList<>();

    private final Surroundings surroundings;

    public BansCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** What is to be done. */
    enum Action {
        LIST,
        ADD,
        REMOVE
    }

    @Override
    public Integer call() {
        Job job = Job.newBuilder().setJobId("local bans").setBans(bans()).build();
        try (VerbOptions.Local local = options.openToChange(surroundings)) {
            JobResult result = local.jobs().run(job, progress -> {});
            if (options.format.isText()) {
                Printing.result(ctid, result, surroundings.out());
                state(result.getBans(), surroundings.out());
            } else {
                Printing.document(result, options.format, surroundings.out());
            }
            return ExitCode.of(List.of(result));
        }
    }

    private BansJob bans() {
        if (!ctid.isEmpty() && !Ctid.isValid(ctid)) {
            throw new CommandFailed(ExitCode.BAD_INPUT, ctid + " is no CTID; a number from 1 to 2147483644, or a UUID");
        }
        if ((action == Action.LIST) != addresses.isEmpty()) {
            throw new CommandFailed(
                    ExitCode.BAD_INPUT,
                    action == Action.LIST ? "list takes no addresses" : "which addresses? bans add ADDRESS...");
        }
        for (String address : addresses) {
            try {
                BanAddress.parse(address);
            } catch (IllegalArgumentException e) {
                throw new CommandFailed(ExitCode.BAD_INPUT, String.valueOf(e.getMessage()));
            }
        }
        return BansJob.newBuilder()
                .setCtid(ctid)
                .setAction(BanAction.valueOf("BAN_ACTION_" + action))
                .addAllAddresses(addresses)
                .build();
    }

    private static void state(BanState state, PrintStream out) {
        for (Ban ban : state.getBansList()) {
            String left = ban.hasRemaining()
                    ? ban.getRemaining().getSeconds() + " s"
                    : ban.getOrigin() == BanOrigin.BAN_ORIGIN_OPERATOR ? "until removed" : "-";
            String by = ban.getOrigin().name().substring("BAN_ORIGIN_".length()).toLowerCase(Locale.ROOT);
            out.printf("  %-24s %-9s %-16s %s%n", ban.getAddress(), by, ban.getList(), left);
        }
        state.getListsList()
                .forEach(list ->
                        out.println("  list " + list.getName() + ": " + list.getUsed() + " of " + list.getCapacity()));
    }
}
