package vzguard.cli.render;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import vzguard.v1.DriftEvent;
import vzguard.v1.HostFacts;
import vzguard.v1.HostView;
import vzguard.v1.ModuleFact;
import vzguard.v1.ModulePresence;
import vzguard.v1.Placement;

/** Hosts as a table, and one host in full. */
public final class HostText {
    private HostText() {}

    /** In the order in which people count names. */
    public static List<HostView> sorted(List<HostView> hosts) {
        return hosts.stream()
                .sorted(Comparator.comparing(HostView::getName, NaturalOrder.NATURAL)
                        .thenComparing(HostView::getHostId))
                .toList();
    }

    public static String table(List<HostView> hosts, Screen screen) {
        Table table = screen.wide()
                ? new Table(
                        "HOST",
                        "STATE",
                        "SEEN",
                        "VES",
                        "RUNNING",
                        "GUARDED",
                        "OWN(4/6)",
                        "IPT_RECENT",
                        "KERNEL",
                        "VZCTL",
                        "IPTABLES",
                        "LABELS",
                        "ID")
                : new Table("HOST", "STATE", "SEEN", "VES", "RUNNING", "GUARDED", "OWN(4/6)", "IPT_RECENT", "KERNEL");
        for (HostView host : sorted(hosts)) {
            HostFacts facts = host.getFacts();
            Table.Cell state = state(host);
            String seen = Ages.since(host.hasLastSeen(), host.getLastSeen(), screen.now());
            String guarded = host.getVesGuarded() + "/" + host.getVesRunning();
            Table.Cell own = Guards.brief(facts.getGuardsList(), List.of(Placement.PLACEMENT_HOST));
            Table.Cell recent = recent(facts);
            String kernel = Text.orDash(facts.getKernel());
            if (screen.wide()) {
                table.add(
                        host.getName(),
                        state,
                        seen,
                        host.getVes(),
                        host.getVesRunning(),
                        guarded,
                        own,
                        recent,
                        kernel,
                        Text.orDash(facts.getVzctlVersion()),
                        Text.orDash(facts.getIptablesVersion()),
                        labels(host.getLabelsMap()),
                        host.getHostId());
            } else {
                table.add(
                        host.getName(), state, seen, host.getVes(), host.getVesRunning(), guarded, own, recent, kernel);
            }
        }
        return screen.render(table);
    }

    public static String show(HostView host, Screen screen) {
        HostFacts facts = host.getFacts();
        Instant now = screen.now();
        Table.Cell state = state(host);
        Details details = new Details(screen);
        details.title("host " + host.getName());
        details.value("id", host.getHostId());
        details.value(
                "state",
                state.text() + ", heard of " + Ages.since(host.hasLastSeen(), host.getLastSeen(), now) + " ago",
                state.tone());
        details.value("labels", labels(host.getLabelsMap()));
        details.value(
                "VEs", host.getVes() + ", " + host.getVesRunning() + " running, " + host.getVesGuarded() + " guarded");
        details.value("enrolled", host.hasEnrolledAt() ? Ages.time(host.getEnrolledAt()) : "");
        if (!host.hasFacts()) {
            return details.line("nothing observed yet: the agent has not reported")
                    .toString();
        }
        details.value("kernel", facts.getKernel());
        details.value("vzctl", facts.getVzctlVersion());
        details.value("iptables", facts.getIptablesVersion());
        details.value("agent", facts.getAgentVersion());
        details.value("boot", facts.getBootId());
        details.value("observed", Ages.since(facts.hasObservedAt(), facts.getObservedAt(), now) + " ago");
        details.heading("modules");
        if (facts.getModulesList().isEmpty()) {
            details.line("none was looked for yet");
        }
        facts.getModulesList().stream()
                .sorted(Comparator.comparing(ModuleFact::getName))
                .forEach(module -> details.line(screen.paint(
                        module.getPresence() == ModulePresence.MODULE_PRESENCE_ABSENT ? Tone.WARN : Tone.PLAIN,
                        Text.line(module(module)))));
        details.heading("shared with all VEs, as " + Text.orDash(facts.getVzConfPath()) + " says");
        details.line(Text.words(facts.getSharedWithAllList()));
        Guards.describe(details, facts.getGuardsList(), screen);
        details.list(
                "drift, newest first",
                facts.getDriftsList().stream().map(HostText::drift).toList(),
                Tone.WARN);
        return details.list("problems", facts.getProblemsList(), Tone.BAD).toString();
    }

    /** {@code 2026-11-23 05:10:11Z VE 101: IPv4: nothing jumps to its chain; healed; meanwhile: ...}. */
    static String drift(DriftEvent event) {
        return Ages.time(event.getSeenAt()) + " " + (event.getCtid().isEmpty() ? "host" : "VE " + event.getCtid())
                + ": " + event.getWhat() + "; " + (event.getHealed() ? "healed" : "not healed: " + event.getDetail())
                + (event.getKnownList().isEmpty() ? "" : "; meanwhile: " + String.join(", ", event.getKnownList()));
    }

    /** {@code ipt_recent: not loaded}, {@code ipt_recent: loaded as xt_recent, persisted by /etc/modules}. */
    static String module(ModuleFact module) {
        String as = module.getFoundAs().isEmpty() || module.getFoundAs().equals(module.getName())
                ? ""
                : " as " + module.getFoundAs();
        String kept = module.getPersistedBy().isEmpty()
                ? ", not loaded at boot"
                : ", persisted by " + module.getPersistedBy();
        return module.getName() + ": "
                + switch (module.getPresence()) {
                    case MODULE_PRESENCE_LOADED -> "loaded" + as + kept;
                    case MODULE_PRESENCE_BUILT_IN -> "built into the kernel" + as;
                    case MODULE_PRESENCE_ABSENT ->
                        "not loaded" + (module.getPersistedBy().isEmpty() ? "" : kept);
                    default -> "unknown";
                };
    }

    static String labels(Map<String, String> labels) {
        return Text.words(new TreeMap<>(labels)
                .entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .toList());
    }

    private static Table.Cell state(HostView host) {
        return host.getConnected() ? new Table.Cell("connected", Tone.GOOD) : new Table.Cell("lost", Tone.BAD);
    }

    private static Table.Cell recent(HostFacts facts) {
        return facts.getModulesList().stream()
                .filter(module -> module.getName().equals("ipt_recent"))
                .findFirst()
                .map(module -> switch (module.getPresence()) {
                    case MODULE_PRESENCE_LOADED -> new Table.Cell("loaded", Tone.GOOD);
                    case MODULE_PRESENCE_BUILT_IN -> new Table.Cell("built-in", Tone.GOOD);
                    case MODULE_PRESENCE_ABSENT -> new Table.Cell("not loaded", Tone.WARN);
                    default -> Table.Cell.of("?");
                })
                .orElse(Table.Cell.of("-"));
    }
}
