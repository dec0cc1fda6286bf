package vzguard.cli.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import vzguard.cli.connect.OperatorClient;
import vzguard.cli.render.Documents;
import vzguard.cli.render.VeText;
import vzguard.v1.GetVeRequest;
import vzguard.v1.ListVesReply;
import vzguard.v1.ListVesRequest;
import vzguard.v1.SelectorSpec;
import vzguard.v1.VeView;

/** {@code vzguard ves}. */
@Command(name = "ves", description = "VEs of all hosts; alone: the list.", synopsisSubcommandLabel = "[COMMAND]")
public final class VesCommand implements Callable<Integer> {
    private static final int PAGE = 1000;

    private final Session session;

    @Option(
            names = "--select",
            paramLabel = "SELECTOR",
            description = "Only these: hn1, hn1/101, dc=tokyo/101-120, 101")
    private String select = "";

    public VesCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        return list(select);
    }

    @Command(description = "List VEs.")
    int list(
            @Option(
                            names = "--select",
                            paramLabel = "SELECTOR",
                            defaultValue = "",
                            description = "Only these: hn1, hn1/101, dc=tokyo/101-120, 101")
                    String select) {
        SelectorSpec selector = Selection.parse(select);
        return session.ask(client -> {
            List<VeView> ves = VeText.sorted(all(client, selector));
            return session.show(() -> Documents.list("ves", ves), screen -> VeText.table(ves, screen));
        });
    }

    @Command(description = "Everything known of one VE.")
    int show(@Parameters(paramLabel = "HOST/CTID", description = "The VE") String ve) {
        TargetName target = TargetName.parseVe(ve);
        return session.ask(client -> {
            VeView view = client.quick()
                    .getVe(GetVeRequest.newBuilder()
                            .setHost(target.host())
                            .setCtid(target.ctid())
                            .build());
            return session.show(view, screen -> VeText.show(view, screen));
        });
    }

    private static List<VeView> all(OperatorClient client, SelectorSpec selector) {
        List<VeView> ves = new ArrayList<>();
        String page = "";
        do {
            ListVesReply reply = client.quick()
                    .listVes(ListVesRequest.newBuilder()
                            .setSelector(selector)
                            .setPageSize(PAGE)
                            .setPageToken(page)
                            .build());
            ves.addAll(reply.getVesList());
            page = reply.getNextPageToken();
        } while (!page.isEmpty());
        return ves;
    }
}
