package vzguard.agent.plan;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import vzguard.agent.boot.BootLayout;
import vzguard.agent.boot.BootSeen;
import vzguard.agent.dialect.Dialect;
import vzguard.agent.dialect.IptablesVersion;
import vzguard.agent.guard.Chains;
import vzguard.agent.guard.GuardRules;
import vzguard.agent.guard.HashlimitRule;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Kept;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.agent.model.PublishedRule;
import vzguard.agent.model.Step;
import vzguard.agent.model.VeSnapshot;
import vzguard.policy.Policy;
import vzguard.policy.SshGuard;
import vzguard.policy.SshGuard.Placement;
import vzguard.values.BanAddress;

/** The guard of one place: written, kept, or taken away, so that it is what the settings ask for in each family. */
final class GuardSteps {
    private static final int PUBLISHED_PORT = 22;

    private final Place place;
    private final List<GuardSeen> seen;
    private final SshGuard settings;
    private final Map<Family, OwnRules> wanted;
    private final Chains chains;
    private final boolean loadsOthers;
    private final Map<Family, List<BanAddress>> bansElsewhere;

    private GuardSteps(
            Place place, List<GuardSeen> seen, SshGuard settings, Map<Family, OwnRules> wanted, HostSnapshot host) {
        this.place = place;
        this.chains = Chains.of(place);
        this.seen = List.copyOf(seen);
        this.settings = settings;
        this.wanted = wanted;
        this.loadsOthers = loadsOthers(place, host);
        this.bansElsewhere = bansElsewhere(place, settings, host);
    }

    /**
     * What operators banned at the other guard of the same VE: it is meant for whichever guards the VE. That guard stays, or goes after
     * this one stands; where it only loses a family, it has done so before.
     */
    private static Map<Family, List<BanAddress>> bansElsewhere(Place place, SshGuard settings, HostSnapshot host) {
        Map<Family, List<BanAddress>> bans = new EnumMap<>(Family.class);
        place.ctid()
                .flatMap(host::ve)
                .ifPresent(ve -> host.guards(place.target()).stream()
                        .filter(guard -> guard.placement() != place.placement())
                        .filter(guard -> !settings.placement().contains(guard.placement())
                                || wants(Dialect.of(host), settings, guard.placement(), guard.family(), ve))
                        .forEach(guard ->
                                bans.put(guard.family(), guard.stored().kept().bans())));
        return bans;
    }

    private static boolean wants(
            Dialect dialect, SshGuard settings, Placement placement, Family family, VeSnapshot ve) {
        boolean has = placement == Placement.EDGE
                ? !ve.addresses(family).isEmpty()
                : family == Family.V4 || ve.inside().ipv6();
        IptablesVersion there = placement == Placement.EDGE
                ? dialect.iptables()
                : IptablesVersion.of(ve.inside().iptables());
        return has && (family == Family.V4 || dialect.guardsIpv6(there)) && (family == Family.V4 || settings.ipv6());
    }

    /** Those of this guard; where there is none yet, those of the other. */
    private List<BanAddress> bans(GuardSeen guard) {
        return guard.stored().filePresent()
                ? guard.stored().kept().bans()
                : bansElsewhere.getOrDefault(guard.family(), List.of());
    }

    /**
     * The guard of the host itself, or one in a VE.
     *
     * @param ipv6 the place has IPv6 at all
     */
    static GuardSteps of(Place place, List<GuardSeen> seen, Policy policy, boolean ipv6, HostSnapshot host) {
        SshGuard settings = policy.sshGuard();
        Map<Family, OwnRules> wanted = new EnumMap<>(Family.class);
        if (settings.placement().contains(place.placement())) {
            boolean hashlimit = SecondCount.isAt(place, policy, host);
            wanted.put(Family.V4, GuardRules.wanted(settings, Family.V4, host.failsafe(), hashlimit));
            if (settings.ipv6() && ipv6) {
                wanted.put(Family.V6, GuardRules.wanted(settings, Family.V6, host.failsafe(), hashlimit));
            }
        }
        return new GuardSteps(place, seen, settings, wanted, host);
    }

    /** The guard at the edge of a VE, in the families in which it has addresses. */
    static GuardSteps atEdge(VeSnapshot ve, List<GuardSeen> seen, Policy policy, HostSnapshot host) {
        SshGuard settings = policy.sshGuard();
        Place place = Place.edge(ve.ctid());
        Dialect dialect = Dialect.of(host);
        boolean hashlimit = SecondCount.isAt(place, policy, host);
        Map<Family, OwnRules> wanted = new EnumMap<>(Family.class);
        for (Family family : settings.ipv6() ? Family.values() : new Family[] {Family.V4}) {
            List<String> addresses = ve.addresses(family);
            if ((family == Family.V4 || dialect.guardsIpv6(dialect.iptables()))
                    && settings.placement().contains(Placement.EDGE)
                    && !addresses.isEmpty()) {
                wanted.put(
                        family,
                        GuardRules.wantedAtEdge(settings, family, host.failsafe(), hashlimit, ve.ctid(), addresses));
            }
        }
        return new GuardSteps(place, seen, settings, wanted, host);
    }

    /** A place whose guard goes. */
    static GuardSteps gone(Place place, List<GuardSeen> seen, HostSnapshot host) {
        return new GuardSteps(place, seen, SshGuard.NONE, Map.of(), host);
    }

    /** What loads the guards of a host at boot loads that of the host itself and those at edges. */
    private static boolean loadsOthers(Place place, HostSnapshot host) {
        boolean hostsOwn =
                host.guards().stream().anyMatch(guard -> guard.stored().filePresent());
        boolean atOtherEdge =
                host.edges().kept().stream().anyMatch(ctid -> !place.ctid().equals(Optional.of(ctid)));
        return place.inside().isEmpty() && ((place.edge() && hostsOwn) || atOtherEdge);
    }

    /** Nothing of the place can be guarded. */
    boolean wantsNothing() {
        return wanted.isEmpty();
    }

    /** Some guard to be needs the match hashlimit. */
    boolean countsByHashlimit() {
        return wanted.values().stream().anyMatch(HashlimitRule::isIn);
    }

    /** The guards that should be there, as they are now. */
    List<GuardSeen> needed() {
        return seen.stream().filter(guard -> wanted.containsKey(guard.family())).toList();
    }

    /**
     * What must change about rules and files.
     *
     * @param mayAppear steps before these may make readable what is not: a module, a share
     */
    void writeAndPersist(Draft draft, boolean mayAppear) {
        remove(draft);
        // What the guard takes the place of is on record before it goes.
        boolean adopts = needed().stream().anyMatch(guard -> !taken(guard).isEmpty());
        if (adopts) {
            persist(draft);
        }
        write(draft, mayAppear);
        if (!adopts) {
            persist(draft);
        }
    }

    /** Rules that must go. Before their files: these tell what is to be put back. */
    void remove(Draft draft) {
        seen.stream()
                .filter(guard -> !wanted.containsKey(guard.family()))
                .forEach(guard -> OthersRules.lookBeforeRemoval(draft, place, guard));
        seen.stream()
                .filter(guard -> guard.present() && !wanted.containsKey(guard.family()))
                .forEach(guard -> draft.add(new Step.RemoveGuard(
                        place,
                        guard.family(),
                        guard.stored().kept().adopted(),
                        guard.stored(),
                        "the policy asks for no guard here")));
    }

    /** What must change about the rules in force of the families that are to have a guard. */
    void write(Draft draft, boolean mayAppear) {
        for (GuardSeen guard : needed()) {
            OwnRules goal = java.util.Objects.requireNonNull(wanted.get(guard.family()));
            if (guard.rules().isEmpty() && !mayAppear) {
                draft.block(
                        CauseCode.RULES_UNREADABLE,
                        "the IPv" + guard.family().number() + " rules of " + place.describe() + " cannot be read: "
                                + guard.problem(),
                        guard.family() == Family.V6 ? "sshGuard.ipv6: false, where there is no IPv6" : "");
            } else {
                OthersRules.look(draft, place, settings, guard);
                boolean same = guard.rules().map(OwnRules::withoutCopies).equals(Optional.of(goal));
                if (!same || !taken(guard).isEmpty()) {
                    draft.add(new Step.WriteGuard(
                            place,
                            guard.family(),
                            goal,
                            taken(guard),
                            bans(guard),
                            guard.stored().rules().equals(Optional.of(goal)),
                            guard.stored(),
                            text(goal, guard),
                            reason(guard)));
                }
            }
        }
    }

    /** The published rules are about port 22: where the guard is not, they stay. */
    private List<PublishedRule> taken(GuardSeen guard) {
        return settings.ports().contains(PUBLISHED_PORT) ? guard.copies() : List.of();
    }

    private String reason(GuardSeen guard) {
        if (!taken(guard).isEmpty()) {
            int copies = taken(guard).size();
            return "it takes the place of " + copies + (copies == 1 ? " rule" : " rules")
                    + " of the published guard"
                    + (settings.list().equals("SSH") && guard.family() == Family.V4 ? ", whose bans stay" : "");
        }
        if (guard.rules().isEmpty() || !guard.present()) {
            return "there is no guard";
        }
        OwnRules rules = guard.rules().get();
        if (rules.jumps().isEmpty()) {
            return "nothing jumps to the guard's chain";
        }
        if (!rules.jumpsFirst()) {
            return "another rule stands before the guard";
        }
        OwnRules goal = java.util.Objects.requireNonNull(wanted.get(guard.family()));
        if (HashlimitRule.without(goal).equals(rules)) {
            return "the kernel has the match hashlimit, which it does not count by yet";
        }
        return place.edge() && rules.chain().equals(goal.chain()) && rules.ban().equals(goal.ban())
                ? "the VE's addresses or the ports differ from those it guards"
                : "the guard's rules differ";
    }

    /** What must change about the files from which the guard comes back. */
    void persist(Draft draft) {
        if (seen.isEmpty()) {
            return;
        }
        BootSeen boot = seen.get(0).stored().boot();
        if (wanted.isEmpty()) {
            boolean anyFile = (!boot.paths().isEmpty() && !loadsOthers)
                    || seen.stream().anyMatch(guard -> guard.stored().filePresent());
            if (anyFile) {
                // Whether it loads others is looked at again then: they may be going at the same time.
                draft.add(new Step.RemovePersistence(place, boot.paths(), "the policy asks for no guard here"));
            }
            return;
        }
        if (!boot.layout().possible()) {
            cannotPersist(draft);
            return;
        }
        boolean asWanted = seen.stream()
                .allMatch(guard -> wanted.containsKey(guard.family())
                        ? guard.stored().rules().equals(Optional.of(wanted.get(guard.family())))
                                && guard.stored().kept().equals(kept(guard))
                        : !guard.stored().filePresent());
        if (!asWanted) {
            Map<Family, Kept> kept = new EnumMap<>(Family.class);
            needed().forEach(guard -> kept.put(guard.family(), kept(guard)));
            draft.add(new Step.PersistGuard(
                    place,
                    new TreeMap<>(wanted),
                    kept,
                    boot.layout(),
                    "the next start would not bring this guard back"));
        }
    }

    private void cannotPersist(Draft draft) {
        if (needed().stream().anyMatch(guard -> !taken(guard).isEmpty())) {
            draft.block(
                    CauseCode.COUNTED_TWICE,
                    place.describe() + " has the published rules in " + GuardRules.BUILT_IN
                            + ", and nothing to load the guard from at boot (no " + BootLayout.sought()
                            + "): after a restart they would stand beside the guard, and connections would count twice",
                    "delete the published rules, and what loads them");
            return;
        }
        draft.warn("the guard of " + place.describe() + " will not survive a restart: nothing there would load it"
                + " (no " + BootLayout.sought() + ")");
    }

    /** What was adopted once is not adopted again when the file it is loaded from brings it back. */
    private Kept kept(GuardSeen guard) {
        Kept before = guard.stored().kept().withBans(bans(guard));
        return before.adopted().isEmpty() ? before.withAdopted(taken(guard)) : before;
    }

    private String text(OwnRules goal, GuardSeen guard) {
        List<String> lines = new ArrayList<>();
        if (settings.rule() == SshGuard.Rule.FIELD_REPORT) {
            lines.add(
                    "# as published, but for --rttl: behind --set it does nothing, before it anyone passes who varies it");
        }
        SecondCount.said(settings, goal).ifPresent(said -> lines.add("# " + said));
        taken(guard).forEach(rule -> lines.add("-D " + GuardRules.BUILT_IN + " " + rule.words()));
        goal.jumps().forEach(jump -> lines.add("-I " + chains.builtIn() + " " + jump));
        goal.chain().forEach(rule -> lines.add("-A " + chains.guard() + " " + rule));
        goal.ban().ifPresent(rules -> rules.forEach(rule -> lines.add("-A " + chains.ban() + " " + rule)));
        return String.join("\n", lines) + "\n";
    }
}
