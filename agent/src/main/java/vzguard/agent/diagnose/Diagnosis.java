package vzguard.agent.diagnose;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Evidence;
import vzguard.agent.model.Family;
import vzguard.agent.model.Place;
import vzguard.agent.model.VeSnapshot;
import vzguard.agent.model.VeState;

/**
 * What is wrong with a place, most fundamental first. A pure function of facts and experiment: what iptables printed is
 * shown, but decides nothing, as its two messages mean different things on different kernels.
 *
 * @param causes none: nothing is wrong
 * @param lookedAt what was looked at, one line each
 */
public record Diagnosis(Place place, List<Cause> causes, List<String> lookedAt) {
    public Diagnosis {
        causes = List.copyOf(causes);
        lookedAt = List.copyOf(lookedAt);
    }

    public static Diagnosis of(DiagnosisFacts facts, Experiment experiment) {
        List<Cause> causes = new ArrayList<>();
        Generations.unknown(facts).ifPresent(causes::add);
        if (facts.place().ctid().isEmpty()) {
            host(facts, experiment, causes);
        } else {
            ve(facts, experiment, causes);
        }
        return new Diagnosis(facts.place(), causes, lookedAt(facts, experiment));
    }

    private static void host(DiagnosisFacts facts, Experiment experiment, List<Cause> causes) {
        causes.addAll(Configs.ofHost(facts));
        place(facts, experiment, causes);
    }

    private static void ve(DiagnosisFacts facts, Experiment experiment, List<Cause> causes) {
        Optional<VeSnapshot> seen = facts.ve();
        if (seen.isEmpty()) {
            String ctid = facts.place().ctid().map(Object::toString).orElse("");
            causes.add(
                    facts.host().veListReadable()
                            ? Cause.of(
                                    CauseCode.VE_MISSING,
                                    "there is no VE " + ctid + " on this host",
                                    "vzlist -a shows which there are")
                            : Cause.of(
                                    CauseCode.VE_STATE_UNKNOWN,
                                    "whether there is a VE " + ctid + " is not known: vzlist was not readable",
                                    "run vzlist -a on the host"));
            return;
        }
        VeSnapshot ve = seen.get();
        if (facts.atEdgeAlone()) {
            atEdge(facts, ve, causes);
            return;
        }
        facts.lock()
                .ifPresent(lock -> causes.add(Cause.of(
                                CauseCode.CT_LOCKED,
                                "VE " + ve.ctid() + " is locked by another vzctl: nothing can change it now",
                                "wait until that process ends; a backup may take hours")
                        .with(lock)));
        state(ve).ifPresent(causes::add);
        causes.addAll(Configs.ofVe(facts, ve));
        if (ve.state() == VeState.RUNNING && ve.reachable()) {
            place(facts, experiment, causes);
        }
    }

    private static void atEdge(DiagnosisFacts facts, VeSnapshot ve, List<Cause> causes) {
        if (ve.addresses(Family.V4).isEmpty() && ve.addresses(Family.V6).isEmpty()) {
            causes.add(Cause.of(
                    CauseCode.NO_ADDRESS,
                    "the host knows no address of VE " + ve.ctid() + ": its edge cannot be guarded",
                    "vzctl set " + ve.ctid() + " --ipadd ADDRESS --save; or sshGuard.placement: [ve]"));
            return;
        }
        boolean guarded = GuardState.inPlace(facts);
        if (!guarded) {
            Sharing.notLoaded(facts, "ipt_recent").ifPresent(causes::add);
        }
        causes.addAll(GuardState.causes(facts, causes));
    }

    /** What host and running VE have in common: programs, modules, sharing, guard. */
    private static void place(DiagnosisFacts facts, Experiment experiment, List<Cause> causes) {
        if (experiment.iptablesMissing()) {
            causes.add(Cause.of(
                            CauseCode.IPTABLES_MISSING,
                            "there is no iptables on " + facts.place().describe() + " that runs",
                            "install the package iptables there")
                    .with(experiment.iptables().orElseThrow()));
            return;
        }
        Optional<Cause> nft = Generations.nftWithoutKernel(facts, experiment);
        if (nft.isPresent()) {
            causes.add(nft.get());
            return;
        }
        experiment
                .locked()
                .ifPresent(locked -> causes.add(Cause.of(
                                CauseCode.XTABLES_LOCKED,
                                "another program holds the lock of iptables on "
                                        + facts.place().describe() + ": rules cannot be tried or written",
                                "find it (fuser /run/xtables.lock) and let it end")
                        .with(locked)));
        facts.ve().flatMap(ve -> Sharing.startedTooEarly(facts, ve)).ifPresent(causes::add);
        boolean guarded = GuardState.inPlace(facts);
        if (!guarded && !Obstacles.hideTables(causes)) {
            causes.addAll(Sharing.causes(facts, experiment));
        }
        facts.ve()
                .filter(ve -> ve.config().readable())
                .flatMap(Sharing::restartPending)
                .ifPresent(causes::add);
        causes.addAll(Limits.causes(facts));
        causes.addAll(GuardState.causes(facts, causes));
        if (guarded) {
            Sharing.notPersisted(facts).ifPresent(causes::add);
        }
        causes.addAll(BootScripts.causes(facts));
        DeadRules.cause(facts).filter(dead -> !named(causes, dead.code())).ifPresent(causes::add);
        Untracked.cause(facts).ifPresent(causes::add);
        Generations.ipv6(facts, experiment).ifPresent(causes::add);
    }

    private static boolean named(List<Cause> causes, CauseCode code) {
        return causes.stream().anyMatch(cause -> cause.code() == code);
    }

    private static Optional<Cause> state(VeSnapshot ve) {
        String name = "VE " + ve.ctid();
        if (ve.state() == VeState.RUNNING) {
            return ve.reachable()
                    ? Optional.empty()
                    : Optional.of(Cause.of(
                            CauseCode.VE_UNREACHABLE,
                            name + " runs but answers no exec",
                            "vzctl exec " + ve.ctid() + " true; it may still be starting, or be out of memory"));
        }
        Cause cause = switch (ve.state()) {
            case SUSPENDED ->
                Cause.of(
                        CauseCode.VE_SUSPENDED,
                        name + " is suspended; when it is resumed it comes back with the share and rules it had",
                        "vzctl start " + ve.ctid() + ", then restart it for changes to count");
            case STOPPED ->
                ve.disabled()
                        ? Cause.of(
                                CauseCode.VE_DISABLED,
                                name + " is stopped and disabled: vzctl refuses to start it",
                                "vzctl set " + ve.ctid() + " --disabled no --save")
                        : Cause.of(
                                CauseCode.VE_STOPPED,
                                name + " is stopped: its guard is pending until it is started",
                                "vzctl start " + ve.ctid());
            default ->
                Cause.of(
                        CauseCode.VE_STATE_UNKNOWN,
                        name + " neither runs nor is it stopped ("
                                + ve.state().name().toLowerCase(java.util.Locale.ROOT) + ")",
                        "vzctl status " + ve.ctid());
        };
        return Optional.of(cause);
    }

    private static List<String> lookedAt(DiagnosisFacts facts, Experiment experiment) {
        List<String> lines = new ArrayList<>();
        lines.add(facts.lsmod().source());
        lines.add(facts.host().vzConf().path());
        facts.ve().ifPresent(ve -> {
            lines.add(ve.config().path());
            lines.add("/proc/net/ip_tables_matches of VE " + ve.ctid() + ": "
                    + String.join(" ", ve.inside().matches()));
        });
        experiment.iptables().ifPresent(version -> lines.add(line(version)));
        experiment.trials().forEach(trial -> lines.add(line(trial.evidence())));
        facts.guards()
                .forEach(guard -> lines.add(guard.family().program() + "-save on "
                        + facts.site(guard).describe() + ": "
                        + (guard.rules().isPresent()
                                ? guard.present() ? "own rules" : "no own rules"
                                : guard.problem())));
        return lines;
    }

    private static String line(Evidence evidence) {
        String text = evidence.text().strip().replace('\n', ' ');
        return evidence.source() + ": exit " + evidence.exit().orElse(0) + (text.isEmpty() ? "" : ": " + text);
    }
}
