package vzguard.agent.jobs;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import vzguard.agent.apply.Applier;
import vzguard.agent.apply.ApplyOptions;
import vzguard.agent.apply.ApplyReport;
import vzguard.agent.journal.Journal;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.ChangeClass;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Outcome;
import vzguard.agent.model.Place;
import vzguard.agent.model.Plan;
import vzguard.agent.model.Step;
import vzguard.agent.model.VeSnapshot;
import vzguard.agent.model.VeState;
import vzguard.agent.observe.Observer;
import vzguard.agent.plan.Planner;
import vzguard.agent.wire.FactsWire;
import vzguard.policy.Policy;
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

    private static final int REMEMBERED = 20;
    private static final String OVER = "; brought back since";

    private final Observer observer;
    private final Applier applier;
    private final Memory memory;
    private final Journal journal;
    private final Clock clock;

    public Drift(Observer observer, Applier applier, Memory memory, Journal journal, Clock clock) {
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
            boolean there = place.ctid()
                    .map(ctid -> seen.ve(ctid)
                            .filter(ve -> ve.state() == VeState.RUNNING && ve.reachable())
                            .isPresent())
                    .orElse(true);
            boolean differs = there
                    && memory.applied(place)
                            .map(policy -> guardDiffers(plan(policy, seen, place)))
                            .orElse(false);
            if (differs) {
                changed |= applier.alone(place, () -> lookAgainUnlessLocked(place));
            } else if (there) {
                forgetUnhealed(place);
            }
        }
        return changed;
    }

    private static Plan plan(Policy policy, HostSnapshot host, Place place) {
        return Planner.plan(policy, host, place.ctid());
    }

    /** Whether something concerns the guard itself: a share that changed is no drift of it. */
    private static boolean guardDiffers(Plan plan) {
        return obstacle(plan).isPresent()
                || plan.steps().stream()
                        .anyMatch(
                                step -> step.kind() == Step.Kind.WRITE_GUARD || step.kind() == Step.Kind.PERSIST_GUARD);
    }

    /** Why a guard could not even be written as it should be. */
    private static Optional<Cause> obstacle(Plan plan) {
        return plan.causes().stream()
                .filter(cause -> plan.changeClass() == ChangeClass.BLOCKED)
                .filter(cause -> cause.code() == CauseCode.COUNTED_TWICE || cause.code() == CauseCode.RULES_UNREADABLE)
                .findFirst();
    }

    /** While an administrator changes guards by hand, nothing is brought back: the next sweep looks. */
    private boolean lookAgainUnlessLocked(Place place) {
        Optional<HostLock> lock = memory.lock();
        if (lock.isEmpty()) {
            return false;
        }
        try (HostLock held = lock.get()) {
            return held.isHeld() && lookAgain(place);
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
        if (!guardDiffers(plan)) {
            return false;
        }
        Optional<Cause> obstacle = obstacle(plan);
        if (obstacle.isPresent()) {
            tell(place, obstacle.get().summary(), false, obstacle.get().cure());
            return false;
        }
        String what = what(guards(place, now), plan);
        if (policy.mode() == Policy.Mode.REPORT) {
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

    private ApplyReport heal(Place place, Policy policy) {
        String job = "heal " + place.describe();
        ApplyReport report = applier.apply(
                place,
                host -> plan(policy, host, place),
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

    private static List<GuardSeen> guards(Place place, HostSnapshot host) {
        return place.ctid()
                .flatMap(host::ve)
                .map(VeSnapshot::inside)
                .map(VeSnapshot.Inside::guards)
                .orElse(host.guards());
    }

    private static String what(List<GuardSeen> guards, Plan plan) {
        Map<Integer, String> complaints = new java.util.TreeMap<>();
        for (GuardSeen guard : guards) {
            String complaint = FactsWire.complaint(guard);
            boolean concerned = plan.steps().stream()
                    .anyMatch(step -> step instanceof Step.WriteGuard write && write.family() == guard.family());
            if (concerned) {
                complaints.put(
                        guard.family().number(), complaint.isEmpty() ? "its rules are not those applied" : complaint);
            }
        }
        return complaints.isEmpty()
                ? "the next start would not bring the guard back"
                : complaints.entrySet().stream()
                        .map(entry -> "IPv" + entry.getKey() + ": " + entry.getValue())
                        .collect(Collectors.joining("; "));
    }

    /** What stays as it is is told once. */
    private void tell(Place place, String what, boolean healed, String detail) {
        DriftEvent event = DriftEvent.newBuilder()
                .setCtid(place.ctid().map(Object::toString).orElse(""))
                .setSeenAt(FactsWire.timestamp(clock.instant()))
                .setWhat(what)
                .setHealed(healed)
                .setDetail(detail)
                .build();
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
        events.add(0, event);
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
