package vzguard.agent.plan;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import vzguard.agent.dialect.Dialect;
import vzguard.agent.dialect.IptablesVersion;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Permission;
import vzguard.agent.model.Place;
import vzguard.agent.model.Plan;
import vzguard.agent.model.Step;
import vzguard.agent.model.VeSnapshot;
import vzguard.agent.model.VeState;
import vzguard.policy.Modules;
import vzguard.policy.Policy;
import vzguard.policy.SshGuard.Placement;
import vzguard.values.Ctid;

/**
 * Plans one place: the steps that bring it from what was observed to what a policy asks for, the cheapest that do. A plan of
 * what is already so is empty. What the host needs for a VE is part of the VE's plan, so that each can be applied alone.
 */
public final class Planner {
    private Planner() {}

    /** @param ctid the VE; empty: the host itself */
    public static Plan plan(Policy policy, HostSnapshot host, Optional<Ctid> ctid) {
        return plan(policy, host, ctid, false);
    }

    /**
     * @param ctid the VE; empty: the host itself
     * @param othersGuard another policy's guard was applied there: a policy that guards no such place leaves it alone
     */
    public static Plan plan(Policy policy, HostSnapshot host, Optional<Ctid> ctid, boolean othersGuard) {
        return ctid.map(id -> ve(policy, host, id, othersGuard)).orElseGet(() -> host(policy, host, othersGuard));
    }

    private static List<GuardSeen> own(List<GuardSeen> seen, Policy policy, Placement placement, boolean othersGuard) {
        return othersGuard && !policy.sshGuard().placement().contains(placement) ? List.of() : seen;
    }

    /**
     * Takes away what vzguard applied to a place: jumps, chains, files, hooks. Modules and shares stay: others may use them
     * by now.
     */
    public static Plan revert(HostSnapshot host, Optional<Ctid> ctid) {
        Draft draft = new Draft(Place.target(ctid));
        if (ctid.isEmpty()) {
            GuardSteps.gone(Place.HOST, host.guards(), host).writeAndPersist(draft, false);
            return draft.finish(observed(host.guards()));
        }
        Optional<VeSnapshot> ve = host.ve(ctid.get());
        GuardSteps.gone(Place.edge(ctid.get()), host.edges().of(ctid.get()), host)
                .writeAndPersist(draft, false);
        if (ve.isEmpty() && host.veListReadable() && !draft.isEmpty()) {
            return draft.finish("");
        }
        Optional<Plan> unusable = unusable(draft, host, ctid.get());
        if (unusable.isPresent()) {
            return unusable.get();
        }
        if (ve.isPresent() && ve.get().state() != VeState.RUNNING) {
            draft.note(stopped(ctid.get(), "its files and hook are removed when it runs"));
            return draft.finish("");
        }
        Place inside = Place.of(ctid.get());
        GuardSteps.gone(inside, host.at(inside), host).writeAndPersist(draft, false);
        return draft.finish(observed(host.guards(inside)));
    }

    /** Takes away the guard at the edge of a VE alone: what it was for is no more there. */
    public static Plan revertEdge(HostSnapshot host, Ctid ctid) {
        Draft draft = new Draft(Place.of(ctid));
        GuardSteps.gone(Place.edge(ctid), host.edges().of(ctid), host).writeAndPersist(draft, false);
        return draft.finish(observed(host.edges().of(ctid)));
    }

    private static Plan host(Policy policy, HostSnapshot host, boolean othersGuard) {
        Draft draft = new Draft(Place.HOST);
        Dialect dialect = Dialect.of(host);
        // A host without any vzctl is no OpenVZ host, and has an sshd all the same.
        boolean vzctlIsStrange =
                !host.vzctlVersion().isEmpty() && !dialect.vzctl().isKnown();
        if (!dialect.kernel().isKnown() || vzctlIsStrange) {
            return onlyObserved(draft, dialect);
        }
        GuardSteps guard = GuardSteps.of(
                Place.HOST,
                own(host.guards(), policy, Placement.HOST, othersGuard),
                policy,
                dialect.guardsIpv6(dialect.iptables()),
                host);
        warnOfIpv6(draft, policy, Placement.HOST, dialect, dialect.iptables());
        HostSteps.modules(draft, policy, host, guard.needed(), guard.countsByHashlimit());
        if (policy.modules().share() == Modules.Share.GLOBAL) {
            ShareSteps share = new ShareSteps(policy, host);
            share.global(draft, share.required());
        }
        guard.writeAndPersist(draft, draft.contains(Step.Kind.LOAD_MODULE));
        warnOfEmptyAllow(draft, policy, Placement.HOST);
        return draft.finish(observed(host.guards()) + host.modules() + host.vzConf() + host.modulesFile());
    }

    private static Plan onlyObserved(Draft draft, Dialect dialect) {
        draft.block(
                CauseCode.GENERATION_UNKNOWN,
                String.join("; ", dialect.unknown())
                        + ": what it would make of a change is not guessed at, this host is" + " only observed",
                "a vzguard that knows it; docs/generations.md has those that this one knows");
        return draft.finish("");
    }

    private static void warnOfIpv6(
            Draft draft, Policy policy, Placement placement, Dialect dialect, IptablesVersion there) {
        if (policy.sshGuard().ipv6()
                && policy.sshGuard().placement().contains(placement)
                && !dialect.guardsIpv6(there)) {
            draft.warn("guarded for IPv4 only: " + dialect.whyNoIpv6(there));
        }
    }

    private static Plan ve(Policy policy, HostSnapshot host, Ctid ctid, boolean othersGuard) {
        Draft draft = new Draft(Place.of(ctid));
        Dialect dialect = Dialect.of(host);
        if (!dialect.unknown().isEmpty()) {
            return onlyObserved(draft, dialect);
        }
        if (host.ve(ctid)
                .filter(ve -> !concernsInside(policy, host, ve, othersGuard))
                .isPresent()) {
            return atEdgeAlone(draft, policy, host, host.ve(ctid).get(), othersGuard);
        }
        Optional<Plan> unusable = unusable(draft, host, ctid);
        if (unusable.isPresent()) {
            return unusable.get();
        }
        VeSnapshot ve = host.ve(ctid).orElseThrow();
        if (ve.disabled() && ve.state() != VeState.RUNNING) {
            draft.block(
                    CauseCode.VE_DISABLED,
                    "VE " + ctid + " is disabled and does not run: it is left alone",
                    "vzctl set " + ctid + " --disabled no --save");
            return draft.finish("");
        }
        ShareSteps share = new ShareSteps(policy, host);
        List<String> wanted = share.wanted(ve);
        IptablesVersion inside = IptablesVersion.of(ve.inside().iptables());
        GuardSteps guard = GuardSteps.of(
                Place.of(ctid),
                own(ve.inside().guards(), policy, Placement.VE, othersGuard),
                policy,
                ve.inside().ipv6() && dialect.guardsIpv6(inside),
                host);
        warnOfIpv6(draft, policy, Placement.VE, dialect, inside);
        warnOfIpv6(draft, policy, Placement.EDGE, dialect, dialect.iptables());
        GuardSteps edge = edge(policy, host, ve, othersGuard);
        List<GuardSeen> toBe = Stream.concat(guardsToBe(policy, ve, guard).stream(), edge.needed().stream())
                .toList();
        HostSteps.modules(draft, policy, host, toBe, guard.countsByHashlimit() || edge.countsByHashlimit());
        share.add(draft, ve, wanted);
        if (!edge.wantsNothing()) {
            edge.writeAndPersist(draft, draft.contains(Step.Kind.LOAD_MODULE));
        } else if (policy.sshGuard().placement().containsAll(List.of(Placement.VE, Placement.EDGE))) {
            draft.warn(noAddress(ve) + ": it is guarded inside only");
        } else if (policy.sshGuard().placement().contains(Placement.EDGE)) {
            blockNoAddress(draft, ve);
        }
        if (ve.state() == VeState.RUNNING) {
            running(draft, policy, ve, share, wanted, guard);
        } else if (policy.sshGuard().placement().contains(Placement.VE)) {
            draft.note(stopped(ctid, "its guard is pending until started"));
        }
        if (edge.wantsNothing() && ve.state() == VeState.RUNNING) {
            // Not before there is another one.
            edge.writeAndPersist(draft, false);
        }
        warnOfEmptyAllow(draft, policy, Placement.VE);
        return draft.finish(ve.state() + " " + ve.disabled() + ve.config() + ve.startedWith()
                + observed(host.guards(Place.of(ctid))));
    }

    private static GuardSteps edge(Policy policy, HostSnapshot host, VeSnapshot ve, boolean othersGuard) {
        return GuardSteps.atEdge(
                ve, own(host.edges().of(ve.ctid()), policy, Placement.EDGE, othersGuard), policy, host);
    }

    /** Whether the policy wants anything of the VE itself, or there is a guard in it that goes. */
    private static boolean concernsInside(Policy policy, HostSnapshot host, VeSnapshot ve, boolean othersGuard) {
        return !policy.sshGuard().placement().contains(Placement.EDGE)
                || policy.sshGuard().placement().contains(Placement.VE)
                || !new ShareSteps(policy, host).wanted(ve).isEmpty()
                || own(ve.inside().guards(), policy, Placement.VE, othersGuard).stream()
                        .anyMatch(guard -> guard.present() || guard.stored().filePresent());
    }

    /** Nothing of the VE is needed: it may be stopped, suspended, disabled or beyond reach. */
    private static Plan atEdgeAlone(Draft draft, Policy policy, HostSnapshot host, VeSnapshot ve, boolean othersGuard) {
        GuardSteps edge = edge(policy, host, ve, othersGuard);
        if (edge.wantsNothing()) {
            blockNoAddress(draft, ve);
        }
        HostSteps.modules(draft, policy, host, edge.needed(), edge.countsByHashlimit());
        edge.writeAndPersist(draft, draft.contains(Step.Kind.LOAD_MODULE));
        warnOfIpv6(
                draft,
                policy,
                Placement.EDGE,
                Dialect.of(host),
                Dialect.of(host).iptables());
        if (!ve.addresses(Family.V4).isEmpty()
                && policy.sshGuard().ipv6()
                && ve.addresses(Family.V6).isEmpty()) {
            draft.warn("the host knows no IPv6 address of VE " + ve.ctid() + ": its edge is guarded for IPv4 only");
        }
        warnOfEmptyAllow(draft, policy, Placement.EDGE);
        return draft.finish(ve.addresses() + observed(host.edges().of(ve.ctid())));
    }

    private static void blockNoAddress(Draft draft, VeSnapshot ve) {
        draft.block(
                CauseCode.NO_ADDRESS,
                noAddress(ve) + ": its edge cannot be guarded",
                "sshGuard.placement: [ve]; or give it an address by vzctl set " + ve.ctid() + " --ipadd");
    }

    private static String noAddress(VeSnapshot ve) {
        return "the host knows no address of VE " + ve.ctid() + " (a VE behind veth has its own)";
    }

    /** A stopped VE shows no rules, but will need the modules all the same. */
    private static List<GuardSeen> guardsToBe(Policy policy, VeSnapshot ve, GuardSteps guard) {
        boolean pending =
                ve.state() != VeState.RUNNING && policy.sshGuard().placement().contains(Placement.VE);
        return pending ? List.of(GuardSeen.absent(Placement.VE, Family.V4)) : guard.needed();
    }

    private static void running(
            Draft draft, Policy policy, VeSnapshot ve, ShareSteps share, List<String> wanted, GuardSteps guard) {
        List<String> late = share.boundTooLate(ve, wanted);
        boolean restart = needsRestart(draft, policy, ve, share, wanted) || !late.isEmpty();
        if (restart && ve.disabled()) {
            draft.block(Cause.of(
                            CauseCode.VE_DISABLED,
                            "VE " + ve.ctid() + " needs a restart, but is disabled: vzctl would stop it and refuse to"
                                    + " start it",
                            "vzctl set " + ve.ctid() + " --disabled no --save")
                    .needingRestart());
            return;
        }
        boolean mayAppear = restart || draft.contains(Step.Kind.LOAD_MODULE);
        if (restart) {
            guard.remove(draft);
            guard.persist(draft);
            draft.add(new Step.RestartVe(ve.ctid(), restartReason(ve, wanted, late)));
            warnOfEdge(draft, policy, ve);
            if (policy.modules().share() != Modules.Share.AUTO) {
                draft.warn("VE " + ve.ctid() + " restarts because the policy shares modules explicitly; modules.share:"
                        + " auto restarts only where the guard cannot do without");
            }
        }
        if (restart) {
            guard.write(draft, mayAppear);
        } else {
            guard.writeAndPersist(draft, mayAppear);
        }
        if (!ve.inside().ipv6() && policy.sshGuard().ipv6()) {
            draft.warn("VE " + ve.ctid() + " has no IPv6: it is guarded for IPv4 only");
        }
    }

    /** The cheapest way of all, where the host knows where the VE is reached. */
    private static void warnOfEdge(Draft draft, Policy policy, VeSnapshot ve) {
        boolean reached = !ve.addresses(Family.V4).isEmpty();
        if (reached
                && policy.sshGuard().placement().contains(Placement.VE)
                && !policy.sshGuard().placement().contains(Placement.EDGE)) {
            draft.warn("sshGuard.placement: [edge] would guard VE " + ve.ctid()
                    + " without a restart, and without anything of it");
        }
    }

    private static boolean needsRestart(
            Draft draft, Policy policy, VeSnapshot ve, ShareSteps share, List<String> wanted) {
        Optional<Permission> refused = share.refusedThoughLoaded(ve);
        boolean lacks = ve.startedWith().map(given -> !given.permitsAll(wanted)).orElse(false);
        if (refused.isPresent() && !lacks && ve.startedWith().isPresent()) {
            draft.block(Cause.of(
                            CauseCode.NOT_SHARED,
                            "VE " + ve.ctid() + " is refused the match recent, though it was started with it: a restart"
                                    + " would change nothing",
                            "vzguard diagnose")
                    .with(refused.get().evidence()));
            return false;
        }
        if (policy.modules().share() == Modules.Share.AUTO) {
            warnOfAutomatic(draft, ve, share);
        } else if (ve.startedWith().isEmpty() && refused.isEmpty()) {
            draft.warn("what VE " + ve.ctid()
                    + " was given at its start is not known (its config changed since): it is not"
                    + " restarted on a guess");
        }
        return lacks || refused.isPresent();
    }

    private static void warnOfAutomatic(Draft draft, VeSnapshot ve, ShareSteps share) {
        List<String> spared = share.required().stream()
                .filter(module -> !ve.startedWith().orElse(ve.effective()).permits(module))
                .toList();
        if (!spared.isEmpty()) {
            draft.warn("modules.share: auto leaves " + String.join(" ", spared) + " unshared with VE " + ve.ctid()
                    + ": the guard does without; per-ve, global or netfilter would restart it");
        }
    }

    private static String restartReason(VeSnapshot ve, List<String> wanted, List<String> late) {
        boolean lacks = ve.startedWith().map(given -> !given.permitsAll(wanted)).orElse(false);
        if (!lacks && !late.isEmpty()) {
            return "this kernel gives a VE " + String.join(" ", late)
                    + " when it starts, and the host had not loaded that when this one did";
        }
        return ve.startedWith()
                .map(given -> "it runs without "
                        + wanted.stream()
                                .filter(module -> !given.permits(module))
                                .collect(Collectors.joining(" "))
                        + ": what a VE may use is fixed when it starts")
                .orElse("it is refused what the host has loaded: what a VE may use is fixed when it starts");
    }

    /** Plans for VEs on which nothing can be done. */
    private static Optional<Plan> unusable(Draft draft, HostSnapshot host, Ctid ctid) {
        Optional<VeSnapshot> found = host.ve(ctid);
        if (found.isEmpty()) {
            if (!host.veListReadable()) {
                return Optional.of(draft.unknown(Cause.of(
                        CauseCode.VE_STATE_UNKNOWN,
                        "the VEs of this host could not be listed: " + String.join("; ", host.problems()),
                        "")));
            }
            draft.block(CauseCode.VE_MISSING, "there is no VE " + ctid + " on " + host.name(), "");
            return Optional.of(draft.finish(""));
        }
        VeSnapshot ve = found.get();
        if (ve.state() == VeState.SUSPENDED) {
            draft.block(
                    CauseCode.VE_SUSPENDED,
                    "VE " + ctid + " is suspended: it would come back with its old rules and its old share",
                    "vzctl start " + ctid);
            return Optional.of(draft.finish(""));
        }
        if (ve.state() == VeState.UNKNOWN) {
            return Optional.of(draft.unknown(
                    Cause.of(CauseCode.VE_STATE_UNKNOWN, "VE " + ctid + " is neither running nor stopped", "")));
        }
        if (ve.state() == VeState.RUNNING && !ve.reachable()) {
            return Optional.of(draft.unknown(Cause.of(
                    CauseCode.VE_UNREACHABLE,
                    ve.problems().isEmpty() ? "VE " + ctid + " answers no exec" : String.join("; ", ve.problems()),
                    "")));
        }
        if (!ve.config().readable()) {
            draft.block(
                    CauseCode.CONFIG_UNREADABLE,
                    ve.config().path() + " cannot be read: vzctl set would make a new one without any other setting",
                    "");
            return Optional.of(draft.finish(""));
        }
        return Optional.empty();
    }

    private static Cause stopped(Ctid ctid, String pending) {
        return Cause.of(CauseCode.VE_STOPPED, "VE " + ctid + " does not run: " + pending, "vzctl start " + ctid);
    }

    private static void warnOfEmptyAllow(Draft draft, Policy policy, Placement placement) {
        if (policy.sshGuard().allow().isEmpty() && policy.sshGuard().placement().contains(placement)) {
            draft.warn("sshGuard.allow is empty: connections of your own tools are counted like anyone's");
        }
    }

    /** Only rules: counters and words of error messages come and go. */
    private static String observed(List<GuardSeen> guards) {
        return guards.stream()
                .map(guard -> guard.family()
                        + guard.rules().orElse(OwnRules.NONE).digest()
                        + guard.stored().rules().map(OwnRules::digest).orElse("")
                        + guard.stored().possible())
                .collect(Collectors.joining(" "));
    }
}
