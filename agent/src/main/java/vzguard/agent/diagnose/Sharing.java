package vzguard.agent.diagnose;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import vzguard.agent.dialect.Dialect;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Evidence;
import vzguard.agent.model.Family;
import vzguard.agent.model.ModuleState;
import vzguard.agent.model.Permission;
import vzguard.agent.model.Place;
import vzguard.agent.model.Share;
import vzguard.agent.model.ShareConfig;
import vzguard.agent.model.VeSnapshot;
import vzguard.agent.model.VeSnapshot.Pending;

/** Why the published rules are refused: what the host has loaded, and what the VE may use of it. Pure. */
final class Sharing {
    private static final String RECENT = "ipt_recent";
    private static final String FILTER = "iptable_filter";
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
        String names = String.join(", ", missing) + (missing.size() == 1 ? " is" : " are");
        String require = "policy key modules.require: [" + String.join(", ", missing) + "] (or modprobe on the host)";
        Dialect dialect = Dialect.of(facts.host());
        List<Evidence> forbidden = facts.signs().forbidden();
        if (!dialect.switches().takesModules()) {
            return Cause.of(
                            CauseCode.NO_MODULE_SUPPORT,
                            names + " not built into the host's kernel, which loads no modules",
                            "a kernel that has it built in, or one that loads modules")
                    .with(facts.lsmod());
        }
        if (!forbidden.isEmpty() && missing.contains(RECENT)) {
            return with(
                    Cause.of(
                                    CauseCode.MODULE_BLACKLISTED,
                                    names
                                            + " not loaded on the host, and a line of modprobe.d keeps it from being loaded",
                                    "take the line out of " + forbidden.get(0).source() + ", then " + require)
                            .with(facts.lsmod()),
                    forbidden);
        }
        if (dialect.kernel().forbidsLoading(dialect.switches())) {
            return Cause.of(
                            CauseCode.AUTOLOAD_FORBIDDEN,
                            names + " not loaded on the host, and VEs may not make this kernel load what they use",
                            require + "; or sysctl -w kernel.ve_allow_module_load=1")
                    .with(facts.lsmod())
                    .with(Evidence.ofFile("/proc/sys/kernel/ve_allow_module_load", "0"));
        }
        return Cause.of(
                        CauseCode.MODULE_NOT_LOADED,
                        names + " not loaded on the host; VEs use the host's modules and cannot load their own",
                        require + "; no restart is needed for a match")
                .with(facts.lsmod());
    }

    /** What keeps the two published rules out of this place; none when they are accepted. */
    static List<Cause> causes(DiagnosisFacts facts, Experiment experiment) {
        if (experiment.allAccepted()) {
            return facts.ve().flatMap(ve -> silentlyInvalid(facts, ve)).stream().toList();
        }
        List<Cause> causes = new ArrayList<>();
        List<String> missing = missing(facts);
        if (!missing.isEmpty()) {
            causes.add(with(notLoaded(facts, missing), experiment.refusals()));
        }
        facts.ve().ifPresent(ve -> notShared(facts, ve, experiment).ifPresent(causes::add));
        if (facts.place().equals(Place.HOST)) {
            facts.signs()
                    .hostConntrackOff()
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

    /** What the published rules need, vzguard's guard does without: where one was applied, that is what counts. */
    private static boolean stateMatters(DiagnosisFacts facts) {
        return facts.applied().isEmpty();
    }

    /** A VE that already uses a feature needs no module by that name: late kernels load it on demand. */
    private static List<String> missing(DiagnosisFacts facts) {
        List<String> missing = new ArrayList<>();
        if (!facts.host().module(RECENT).present() && !permitted(facts, "recent")) {
            missing.add(RECENT);
        }
        boolean stateShared = stateMatters(facts)
                && facts.ve()
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
        List<String> kept = Stream.concat(Stream.of(FILTER), stateMatters(facts) ? STATE.stream() : Stream.of())
                .filter(name -> !usable.permits(name))
                .toList();
        if (kept.isEmpty() && !stateMatters(facts)) {
            return Optional.empty();
        }
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
                                + (kept.contains(FILTER)
                                        ? ", so that there is no table filter there"
                                        : ", so rules with -m state are refused there")
                                + "; it may use: " + usable.describe(),
                        kept.contains(FILTER)
                                ? "policy key modules.share: per-ve, with placement: [ve]; placement: [edge] needs neither"
                                : "a guard on --syn, as vzguard writes it, needs none of them and no restart; to share"
                                        + " them all the same: policy key modules.require: [" + RECENT
                                        + ", ipt_state], share: per-ve")
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

    /**
     * On 2.6.18 a rule that wants a state is taken without connection tracking, and then takes every packet for invalid (facts
     * 5.4, cause 4): no experiment shows it, the files of connection tracking do.
     */
    private static Optional<Cause> silentlyInvalid(DiagnosisFacts facts, VeSnapshot ve) {
        boolean mattersHere = facts.host().at(facts.place()).stream()
                .anyMatch(guard -> !Untracked.wantingState(guard).isEmpty());
        if (ve.inside().conntrack()
                || !mattersHere
                || !Dialect.of(facts.host()).kernel().boundAtStart("ip_conntrack")) {
            return Optional.empty();
        }
        return Optional.of(Cause.of(
                        CauseCode.CONNTRACK_OFF,
                        "VE " + ve.ctid() + " has no connection tracking: this kernel takes rules with -m state all the"
                                + " same, and they match nothing",
                        "a guard on --syn, as vzguard writes it, needs none; otherwise share ip_conntrack, load it on the"
                                + " host, and restart the VE")
                .needingRestart()
                .with(facts.lsmod())
                .with(Evidence.ofProgram("in VE " + ve.ctid() + ": test -e /proc/net/ip_conntrack", 1, "")));
    }

    /** What this kernel gives a VE at its start only, and the host had not loaded by then. */
    static Optional<Cause> startedTooEarly(DiagnosisFacts facts, VeSnapshot ve) {
        boolean noTable = facts.host().at(facts.place()).stream()
                .anyMatch(guard -> guard.family() == Family.V4 && guard.rules().isEmpty());
        boolean bound = Dialect.of(facts.host()).kernel().boundAtStart(FILTER);
        if (!noTable
                || !bound
                || !usable(ve).permits(FILTER)
                || !facts.host().module(FILTER).present()) {
            return Optional.empty();
        }
        return Optional.of(Cause.of(
                        CauseCode.STARTED_TOO_EARLY,
                        "VE " + ve.ctid()
                                + " started before the host loaded iptable_filter: on this kernel a VE is given"
                                + " its tables when it starts",
                        "restart the VE: vzguard restart, or vzctl restart " + ve.ctid()
                                + "; modules.persist: true loads it before VEs start")
                .needingRestart()
                .with(facts.lsmod()));
    }

    /** After the next boot of the host the guard in the VE would be refused. */
    static Optional<Cause> notPersisted(DiagnosisFacts facts) {
        Dialect dialect = Dialect.of(facts.host());
        ModuleState recent = facts.host().module(RECENT);
        boolean needsHost = dialect.kernel().isKnown()
                && !dialect.kernel().vesMayLoad(dialect.switches())
                && facts.place().inside().isPresent();
        return !needsHost || !recent.present() || recent.persisted()
                ? Optional.empty()
                : Optional.of(Cause.of(
                                CauseCode.MODULE_NOT_PERSISTED,
                                RECENT + " is loaded, and nothing loads it when the host boots: the guard of "
                                        + facts.place().describe() + " would be refused then",
                                "policy key modules.persist: true; or its name in "
                                        + facts.host().modulesFile().path())
                        .with(Evidence.ofFile(
                                facts.host().modulesFile().path(),
                                facts.host().modulesFile().content())));
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
