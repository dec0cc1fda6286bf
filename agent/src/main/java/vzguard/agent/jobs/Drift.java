package vzguard.agent.jobs;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import vzguard.agent.apply.Applier;
import vzguard.agent.apply.ApplyOptions;
import vzguard.agent.apply.ApplyReport;
import vzguard.agent.guard.HashlimitRule;
import vzguard.agent.journal.Journal;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.ChangeClass;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Outcome;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.agent.model.Plan;
import vzguard.agent.model.Step;
import vzguard.agent.model.VeState;
import vzguard.agent.observe.Observer;
import vzguard.agent.plan.Planner;
import vzguard.agent.tools.FirewallTraces;
import vzguard.agent.wire.FactsWire;
import vzguard.policy.Policy;
import vzguard.policy.SshGuard.Placement;
import vzguard.v1.DriftEvent;

/**
 * Guards that are no longer what was applied: brought back where the policy enforces, else only told. Rules, files and loaded
 * modules alone: what would restart a VE, or change what it may use, is told and left to a rollout. Looked at again while no
 * job works on the place, so that a job in its middle is no drift.
 */
public final class Drift {
    private static final Logger LOG = Logger.getLogger(Drift.class.getName());
    /** What brings a guard back without anyone noticing. */
    private static final Set<Step.Kind> HEALING = Set.of(
            Step.Kind.WRITE_GUARD,
            Step.Kind.REMOVE_GUARD,
            Step.Kind.PERSIST_GUARD,
            Step.Kind.LOAD_MODULE,
            Step.Kind.PERSIST_MODULES);

    /** Why a guard is not even written. */
    private static final Set<CauseCode> NOT_WRITABLE =
            Set.of(CauseCode.COUNTED_TWICE, CauseCode.BOTH_BACKENDS, CauseCode.RULES_UNREADABLE, CauseCode.NO_ADDRESS);

    private static final int REMEMBERED = 20;
    private static final String OVER = "; brought back since";

    private final Observer observer;
    private final Applier applier;
    private final Memory memory;
    private final Journal journal;
    private final Clock clock;
    private final FirewallTraces traces;
    /** When a place was last found as it was applied, since this agent started. */
    private final Map<Place, Instant> good = new ConcurrentHashMap<>();

    public Drift(
            Observer observer, Applier applier, Memory memory, Journal journal, FirewallTraces traces, Clock clock) {
        this.traces = traces;
        this.observer = observer;
        this.applier = applier;
        this.memory = memory;
        this.journal = journal;
        this.clock = clock;
    }

    /** The last events, newest first. */
    public List<DriftEvent> events() {
        return memory.drifts();
    }

    /**
     * Looks at all places that a policy was applied to.
     *
     * @param seen a sweep
     * @return whether anything was changed, so that the sweep is no longer true
     */
    public boolean look(HostSnapshot seen) {
        boolean changed = false;
        for (Place place : memory.places()) {
            Optional<Policy> applied = memory.applied(place);
            boolean there = place.ctid()
                    .flatMap(seen::ve)
                    .map(ve -> (ve.state() == VeState.RUNNING && ve.reachable())
                            || applied.map(Drift::isAtEdgeAlone).orElse(false))
                    .orElse(place.ctid().isEmpty());
            boolean differs = there
                    && applied.map(policy -> guardDiffers(plan(policy, seen, place), seen))
                            .orElse(false);
            if (differs) {
                changed |= applier.alone(place, () -> unlessLocked(() -> lookAgain(place)));
            } else if (there) {
                good.put(place, seen.observedAt());
                forgetUnhealed(place);
            }
        }
        return changed | removeOfGone(seen);
    }

    private static boolean isAtEdgeAlone(Policy policy) {
        return policy.sshGuard().placement().contains(Placement.EDGE)
                && !policy.sshGuard().placement().contains(Placement.VE);
    }

    /** A VE that was destroyed, or went to another host, leaves nothing at its edge: its addresses may be another's soon. */
    private boolean removeOfGone(HostSnapshot seen) {
        List<Place> gone = seen.edges().kept().stream()
                .filter(ctid -> seen.veListReadable() && seen.ve(ctid).isEmpty())
                .map(Place::of)
                .filter(place -> !applier.isThere(place))
                .toList();
        boolean changed = false;
        for (Place place : gone) {
            changed |= applier.alone(place, () -> unlessLocked(() -> remove(place)));
        }
        return changed;
    }

    private boolean remove(Place place) {
        applier.reverter().takeBack(place);
        ApplyReport report =
                carryOut(place, host -> Planner.revertEdge(host, place.ctid().orElseThrow()));
        boolean done = report.outcome() == Outcome.DONE;
        if (done) {
            memory.forget(place);
        }
        if (report.outcome() != Outcome.NO_OP) {
            tell(place, "the VE is gone from this host, and had a guard at its edge", done, report.summary());
        }
        return done;
    }

    private static Plan plan(Policy policy, HostSnapshot host, Place place) {
        return Planner.plan(policy, host, place.ctid());
    }

    /** Whether something concerns the guard itself: a share that changed is no drift of it. */
    private static boolean guardDiffers(Plan plan, HostSnapshot seen) {
        return obstacle(plan).isPresent() || plan.steps().stream().anyMatch(step -> isDrift(step, seen));
    }

    private static boolean isDrift(Step step, HostSnapshot seen) {
        if (step instanceof Step.WriteGuard write) {
            return !write.adopted().isEmpty()
                    || seen.at(write.place()).stream()
                            .filter(guard -> guard.family() == write.family())
                            .noneMatch(guard -> isFromBeforeHashlimit(guard, write.rules()));
        }
        return step instanceof Step.PersistGuard persist
                && !seen.at(persist.place()).stream()
                        .allMatch(guard -> Optional.ofNullable(persist.rules().get(guard.family()))
                                .map(goal -> isFromBeforeHashlimit(guard, goal)
                                        && guard.stored().rules().equals(Optional.of(HashlimitRule.without(goal)))
                                        && guard.stored()
                                                .kept()
                                                .equals(persist.kept().get(guard.family())))
                                .orElse(!guard.stored().filePresent()));
    }

    /** That the kernel came to have that match since is nobody's doing to the guard: the next rollout makes use of it. */
    private static boolean isFromBeforeHashlimit(GuardSeen guard, OwnRules goal) {
        return HashlimitRule.isIn(goal)
                && guard.rules().equals(Optional.of(HashlimitRule.without(goal)))
                && guard.stored().rules().filter(HashlimitRule::isIn).isEmpty();
    }

    /** Why a guard could not even be written as it should be. */
    private static Optional<Cause> obstacle(Plan plan) {
        return plan.causes().stream()
                .filter(cause -> plan.changeClass() == ChangeClass.BLOCKED)
                .filter(cause -> NOT_WRITABLE.contains(cause.code()))
                .findFirst();
    }

    /** While an administrator changes guards by hand, nothing is brought back: the next sweep looks. */
    private boolean unlessLocked(BooleanSupplier work) {
        Optional<HostLock> lock = memory.lock();
        if (lock.isEmpty()) {
            return false;
        }
        try (HostLock held = lock.get()) {
            return held.isHeld() && work.getAsBoolean();
        }
    }

    private boolean lookAgain(Place place) {
        Optional<Policy> applied = memory.applied(place);
        if (applied.isEmpty() || applier.reverter().isArmed(place)) {
            return false;
        }
        Policy policy = applied.get();
        HostSnapshot now = observer.observe(place);
        Plan plan = plan(policy, now, place);
        if (!guardDiffers(plan, now)) {
            return false;
        }
        Optional<Cause> obstacle = obstacle(plan);
        if (obstacle.isPresent()) {
            boolean removed = obstacle.get().code() == CauseCode.NO_ADDRESS && removeEdge(place, now, obstacle.get());
            tell(place, obstacle.get().summary(), false, obstacle.get().cure());
            return removed;
        }
        String what = what(now.guards(place), plan);
        if (policy.mode() == Policy.Mode.REPORT && !followsAddresses(place, plan, now)) {
            tell(place, what, false, "mode: report");
            return false;
        }
        if (!plan.steps().stream().allMatch(step -> HEALING.contains(step.kind()))) {
            String more = plan.steps().stream()
                    .filter(step -> !HEALING.contains(step.kind()))
                    .map(Step::summary)
                    .collect(Collectors.joining("; "));
            tell(place, what, false, "it would also need: " + more + "; a rollout of " + policy.name() + " does that");
            return false;
        }
        ApplyReport report = heal(place, policy);
        if (isOvertaken(report)) {
            report = heal(place, policy);
        }
        // It was confirmed when it was applied.
        applier.reverter().confirm(place);
        applier.reverter().forget(place);
        boolean healed = report.outcome() == Outcome.DONE || report.outcome() == Outcome.NO_OP;
        tell(place, what, healed, healed ? "" : report.summary());
        return true;
    }

    /** The addresses that a VE had may be another's by now. */
    private boolean removeEdge(Place place, HostSnapshot now, Cause cause) {
        if (now.at(Place.edge(place.ctid().orElseThrow())).stream()
                .noneMatch(guard -> guard.present() || guard.stored().filePresent())) {
            return false;
        }
        ApplyReport report =
                carryOut(place, host -> Planner.revertEdge(host, place.ctid().orElseThrow()));
        boolean done = report.outcome() == Outcome.DONE;
        tell(place, cause.summary() + "; what guarded the addresses it had goes", done, report.summary());
        return true;
    }

    private ApplyReport heal(Place place, Policy policy) {
        return carryOut(place, host -> plan(policy, host, place));
    }

    private ApplyReport carryOut(Place place, Function<HostSnapshot, Plan> planner) {
        String job = "heal " + place.describe();
        ApplyReport report = applier.apply(
                place,
                planner,
                new ApplyOptions("", false, Instant.MAX),
                journal.of(job),
                (step, steps, text) -> LOG.log(Level.INFO, "{0}: {1}", new Object[] {job, text}));
        journal.forget(job);
        return report;
    }

    /** Somebody was at work in the same moment: a firewall that is just starting flushes more than once. */
    private static boolean isOvertaken(ApplyReport report) {
        return report.causes().stream().anyMatch(cause -> cause.code() == CauseCode.NO_EFFECT);
    }

    /**
     * Whether all that differs is which addresses are guarded at the edge. They are the VE's, nobody touched the guard: it goes
     * with them whatever the mode, and comes back with them.
     */
    private static boolean followsAddresses(Place place, Plan plan, HostSnapshot now) {
        return plan.steps().stream()
                .allMatch(step -> step instanceof Step.WriteGuard write
                        ? write.place().edge()
                                && now.at(write.place()).stream()
                                        .filter(guard -> guard.family() == write.family())
                                        .anyMatch(guard -> followsAddresses(guard, write.rules()))
                        : step instanceof Step.PersistGuard persist
                                && persist.place().edge());
    }

    private static boolean followsAddresses(GuardSeen guard, OwnRules wanted) {
        boolean otherJumps = guard.rules()
                .filter(rules -> rules.jumpsFirst()
                        && rules.chain().equals(wanted.chain())
                        && rules.ban().equals(wanted.ban()))
                .isPresent();
        boolean hadNone = !guard.present() && !guard.stored().filePresent();
        return otherJumps || hadNone;
    }

    private static String what(List<GuardSeen> guards, Plan plan) {
        Map<String, String> complaints = new java.util.LinkedHashMap<>();
        for (GuardSeen guard : guards) {
            Optional<Step.WriteGuard> write = plan.steps().stream()
                    .filter(Step.WriteGuard.class::isInstance)
                    .map(Step.WriteGuard.class::cast)
                    .filter(each ->
                            each.family() == guard.family() && each.place().placement() == guard.placement())
                    .findFirst();
            if (write.isPresent()) {
                String complaint = FactsWire.complaint(guard);
                complaints.put(
                        (write.get().place().edge() ? "at the edge, " : "") + "IPv"
                                + guard.family().number(),
                        complaint.isEmpty() ? write.get().reason() : complaint);
            }
        }
        return complaints.isEmpty()
                ? "the next start would not bring the guard back"
                : complaints.entrySet().stream()
                        .map(entry -> entry.getKey() + ": " + entry.getValue())
                        .collect(Collectors.joining("; "));
    }

    /** What runs in a VE is not the host's to know. */
    private boolean isInTheHostsTable(Place place) {
        return place.ctid().isEmpty()
                || memory.applied(place).filter(Drift::isAtEdgeAlone).isPresent();
    }

    /** What stays as it is is told once. */
    private void tell(Place place, String what, boolean healed, String detail) {
        Instant now = clock.instant();
        DriftEvent.Builder event = DriftEvent.newBuilder()
                .setCtid(place.ctid().map(Object::toString).orElse(""))
                .setSeenAt(FactsWire.timestamp(now))
                .setWhat(what)
                .setHealed(healed)
                .setDetail(detail);
        Optional.ofNullable(good.get(place))
                .filter(since -> isInTheHostsTable(place))
                .ifPresent(since -> event.addAllKnown(traces.between(since, now)));
        List<DriftEvent> events = new ArrayList<>(memory.drifts());
        boolean told = !healed
                && events.stream()
                        .filter(before -> before.getCtid().equals(event.getCtid()))
                        .findFirst()
                        .filter(before -> !before.getHealed()
                                && before.getWhat().equals(what)
                                && before.getDetail().equals(detail))
                        .isPresent();
        if (told) {
            return;
        }
        LOG.log(Level.WARNING, "the guard of {0} drifted: {1}; {2}", new Object[] {
            place.describe(), what, healed ? "healed" : "not healed: " + detail
        });
        events.add(0, event.build());
        memory.drifts(events.subList(0, Math.min(REMEMBERED, events.size())));
    }

    /** It was brought back by others: should it drift in the same way again, that is told again. */
    private void forgetUnhealed(Place place) {
        String ctid = place.ctid().map(Object::toString).orElse("");
        List<DriftEvent> events = memory.drifts();
        Optional<DriftEvent> last =
                events.stream().filter(event -> event.getCtid().equals(ctid)).findFirst();
        if (last.filter(event -> !event.getHealed() && !event.getDetail().endsWith(OVER))
                .isPresent()) {
            List<DriftEvent> changed = new ArrayList<>(events);
            changed.set(
                    events.indexOf(last.get()),
                    last.get().toBuilder()
                            .setDetail(last.get().getDetail() + OVER)
                            .build());
            memory.drifts(changed);
        }
    }
}
