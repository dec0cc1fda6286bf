package vzguard.agent.apply;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.journal.JournalEntry;
import vzguard.agent.journal.StepLog;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.ChangeClass;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Outcome;
import vzguard.agent.model.Place;
import vzguard.agent.model.Plan;
import vzguard.agent.model.Step;
import vzguard.agent.observe.ConfigReader;
import vzguard.agent.observe.Observer;
import vzguard.agent.tools.SshPeers;

/**
 * Brings one place to a goal: observes, plans, does the plan's steps one by one, observes and plans again. Nothing is taken
 * for done that was not read back. When a step fails, the steps before it that concern this place alone are undone. A job
 * that is run again after a crash goes on from what it finds. Thread safe; jobs at one place wait for each other.
 */
public final class Applier {
    private final Observer observer;
    private final HostGate gate;
    private final HostStepRunner hostSteps;
    private final ShareStepRunner shareSteps;
    private final GuardStepRunner guardSteps;
    private final PersistStepRunner persistSteps;
    private final Restarts restarts;
    private final Bans bans;
    private final TimedBans timedBans;
    private final SshPeers peers;
    private final HostFiles files;
    private final Reverter reverter;
    private final FormerFiles formers;
    private final Clock clock;

    public Applier(
            CommandRunner runner,
            HostFiles files,
            Observer observer,
            HostGate gate,
            ApplySettings settings,
            Reverter reverter,
            FormerFiles formers,
            TimedBans timedBans,
            Pause pause,
            Clock clock) {
        this.files = files;
        this.reverter = reverter;
        this.formers = formers;
        this.observer = observer;
        this.gate = gate;
        this.clock = clock;
        LockedRetry retry = new LockedRetry(gate, settings, pause, clock);
        this.hostSteps = new HostStepRunner(runner, files, formers, gate);
        this.shareSteps = new ShareStepRunner(runner, files, formers, retry);
        this.guardSteps = new GuardStepRunner(runner, files, reverter, timedBans, pause);
        this.persistSteps = new PersistStepRunner(runner, files);
        this.restarts = new Restarts(runner, files, observer, retry, settings, pause, clock);
        this.bans = new Bans(runner, files, observer, gate, timedBans);
        this.timedBans = timedBans;
        this.peers = new SshPeers(runner, files);
    }

    /** Does something while nothing else changes the place; it may call this applier. */
    public <T> T alone(Place place, Supplier<T> work) {
        return gate.at(place, work);
    }

    /** Who is connected to places of this host. */
    public SshPeers peers() {
        return peers;
    }

    /** Takes back what nobody confirms. */
    public Reverter reverter() {
        return reverter;
    }

    /**
     * Puts configs back as they were before vzguard changed them: of one VE its own, of the host all others. What runs keeps what it
     * was given until its next start.
     */
    public FormerFiles.PutBack putBack(Place place) {
        return place.ctid()
                .map(ctid -> formers.putBack(ConfigReader.veName(ctid)::equals))
                .orElseGet(() -> gate.onHost(() -> formers.putBack(path -> !ConfigReader.isOfVe(path))));
    }

    /** Whether this host still has the place: a VE that was destroyed, or went to another host, has no config here. */
    public boolean isThere(Place place) {
        return place.ctid().map(ctid -> files.exists(ConfigReader.veName(ctid))).orElse(true);
    }

    /** Bans of the guards themselves, kept for when the kernel forgets them. */
    public TimedBans timedBans() {
        return timedBans;
    }

    /** Bans at the places that this changes. */
    public Bans bans() {
        return bans;
    }

    /**
     * Brings a place to where its plan is empty.
     *
     * A guard that it wrote is armed to be taken back: who called this confirms it, or takes it back.
     *
     * @param planner the plan for what was observed; called again after the last step, when it must be empty
     * @param log the job's part of the journal
     */
    public ApplyReport apply(
            Place place, Function<HostSnapshot, Plan> planner, ApplyOptions options, StepLog log, Progress progress) {
        return gate.at(place, () -> {
            boolean restarted = concluded(place, log);
            HostSnapshot before = observer.observe(place);
            Plan plan = planner.apply(before);
            Optional<ApplyReport> refusal = refusal(plan, options, log, restarted, before);
            return refusal.orElseGet(() -> carryOut(before, plan, planner, options, log, progress, restarted));
        });
    }

    /**
     * Restarts a running VE and watches it until healthy.
     *
     * @param deadline after this the restart is not begun
     */
    public ApplyReport restart(Place place, Instant deadline, StepLog log, Progress progress) {
        return gate.at(place, () -> {
            boolean done = concluded(place, log);
            if (!done && clock.instant().isAfter(deadline)) {
                Cause cause = late("the restart of " + place.describe() + " was not begun");
                return new ApplyReport(
                        Outcome.FAILED, cause.summary(), List.of(cause), false, Optional.empty(), Optional.empty());
            }
            progress.step(1, 1, "restart " + place.describe());
            StepResult result =
                    done ? StepResult.DONE : restarts.restart(place.ctid().orElseThrow(), log, new Undo());
            Optional<HostSnapshot> after = Optional.of(observer.observe(place));
            if (result instanceof StepResult.Failed failed) {
                return new ApplyReport(
                        outcome(failed.cause()),
                        failed.cause().summary(),
                        List.of(failed.cause()),
                        log.finished(Restarts.STEP),
                        Optional.empty(),
                        after);
            }
            return new ApplyReport(
                    Outcome.DONE, place.describe() + " restarted, healthy", List.of(), true, Optional.empty(), after);
        });
    }

    /** Ends a restart that an earlier run of this job began. */
    private boolean concluded(Place place, StepLog log) {
        Optional<JournalEntry> open = log.open(Restarts.STEP);
        boolean now = open.isPresent() && restarts.conclude(place.ctid().orElseThrow(), open.get(), log);
        return now || log.finished(Restarts.STEP);
    }

    private static Optional<ApplyReport> refusal(
            Plan plan, ApplyOptions options, StepLog log, boolean restarted, HostSnapshot seen) {
        if (plan.changeClass() == ChangeClass.UNKNOWN) {
            return Optional.of(report(Outcome.FAILED, plan, plan.causes(), restarted, seen));
        }
        if (plan.changeClass() == ChangeClass.BLOCKED) {
            return Optional.of(report(outcome(plan.causes().get(0)), plan, plan.causes(), restarted, seen));
        }
        boolean first = log.previous().isEmpty();
        if (first && !options.planHash().isEmpty() && !options.planHash().equals(plan.hash())) {
            Cause cause = Cause.of(
                    CauseCode.PLAN_CHANGED,
                    plan.place().describe() + " is not what it was when the plan was approved",
                    "plan again");
            return Optional.of(report(Outcome.REFUSED, plan, List.of(cause), restarted, seen));
        }
        if (plan.restarts() && (!options.restartAllowed() || restarted)) {
            Cause cause = restarted
                    ? Cause.of(
                            CauseCode.NO_EFFECT,
                            plan.place().describe()
                                    + " was restarted by this job and would need another restart: it is not restarted twice",
                            "")
                    : Cause.of(
                                    CauseCode.RESTART_NOT_ALLOWED,
                                    plan.place().describe() + " needs a restart, which is not allowed",
                                    "rollout.restarts.allow: true")
                            .needingRestart();
            return Optional.of(
                    report(restarted ? Outcome.FAILED : Outcome.REFUSED, plan, List.of(cause), restarted, seen));
        }
        if (plan.isEmpty()) {
            Outcome outcome = restarted ? Outcome.DONE : plan.causes().isEmpty() ? Outcome.NO_OP : Outcome.SKIPPED;
            return Optional.of(report(outcome, plan, plan.causes(), restarted, seen));
        }
        return Optional.empty();
    }

    private ApplyReport carryOut(
            HostSnapshot before,
            Plan plan,
            Function<HostSnapshot, Plan> planner,
            ApplyOptions options,
            StepLog log,
            Progress progress,
            boolean restartedBefore) {
        Undo undo = new Undo();
        boolean restarted = restartedBefore;
        for (int i = 0; i < plan.steps().size(); i++) {
            if (clock.instant().isAfter(options.deadline())) {
                return report(Outcome.FAILED, plan, List.of(late(plan, i)), restarted, observer.observe(plan.place()));
            }
            Step step = plan.steps().get(i);
            progress.step(i + 1, plan.steps().size(), step.summary());
            if (step instanceof Step.WriteGuard write && write.place().equals(Place.HOST) && !write.restores()) {
                options.beforeGuard().accept(before);
            }
            StepResult result = run(step, options, log, undo);
            restarted |= step instanceof Step.RestartVe && result instanceof StepResult.Done;
            if (result instanceof StepResult.Failed failed) {
                undo.run();
                reverter.takeBack(plan.place());
                return report(
                        outcome(failed.cause()),
                        plan,
                        List.of(failed.cause()),
                        restarted,
                        observer.observe(plan.place()));
            }
        }
        return verified(plan, planner, restarted);
    }

    /** What was done stays: each step leaves the place whole, and the next job goes on from there. */
    private static Cause late(Plan plan, int done) {
        return late(
                plan.place().describe() + ": done: " + summaries(plan.steps().subList(0, done)) + "; not begun: "
                        + summaries(plan.steps().subList(done, plan.steps().size())));
    }

    private static Cause late(String what) {
        return Cause.of(CauseCode.TIMED_OUT, "the job's time passed; " + what, "apply again, with more time");
    }

    private static String summaries(List<Step> steps) {
        return steps.isEmpty() ? "nothing" : steps.stream().map(Step::summary).collect(Collectors.joining(", "));
    }

    private ApplyReport verified(Plan plan, Function<HostSnapshot, Plan> planner, boolean restarted) {
        HostSnapshot after = observer.observe(plan.place());
        Plan rest = planner.apply(after);
        if (!rest.isEmpty()) {
            String left = rest.steps().stream().map(Step::summary).collect(Collectors.joining("; "));
            Cause cause = Cause.of(
                    CauseCode.NO_EFFECT,
                    "every step said that it succeeded, and it would still be needed to: " + left,
                    "vzguard diagnose");
            return report(Outcome.FAILED, plan, List.of(cause), restarted, after);
        }
        List<Cause> causes = new ArrayList<>(rest.causes());
        return report(causes.isEmpty() ? Outcome.DONE : Outcome.SKIPPED, plan, causes, restarted, after);
    }

    private StepResult run(Step step, ApplyOptions options, StepLog log, Undo undo) {
        if (step instanceof Step.RestartVe restart) {
            return restarts.restart(restart.ctid(), log, undo);
        }
        String name = name(step);
        log.intent(name, Map.of());
        StepResult result = dispatch(step, options, undo);
        if (result instanceof StepResult.Done) {
            log.done(name);
        } else {
            log.failed(name);
        }
        return result;
    }

    private StepResult dispatch(Step step, ApplyOptions options, Undo undo) {
        return switch (step.kind()) {
            case LOAD_MODULE -> hostSteps.load((Step.LoadModule) step);
            case PERSIST_MODULES -> hostSteps.persist((Step.PersistModules) step);
            case SHARE_GLOBAL -> hostSteps.share((Step.ShareGlobal) step);
            case SHARE_VE -> shareSteps.iptables((Step.ShareVe) step, undo);
            case SHARE_NETFILTER -> shareSteps.netfilter((Step.ShareNetfilter) step, undo);
            case WRITE_GUARD -> guardSteps.write((Step.WriteGuard) step, options, undo);
            case REMOVE_GUARD -> guardSteps.remove((Step.RemoveGuard) step, options, undo);
            case PERSIST_GUARD -> persistSteps.persist((Step.PersistGuard) step, undo);
            case REMOVE_PERSISTENCE -> persistSteps.remove((Step.RemovePersistence) step, undo);
            case RESTART_VE -> throw new IllegalStateException("restarts keep their own log");
        };
    }

    private static String name(Step step) {
        if (step instanceof Step.WriteGuard write) {
            return step.kind() + " IPv" + write.family().number() + at(write.place());
        }
        if (step instanceof Step.RemoveGuard remove) {
            return step.kind() + " IPv" + remove.family().number() + at(remove.place());
        }
        return step instanceof Step.PersistGuard persist
                ? step.kind() + at(persist.place())
                : step.kind().name();
    }

    private static String at(Place site) {
        return site.edge() ? " EDGE" : "";
    }

    /** What a cause makes of a job: where there was nothing to do it on, it is pending and no failure. */
    private static Outcome outcome(Cause cause) {
        return switch (cause.code()) {
            case VE_STOPPED, VE_SUSPENDED, VE_DISABLED, CT_LOCKED -> Outcome.SKIPPED;
            case VE_MISSING,
                    GENERATION_UNKNOWN,
                    NETFILTER_UNSUPPORTED,
                    DUPLICATE_KEY,
                    CONFIG_UNREADABLE,
                    COUNTED_TWICE,
                    BOTH_BACKENDS,
                    WOULD_LOCK_OUT,
                    NO_ADDRESS,
                    NOT_SUPPORTED -> Outcome.REFUSED;
            default -> Outcome.FAILED;
        };
    }

    private static ApplyReport report(
            Outcome outcome, Plan plan, List<Cause> causes, boolean restarted, HostSnapshot after) {
        String place = plan.place().describe();
        String summary = causes.isEmpty()
                ? place + (outcome == Outcome.NO_OP ? ": nothing to change" : ": as asked, read back")
                : causes.get(0).summary();
        return new ApplyReport(outcome, summary, causes, restarted, Optional.of(plan), Optional.of(after));
    }
}
