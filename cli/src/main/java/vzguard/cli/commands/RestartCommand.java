package vzguard.cli.commands;

import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import vzguard.cli.outcome.CommandFailed;
import vzguard.v1.PerGroupSpec;
import vzguard.v1.RestartVesRequest;
import vzguard.v1.RolloutView;
import vzguard.v1.SelectorSpec;

/** {@code vzguard restart}. */
@Command(
        name = "restart",
        description =
                "Restart running VEs, a few at a time, each watched until it is healthy. Stopped VEs stay stopped.")
public final class RestartCommand implements Callable<Integer> {
    private final Session session;

    @Option(
            names = "--select",
            required = true,
            paramLabel = "SELECTOR",
            description = "Which VEs: hn1, hn1/101, dc=tokyo/101-120, 101; * for all")
    private String select = "";

    @Option(names = "--batch", paramLabel = "N", description = "At once in all, 1-10000; default: 20")
    private int batch = 20;

    @Option(names = "--max-per-host", paramLabel = "N", description = "At once on one host, 1-50; default: 1")
    private int maxPerHost = 1;

    @Option(
            names = "--max-per-group",
            paramLabel = "LABEL=N",
            description = "At once on the hosts with one value of that label: rack=1")
    private String maxPerGroup = "";

    @Option(names = "--pending", description = "Only VEs whose config changed since they started")
    private boolean pending;

    @Option(
            names = "--watch",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Watch until it has ended, or return at once; default: watch")
    private boolean watch;

    public RestartCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (select.isBlank()) {
            throw CommandFailed.badInput("--select \"\" would mean every VE of the fleet; say so with --select '*'");
        }
        SelectorSpec selector = Selection.parse(select);
        inRange("--batch", batch, 10_000);
        inRange("--max-per-host", maxPerHost, 50);
        RestartVesRequest.Builder request = RestartVesRequest.newBuilder()
                .setSelector(selector)
                .setBatch(batch)
                .setMaxPerHost(maxPerHost)
                .setOnlyPending(pending);
        if (!maxPerGroup.isEmpty()) {
            request.setPerGroup(perGroup(maxPerGroup));
        }
        return session.ask(client -> {
            RolloutView started = client.quick().restartVes(request.build());
            return Started.follow(session, client, started, watch);
        });
    }

    private static PerGroupSpec perGroup(String text) {
        Matcher matcher = Pattern.compile("([a-z][a-z0-9_.-]{0,62})=([1-9][0-9]{0,3}|10000)")
                .matcher(text);
        if (!matcher.matches()) {
            throw CommandFailed.badInput(
                    "--max-per-group \"" + text + "\" is not permitted (permitted: LABEL=N, N 1-10000, as rack=1)");
        }
        return PerGroupSpec.newBuilder()
                .setLabel(matcher.group(1))
                .setMax(Integer.parseInt(matcher.group(2)))
                .build();
    }

    private static void inRange(String option, int value, int greatest) {
        if (value < 1 || value > greatest) {
            throw CommandFailed.badInput(option + " " + value + " is not permitted (permitted: 1-" + greatest + ")");
        }
    }
}
