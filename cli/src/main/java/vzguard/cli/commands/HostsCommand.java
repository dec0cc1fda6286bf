package vzguard.cli.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import vzguard.cli.connect.OperatorClient;
import vzguard.cli.outcome.CommandFailed;
import vzguard.cli.outcome.ExitCode;
import vzguard.cli.render.Documents;
import vzguard.cli.render.HostText;
import vzguard.v1.ForgetHostRequest;
import vzguard.v1.GetHostRequest;
import vzguard.v1.HostView;
import vzguard.v1.LabelHostRequest;
import vzguard.v1.ListHostsReply;
import vzguard.v1.ListHostsRequest;
import vzguard.v1.SelectorSpec;

/** {@code vzguard hosts}. */
@Command(name = "hosts", description = "Hosts with an agent; alone: the list.", synopsisSubcommandLabel = "[COMMAND]")
public final class HostsCommand implements Callable<Integer> {
    private static final int PAGE = 1000;

    private final Session session;

    @Option(names = "--select", paramLabel = "SELECTOR", description = "Only these: a host's name or dc=tokyo,rack!=4")
    private String select = "";

    public HostsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        return list(select);
    }

    @Command(description = "List hosts.")
    int list(
            @Option(
                            names = "--select",
                            paramLabel = "SELECTOR",
                            defaultValue = "",
                            description = "Only these: a host's name or dc=tokyo,rack!=4")
                    String select) {
        SelectorSpec selector = Selection.parse(select);
        if (!selector.getVes().equals("*")) {
            throw CommandFailed.badInput("--select \"" + select + "\" names VEs, but hosts are listed"
                    + " (permitted: a host's name or host terms; a host whose name is a number: name=101)");
        }
        return session.ask(client -> {
            List<HostView> hosts = HostText.sorted(all(client, selector.getHosts()));
            return session.show(() -> Documents.list("hosts", hosts), screen -> HostText.table(hosts, screen));
        });
    }

    @Command(description = "Everything known of one host.")
    int show(@Parameters(paramLabel = "HOST", description = "Name or UUID") String host) {
        return session.ask(client -> print(
                client.quick().getHost(GetHostRequest.newBuilder().setHost(host).build())));
    }

    @Command(description = "Set labels of a host; KEY= removes one.")
    int label(
            @Parameters(index = "0", paramLabel = "HOST", description = "Name or UUID") String host,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "KEY=VALUE", description = "Labels")
                    Map<String, String> labels) {
        return session.ask(client -> print(client.quick()
                .labelHost(LabelHostRequest.newBuilder()
                        .setHost(host)
                        .putAllLabels(labels)
                        .build())));
    }

    @Command(description = "Forget a host and its VEs; its agent must enrol anew.")
    int forget(@Parameters(paramLabel = "HOST", description = "Name or UUID") String host) {
        return session.ask(client -> {
            client.quick()
                    .forgetHost(ForgetHostRequest.newBuilder().setHost(host).build());
            session.console().say("host " + host + " is forgotten");
            return ExitCode.DONE;
        });
    }

    private int print(HostView host) {
        return session.show(host, screen -> HostText.show(host, screen));
    }

    private static List<HostView> all(OperatorClient client, String selector) {
        List<HostView> hosts = new ArrayList<>();
        String page = "";
        do {
            ListHostsReply reply = client.quick()
                    .listHosts(ListHostsRequest.newBuilder()
                            .setSelector(selector)
                            .setPageSize(PAGE)
                            .setPageToken(page)
                            .build());
            hosts.addAll(reply.getHostsList());
            page = reply.getNextPageToken();
        } while (!page.isEmpty());
        return hosts;
    }
}
