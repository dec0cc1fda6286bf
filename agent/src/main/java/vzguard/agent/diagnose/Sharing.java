package vzguard.agent.diagnose;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Evidence;
import vzguard.agent.model.Permission;
import vzguard.agent.model.Place;
import vzguard.agent.model.Share;
import vzguard.agent.model.ShareConfig;
import vzguard.agent.model.VeSnapshot;
import vzguard.agent.model.VeSnapshot.Pending;

/** Why the published rules are refused: what the host has loaded, and what the VE may use of it. Pure. */
final class Sharing {
    private static final String RECENT = "ipt_recent";
    /** What {@code -m state} rests on. */
    private static final List<String> STATE = List.of("ipt_state", "ip_conntrack");

    private Sharing() {}

    /** A module of the host that the guard cannot do without. */
    static Optional<Cause> notLoaded(DiagnosisFacts facts, String module) {
        return facts.host().module(module).present()
                ? Optional.empty()
                : Optional.of(notLoaded(facts, List.of(module)));
    }

    private static Cause notLoaded(DiagnosisFacts facts, List<String> missing) {
        return Cause.of(
                        CauseCode.MODULE_NOT_LOADED,
                        String.join(", ", missing) + (missing.size() == 1 ? " is" : " are")
                                + " not loaded on the host; VEs use the host's modules and cannot load their own",
                        "policy key modules.require: [" + String.join(", ", missing)
                                + "] (or modprobe on the host); no restart is needed for a match")
                .with(facts.lsmod());
    }

    /** What keeps the two published rules out of this place; none when they are accepted. */
    static List<Cause> causes(DiagnosisFacts facts, Experiment experiment) {
        if (experiment.allAccepted()) {
            return List.of();
        }
        List<Cause> causes = new ArrayList<>();
        List<String> missing = missing(facts);
        if (!missing.isEmpty()) {
            causes.add(with(notLoaded(facts, missing), experiment.refusals()));
        }
        facts.ve().ifPresent(ve -> notShared(facts, ve, experiment).ifPresent(causes::add));
        if (facts.place().equals(Place.HOST)) {
            facts.hostConntrackOff()
                    .ifPresent(option -> causes.add(Cause.of(
                                    CauseCode.CONNTRACK_OFF,
                                    "connection tracking is switched off on the host by a module option, so rules with"
                                            + " -m state match nothing there",
                                    "a guard on --syn, as vzguard writes it, needs none; otherwise take the option away"
                                            + " and reboot the host")
                            .with(option)));
        }
        return causes;
    }

    /** A VE that already uses a feature needs no module by that name: late kernels load it on demand. */
    private static List<String> missing(DiagnosisFacts facts) {
        List<String> missing = new ArrayList<>();
        if (!facts.host().module(RECENT).present() && !permitted(facts, "recent")) {
            missing.add(RECENT);
        }
        boolean stateShared = facts.ve()
                .map(ve -> usable(ve).permitsAll(STATE))
                // On the host iptables loads what it needs by itself.
                .orElse(false);
        if (stateShared && !permitted(facts, "state")) {
            STATE.stream().filter(name -> !facts.host().module(name).present()).forEach(missing::add);
        }
        return missing;
    }

    private static Optional<Cause> notShared(DiagnosisFacts facts, VeSnapshot ve, Experiment experiment) {
        if (permitted(facts, "state")) {
            return Optional.empty();
        }
        Share usable = usable(ve);
        List<String> kept = STATE.stream().filter(name -> !usable.permits(name)).toList();
        if (kept.isEmpty()) {
            return conntrackOff(facts, ve, experiment);
        }
        if (ve.restartPending() == Pending.YES && ve.effective().permitsAll(STATE)) {
            // RESTART_PENDING says it.
            return Optional.empty();
        }
        Cause cause = Cause.of(
                        CauseCode.NOT_SHARED,
                        "the host does not share " + String.join(", ", kept) + " with VE " + ve.ctid()
                                + ", so rules with -m state are refused there; it may use: " + usable.describe(),
                        "a guard on --syn, as vzguard writes it, needs none of them and no restart; to share them all"
                                + " the same: policy key modules.require: [" + RECENT + ", ipt_state], share: per-ve")
                .needingRestart()
                .with(config(ve, facts));
        return Optional.of(with(cause, experiment.refusals()));
    }

    private static Optional<Cause> conntrackOff(DiagnosisFacts facts, VeSnapshot ve, Experiment experiment) {
        boolean loaded =
                STATE.stream().allMatch(name -> facts.host().module(name).present());
        if (!loaded || experiment.refusals().isEmpty() || ve.restartPending() == Pending.YES) {
            return Optional.empty();
        }
        Cause cause = Cause.of(
                        CauseCode.CONNTRACK_OFF,
                        "connection tracking is shared with VE " + ve.ctid() + " and loaded on the host, but the VE has"
                                + " none: it is set up when a VE starts",
                        "a guard on --syn, as vzguard writes it, needs none; otherwise restart the VE")
                .needingRestart()
                .with(facts.lsmod());
        return Optional.of(with(cause, experiment.refusals()));
    }

    static Optional<Cause> restartPending(VeSnapshot ve) {
        if (ve.restartPending() != Pending.YES) {
            return Optional.empty();
        }
        String now = ve.startedWith().map(Share::describe).orElse("unknown");
        return Optional.of(Cause.of(
                        CauseCode.RESTART_PENDING,
                        "what VE " + ve.ctid()
                                + " may use was changed in its config after it started: saved, but not in" + " force",
                        "restart the VE: vzguard restart, or vzctl restart " + ve.ctid())
                .needingRestart()
                .with(Evidence.ofFile(
                        ve.config().path(),
                        "started with: " + now + "\nconfigured: "
                                + ve.effective().describe())));
    }

    static Optional<Cause> netfilterWins(DiagnosisFacts facts, VeSnapshot ve) {
        ShareConfig config = ve.config();
        if (config.netfilter().isEmpty() || config.names().isEmpty() || !(ve.effective() instanceof Share.Mode mode)) {
            return Optional.empty();
        }
        List<String> lost = config.names().get().stream()
                .filter(name -> !mode.permits(name))
                .toList();
        return lost.isEmpty()
                ? Optional.empty()
                : Optional.of(Cause.of(
                                CauseCode.NETFILTER_WINS,
                                "NETFILTER=" + mode.mode().word() + " of VE " + ve.ctid()
                                        + " wins over its IPTABLES=, silently: no effect have "
                                        + String.join(", ", lost),
                                "policy key modules.share: netfilter, or take NETFILTER= out of the config")
                        .needingRestart()
                        .with(config(ve, facts)));
    }

    static Optional<Cause> duplicates(ShareConfig config, String where) {
        return config.duplicates().isEmpty()
                ? Optional.empty()
                : Optional.of(Cause.of(
                                CauseCode.DUPLICATE_KEY,
                                where + " sets " + String.join(", ", config.duplicates())
                                        + " more than once: the last counts, but vzctl set --save rewrites the first",
                                "leave one line of each in " + config.path())
                        .with(Evidence.ofFile(
                                config.path(), "more than once: " + String.join(", ", config.duplicates()))));
    }

    private static Share usable(VeSnapshot ve) {
        return ve.startedWith().orElse(ve.effective());
    }

    private static boolean permitted(DiagnosisFacts facts, String match) {
        return facts.ve()
                .flatMap(ve -> ve.inside().permission(match))
                .filter(Permission::permitted)
                .isPresent();
    }

    private static Evidence config(VeSnapshot ve, DiagnosisFacts facts) {
        ShareConfig own = ve.config();
        if (own.netfilter().isPresent()) {
            String names = own.names()
                    .map(list -> "\nIPTABLES=" + String.join(" ", list))
                    .orElse("");
            return Evidence.ofFile(
                    own.path(), "NETFILTER=" + own.netfilter().get().word() + names);
        }
        ShareConfig counts = own.names().isPresent() ? own : facts.host().vzConf();
        return Evidence.ofFile(
                counts.path(),
                counts.names().map(list -> "IPTABLES=" + String.join(" ", list)).orElse("IPTABLES= is not set"));
    }

    private static Cause with(Cause cause, List<Evidence> more) {
        Cause all = cause;
        for (Evidence evidence : more) {
            all = all.with(evidence);
        }
        return all;
    }
}
