package vzguard.cli.render;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import vzguard.v1.Placement;
import vzguard.v1.VeFacts;
import vzguard.v1.VeState;
import vzguard.v1.VeView;

/** VEs as a table, and one VE in full. */
public final class VeText {
    private static final List<Placement> PLACEMENTS = List.of(Placement.PLACEMENT_EDGE, Placement.PLACEMENT_VE);

    private VeText() {}

    /** By host, then by CTID, as people count. */
    public static List<VeView> sorted(List<VeView> ves) {
        return ves.stream()
                .sorted(Comparator.comparing(VeView::getHostName, NaturalOrder.NATURAL)
                        .thenComparing(VeView::getHostId)
                        .thenComparing(ve -> ve.getFacts().getCtid(), NaturalOrder.NATURAL))
                .toList();
    }

    public static String table(List<VeView> ves, Screen screen) {
        Table table = screen.wide()
                ? new Table(
                        "HOST",
                        "CTID",
                        "STATE",
                        "GUARD(4/6)",
                        "SHARED",
                        "MATCHES",
                        "POLICY",
                        "RESTART",
                        "PROOF",
                        "UP",
                        "HOSTNAME",
                        "ADDRESSES")
                : new Table("HOST", "CTID", "STATE", "GUARD(4/6)", "SHARED", "MATCHES", "POLICY", "RESTART");
        for (VeView ve : sorted(ves)) {
            VeFacts facts = ve.getFacts();
            List<Object> row = new ArrayList<>(List.of(
                    ve.getHostName(),
                    facts.getCtid(),
                    state(ve),
                    Guards.brief(facts.getGuardsList(), PLACEMENTS),
                    shared(facts),
                    recent(facts),
                    policy(ve),
                    facts.getRestartPending() ? new Table.Cell("due", Tone.WARN) : "-"));
            if (screen.wide()) {
                row.add(facts.hasLastProof() ? ProofText.verdict(facts.getLastProof()) : "-");
                row.add(Ages.since(facts.hasStartedAt(), facts.getStartedAt(), screen.now()));
                row.add(Text.orDash(facts.getHostname()));
                row.add(Text.words(facts.getAddressesList()));
            }
            table.add(row.toArray());
        }
        return screen.render(table);
    }

    public static String show(VeView ve, Screen screen) {
        VeFacts facts = ve.getFacts();
        Table.Cell state = state(ve);
        Details details = new Details(screen);
        details.title("VE " + ve.getHostName() + "/" + facts.getCtid());
        details.value("state", state.text() + (facts.getDisabled() ? ", DISABLED=yes" : ""), state.tone());
        details.value("hostname", facts.getHostname());
        details.value("addresses", Text.words(facts.getAddressesList()));
        details.value("started", Ages.since(facts.hasStartedAt(), facts.getStartedAt(), screen.now()) + " ago");
        details.value("on boot", facts.getOnboot() ? "started" : "not started");
        details.value("labels", HostText.labels(ve.getLabelsMap()));
        details.value("policy", policyInFull(ve));
        details.value(
                "restart",
                facts.getRestartPending() ? "due: its config changed since it started" : "not due",
                facts.getRestartPending() ? Tone.WARN : Tone.PLAIN);
        details.value("observed", Ages.since(facts.hasObservedAt(), facts.getObservedAt(), screen.now()) + " ago");
        details.heading("shared, as its config wishes");
        details.line(shareInFull(facts));
        details.heading("loaded, as /proc/net/ip_tables_matches in the VE shows");
        details.line(Text.words(facts.getMatchesLoadedList()));
        details.heading("permitted, as rules in a scratch chain of the VE showed");
        if (facts.getPermittedMap().isEmpty()) {
            details.line("not tried");
        }
        new TreeMap<>(facts.getPermittedMap())
                .forEach((match, permitted) -> details.line(Text.line(match) + ": "
                        + (permitted ? screen.paint(Tone.GOOD, "permitted") : screen.paint(Tone.BAD, "refused"))));
        Guards.describe(details, facts.getGuardsList(), screen);
        details.heading("last proof");
        if (facts.hasLastProof()) {
            ProofText.describe(details, facts.getLastProof(), screen);
        } else {
            details.line("never proven since the agent was installed");
        }
        return details.list("problems", facts.getProblemsList(), Tone.BAD).toString();
    }

    private static Table.Cell state(VeView ve) {
        VeState state = ve.getFacts().getState();
        String word = Words.lower(state, "VE_STATE_");
        if (!ve.getHostConnected()) {
            return new Table.Cell(word + "?", Tone.DIM);
        }
        return new Table.Cell(word, state == VeState.VE_STATE_RUNNING ? Tone.GOOD : Tone.WARN);
    }

    /** Where its list of modules comes from, and how long that is. */
    private static String shared(VeFacts facts) {
        if (!facts.getNetfilter().isEmpty()) {
            return "netfilter " + facts.getNetfilter();
        }
        return facts.getHasOwnShare() ? "own (" + facts.getSharedCount() + ")" : "vz.conf";
    }

    private static String shareInFull(VeFacts facts) {
        String own = facts.getHasOwnShare()
                ? "own list: " + Text.words(facts.getSharedList())
                : "no own list: that of vz.conf counts (see hosts show)";
        return facts.getNetfilter().isEmpty()
                ? own
                : "NETFILTER=" + Text.line(facts.getNetfilter()) + ", which wins over IPTABLES; " + own;
    }

    /** What is known of the match that the guard needs. */
    private static Table.Cell recent(VeFacts facts) {
        if (facts.getState() != VeState.VE_STATE_RUNNING) {
            return Table.Cell.of("-");
        }
        if (!facts.getMatchesLoadedList().contains("recent")) {
            return new Table.Cell("no recent", Tone.WARN);
        }
        if (!facts.containsPermitted("recent")) {
            return Table.Cell.of("recent?");
        }
        return facts.getPermittedOrThrow("recent")
                ? new Table.Cell("recent", Tone.GOOD)
                : new Table.Cell("refused", Tone.WARN);
    }

    /** {@code ssh-guard r2} when applied, else how far: {@code ssh-guard r1/r2}. */
    private static Table.Cell policy(VeView ve) {
        if (ve.getPolicy().isEmpty()) {
            return ve.getAppliedPolicy().isEmpty()
                    ? Table.Cell.of("-")
                    : new Table.Cell("(" + ve.getAppliedPolicy() + " r" + ve.getAppliedRevision() + ")", Tone.WARN);
        }
        boolean same = ve.getPolicy().equals(ve.getAppliedPolicy());
        long applied = same ? ve.getAppliedRevision() : 0;
        return applied == ve.getPolicyRevision()
                ? Table.Cell.of(ve.getPolicy() + " r" + applied)
                : new Table.Cell(
                        ve.getPolicy() + (applied == 0 ? " -" : " r" + applied) + "/r" + ve.getPolicyRevision(),
                        Tone.WARN);
    }

    private static String policyInFull(VeView ve) {
        String wanted = ve.getPolicy().isEmpty()
                ? "none selects it"
                : ve.getPolicy() + " revision " + ve.getPolicyRevision() + " selects it";
        String applied = ve.getAppliedPolicy().isEmpty()
                ? "none was applied"
                : ve.getAppliedPolicy() + " revision " + ve.getAppliedRevision() + " was applied last";
        return wanted + ", " + applied;
    }
}
