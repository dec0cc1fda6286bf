package vzguard.agent.apply;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.journal.JournalEntry;
import vzguard.agent.journal.StepLog;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Place;
import vzguard.agent.model.Step;
import vzguard.agent.model.VeSnapshot;
import vzguard.agent.model.VeState;
import vzguard.agent.observe.Observer;
import vzguard.agent.tools.Vzctl;
import vzguard.values.Ctid;

/**
 * Restarts running VEs and watches them until they are healthy: running, answering an exec, listening on the ports on which
 * they listened before. A restart is never killed (that would leave the VE stopped), and never done twice on suspicion: the
 * VE's start time tells whether it was done.
 */
final class Restarts {
    static final String STEP = Step.Kind.RESTART_VE.name();

    private static final int STARTS = 3;

    /** How long the boot hook of a healthy VE is given to load the guard. */
    private static final Duration HOOK_TIME = Duration.ofSeconds(10);

    private final Vzctl vzctl;
    private final VeLock lock;
    private final Observer observer;
    private final LockedRetry retry;
    private final ApplySettings settings;
    private final Pause pause;
    private final Clock clock;

    Restarts(
            CommandRunner runner,
            HostFiles files,
            Observer observer,
            LockedRetry retry,
            ApplySettings settings,
            Pause pause,
            Clock clock) {
        this.vzctl = new Vzctl(runner);
        this.lock = new VeLock(files);
        this.observer = observer;
        this.retry = retry;
        this.settings = settings;
        this.pause = pause;
        this.clock = clock;
    }

    /** What was so before the restart, as the journal keeps it. */
    private record Before(Optional<Instant> started, SortedSet<Integer> ports, String bootId) {
        static Before of(HostSnapshot host, VeSnapshot ve) {
            return new Before(ve.startedAt(), ve.inside().listening(), host.bootId());
        }

        static Before of(JournalEntry intent) {
            String started = intent.facts().getOrDefault("started", "");
            SortedSet<Integer> ports = Arrays.stream(
                            intent.facts().getOrDefault("ports", "").split(","))
                    .filter(port -> !port.isEmpty())
                    .map(Integer::valueOf)
                    .collect(Collectors.toCollection(TreeSet::new));
            return new Before(
                    started.isEmpty() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(Long.parseLong(started))),
                    ports,
                    intent.facts().getOrDefault("boot", ""));
        }

        Map<String, String> facts() {
            return Map.of(
                    "started",
                            started.map(at -> Long.toString(at.toEpochMilli())).orElse(""),
                    "ports", ports.stream().map(String::valueOf).collect(Collectors.joining(",")),
                    "boot", bootId);
        }

        /** Another start than the one before. Starts are remembered, so that one start is one instant. */
        boolean isOver(VeSnapshot ve) {
            return ve.startedAt().isPresent() && !ve.startedAt().equals(started);
        }
    }

    /** Restarts a VE that runs. */
    StepResult restart(Ctid ctid, StepLog log, Undo undo) {
        HostSnapshot host = observer.observe(Place.of(ctid));
        Optional<VeSnapshot> found = host.ve(ctid);
        if (found.isEmpty() || found.get().state() != VeState.RUNNING) {
            return Failures.failed(CauseCode.VE_STOPPED, "VE " + ctid + " does not run: it is not started", "");
        }
        if (found.get().disabled()) {
            return Failures.failed(
                    CauseCode.VE_DISABLED, "VE " + ctid + " is disabled: vzctl would stop it and not start it", "");
        }
        Before before = Before.of(host, found.get());
        log.intent(STEP, before.facts());
        AtomicBoolean again = new AtomicBoolean();
        CommandResult result = retry.run(() -> again.getAndSet(true) && restartedMeanwhile(ctid, before)
                ? CommandResult.of(0, "", "")
                : vzctl.restart(ctid, settings.restartDeadline()));
        if (result.exit() == Vzctl.LOCKED) {
            log.failed(STEP);
            return Failures.of("vzctl restart " + ctid, result, "VE " + ctid + " was not restarted");
        }
        undo.commit();
        return ended(ctid, before, result, log);
    }

    /** Another hand's restart, while its lock was waited for, is as good. */
    private boolean restartedMeanwhile(Ctid ctid, Before before) {
        return before.started().isPresent()
                && observer.observe(Place.of(ctid)).ve(ctid).map(before::isOver).orElse(false);
    }

    /**
     * Concludes a restart in whose middle the agent died: waits for a vzctl that still works on it, looks, and ends what
     * was begun. Afterwards the log says how it went.
     *
     * @return true when the VE was restarted
     */
    boolean conclude(Ctid ctid, JournalEntry intent, StepLog log) {
        Before before = Before.of(intent);
        pause.until(() -> lock.isHeld(ctid), held -> !held, settings.restartDeadline(), settings.look(), clock);
        HostSnapshot host = observer.observe(Place.of(ctid));
        Optional<VeSnapshot> ve = host.ve(ctid);
        boolean running = ve.isPresent() && ve.get().state() == VeState.RUNNING;
        if (running && !ve.map(before::isOver).orElse(false) && ve.get().reachable()) {
            // It runs since before the intent: the restart never began.
            log.failed(STEP);
            return false;
        }
        boolean stoppedByUs = !running && host.bootId().equals(before.bootId());
        if (!running && !stoppedByUs) {
            log.failed(STEP);
            return false;
        }
        CommandResult result = CommandResult.of(0, "", "");
        return ended(ctid, before, result, log) instanceof StepResult.Done;
    }

    private StepResult ended(Ctid ctid, Before before, CommandResult result, StepLog log) {
        if (!result.timedOut() && isDown(ctid)) {
            // It ran before, and only this restart can have stopped it: bring it back.
            CommandResult start = started(ctid);
            if (isDown(ctid)) {
                log.failed(STEP);
                return Failures.of(
                        "vzctl start " + ctid,
                        start,
                        "VE " + ctid + " is down after its restart",
                        "vzctl start " + ctid);
            }
        }
        if (result.timedOut()) {
            log.failed(STEP);
            return Failures.of(
                    "vzctl restart " + ctid,
                    result,
                    "VE " + ctid + " (left running, not killed)",
                    "vzctl status " + ctid + " says what became of it; apply again when that vzctl has ended");
        }
        StepResult healthy = healthy(ctid, before, result);
        if (healthy instanceof StepResult.Done) {
            log.done(STEP);
        } else {
            log.failed(STEP);
        }
        return healthy;
    }

    /** More than once: a VE that this agent stopped must not stay down because one start was killed or did nothing. */
    private CommandResult started(Ctid ctid) {
        CommandResult start = retry.run(() -> vzctl.start(ctid, settings.restartDeadline()));
        for (int again = 1; again < STARTS && !start.timedOut() && isDown(ctid); again++) {
            pause.pause(settings.lockRetry());
            start = retry.run(() -> vzctl.start(ctid, settings.restartDeadline()));
        }
        return start;
    }

    private boolean isDown(Ctid ctid) {
        return vzctl.status(ctid)
                .map(status -> status.exists() && !status.running())
                .orElse(false);
    }

    private StepResult healthy(Ctid ctid, Before before, CommandResult result) {
        Optional<VeSnapshot> ve = pause.until(
                () -> observer.observe(Place.of(ctid)).ve(ctid),
                seen -> seen.isPresent() && (isHealthy(seen.get(), before) || isUntouched(seen.get(), before)),
                settings.healthyWithin(),
                settings.look(),
                clock);
        if (ve.isPresent() && isUntouched(ve.get(), before)) {
            return Failures.of("vzctl restart " + ctid, result, "VE " + ctid + " was not restarted");
        }
        if (ve.isEmpty() || !isHealthy(ve.get(), before)) {
            return Failures.failed(
                    CauseCode.VE_UNHEALTHY,
                    "VE " + ctid + " is not healthy " + settings.healthyWithin().toSeconds() + " s after its restart: "
                            + complaint(ve, before),
                    "vzctl enter " + ctid);
        }
        if (!storedIsInForce(ve.get())) {
            pause.until(
                    () -> observer.observe(Place.of(ctid)).ve(ctid),
                    seen -> seen.isPresent() && storedIsInForce(seen.get()),
                    HOOK_TIME,
                    settings.look(),
                    clock);
        }
        return StepResult.DONE;
    }

    private static boolean isHealthy(VeSnapshot ve, Before before) {
        return ve.state() == VeState.RUNNING
                && ve.reachable()
                && before.isOver(ve)
                && ve.inside().listening().containsAll(before.ports());
    }

    /** It runs as before: nothing happened to it. */
    private static boolean isUntouched(VeSnapshot ve, Before before) {
        return ve.state() == VeState.RUNNING
                && ve.reachable()
                && before.started().isPresent()
                && !before.isOver(ve);
    }

    private static String complaint(Optional<VeSnapshot> ve, Before before) {
        if (ve.isEmpty()) {
            return "vzlist does not list it";
        }
        if (ve.get().state() != VeState.RUNNING) {
            return "it does not run";
        }
        if (!ve.get().reachable()) {
            return "it answers no exec";
        }
        List<String> missing = before.ports().stream()
                .filter(port -> !ve.get().inside().listening().contains(port))
                .map(String::valueOf)
                .toList();
        return "it listened before on port " + String.join(", ", missing) + ", and does not now";
    }

    private static boolean storedIsInForce(VeSnapshot ve) {
        return ve.inside().guards().stream()
                .allMatch(guard -> guard.stored().rules().isEmpty()
                        || guard.stored().rules().equals(guard.rules()));
    }
}
