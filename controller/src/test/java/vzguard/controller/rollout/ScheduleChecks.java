package vzguard.controller.rollout;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import vzguard.controller.rollout.RolloutEffect.SendJob;
import vzguard.policy.RolloutSettings;
import vzguard.policy.Thresholds;

/** What must hold after every step of every {@link Schedule}. */
final class ScheduleChecks {
    private final List<ScheduledAgent> agents;
    private final RolloutTerms terms;
    private final List<TargetRef> targets;
    private final Set<JobId> sent = new HashSet<>();
    private final Set<String> silent = new HashSet<>();
    private final Set<String> there = new HashSet<>();
    private final Set<Integer> startedAnew = new HashSet<>();
    private Counted forgiven = new Counted(0, 0, 0, 0);
    private Counted forgivenInWave = forgiven;
    private Instant wordAt;

    /** The four kinds, counted anew from the rows. */
    private record Counted(int failures, int refused, int unreachable, int timedOut) {
        static Counted of(Rollout rollout) {
            int[] counts = new int[4];
            for (TaskRow row : rollout.tasks()) {
                switch (row.state()) {
                    case FAILED -> {
                        boolean late = row.causes().contains("TIMED_OUT")
                                || row.causes().contains("NO_RESULT");
                        counts[late ? 3 : 0]++;
                    }
                    case REFUSED -> counts[1]++;
                    case UNREACHABLE -> counts[2]++;
                    case PENDING, RUNNING, DONE, NO_OP, SKIPPED -> {
                        // Stops nothing.
                    }
                }
            }
            return new Counted(counts[0], counts[1], counts[2], counts[3]);
        }

        Counted least(Counted other) {
            return new Counted(
                    Math.min(failures, other.failures),
                    Math.min(refused, other.refused),
                    Math.min(unreachable, other.unreachable),
                    Math.min(timedOut, other.timedOut));
        }

        boolean reaches(Counted before, Thresholds.Counts limits, int targets) {
            return limits.failures().isReachedBy(failures - before.failures, targets)
                    || limits.refused().isReachedBy(refused - before.refused, targets)
                    || limits.unreachable().isReachedBy(unreachable - before.unreachable, targets)
                    || limits.timedOut().isReachedBy(timedOut - before.timedOut, targets);
        }
    }

    /** Hosts 1 and 2 stand in one, the others in none. */
    static String rack(String label, String hostId) {
        return label.equals("rack") && Integer.parseInt(hostId.substring(2)) <= 2 ? "a" : "";
    }

    /** Its owner did that. */
    void started(int task) {
        startedAnew.add(task);
    }

    ScheduleChecks(Rollout start, List<ScheduledAgent> agents) {
        this.agents = agents;
        this.terms = start.terms();
        this.wordAt = start.terms().startedAt();
        this.targets = start.tasks().stream().map(TaskRow::target).toList();
    }

    void afterStep(Rollout before, RolloutEvent event, Step step, TaskRow[] stored) {
        accounting(step.next());
        budgets(step.next());
        listen(event, step);
        storedRowsAreTheState(step.next(), stored);
        for (RolloutEffect effect : step.effects()) {
            if (effect instanceof SendJob send) {
                sending(before, event, step.next(), send);
            }
        }
        atMostOneJobPerTarget();
        if (event instanceof RolloutEvent.HostConnected connected) {
            offeredAgain(connected, step);
        }
        times(step);
        threshold(before, event, step);
        owners(before, event, step);
        soak(before, event, step.next());
    }

    /** Who went silent, kept apart from the machine's own counts. */
    private void listen(RolloutEvent event, Step step) {
        if (event instanceof RolloutEvent.HostConnected connected) {
            silent.remove(connected.hostId());
            there.add(connected.hostId());
        } else if (event instanceof RolloutEvent.HostDisconnected gone) {
            if (there.remove(gone.hostId())) {
                silent.add(gone.hostId());
            }
        } else if (event instanceof RolloutEvent.Resume || event instanceof RolloutEvent.Retry) {
            if (step.refusal().isEmpty()) {
                silent.clear();
            }
        }
    }

    private void brake(Rollout next, SendJob send) {
        Set<String> begun = new HashSet<>();
        next.tasks().stream()
                .filter(row -> row.wave() <= next.wave())
                .forEach(row -> begun.add(row.target().hostId()));
        long gone = silent.stream().filter(begun::contains).count();
        require(
                gone < 2
                        || gone * 100
                                <= (long) begun.size()
                                        * terms.settings().brake().wave(),
                () -> "started " + send + " while " + gone + " of " + begun.size() + " hosts are silent");
    }

    /** What runs on a host whose agent does not hold it was lost on the way. */
    private void offeredAgain(RolloutEvent.HostConnected connected, Step step) {
        for (TaskRow row : step.next().tasks()) {
            JobId job = row.job(terms.id());
            boolean runsThere =
                    row.state() == TaskState.RUNNING && row.target().hostId().equals(connected.hostId());
            require(
                    !runsThere
                            || connected.heldJobs().contains(job.toString())
                            || step.effects().stream()
                                    .anyMatch(effect -> effect instanceof SendJob send
                                            && send.job().equals(job)),
                    () -> "never offered again: " + row);
        }
    }

    /** Counted anew, from what the operator saw when it last went on by hand, and from the beginning of the wave. */
    private void threshold(Rollout before, RolloutEvent event, Step step) {
        Rollout next = step.next();
        Counted now = Counted.of(next);
        boolean taken = step.refusal().isEmpty();
        if (taken && (event instanceof RolloutEvent.Resume || event instanceof RolloutEvent.Retry)) {
            forgiven = now;
            forgivenInWave = now;
        }
        if (taken
                && (event instanceof RolloutEvent.Resume
                        || event instanceof RolloutEvent.Retry
                        || event instanceof RolloutEvent.Promote
                        || event instanceof RolloutEvent.Approve)) {
            wordAt = event.at();
        }
        forgiven = forgiven.least(now);
        forgivenInWave = forgivenInWave.least(now);
        if (taken && next.state() == RolloutState.RUNNING && !next.hasEnded()) {
            Thresholds limits = terms.settings().thresholds();
            Counted inWave = forgivenInWave;
            require(
                    !now.reaches(forgiven, limits.overall(), targets.size()),
                    () -> now + " since " + forgiven + " reaches " + limits.overall() + " and it runs");
            // What ended with the wave before counted there.
            require(
                    next.wave() > before.wave()
                            || !now.reaches(
                                    inWave,
                                    limits.perWave(),
                                    next.tally(next.wave()).targets()),
                    () -> now + " since " + inWave + " reaches " + limits.perWave() + " and it runs");
            require(
                    next.tally().of(TaskState.PENDING) == 0
                            || event.at().isBefore(wordAt.plus(terms.settings().expires())),
                    () -> "nobody said anything since " + wordAt + " and it runs");
        }
        if (next.wave() > before.wave()) {
            forgivenInWave = now;
        }
    }

    /** A wave that changed something is watched to the end or until an operator says otherwise; any other is not. */
    private void soak(Rollout before, RolloutEvent event, Rollout next) {
        Instant until = next.progress().soakUntil();
        if (until != null && before.progress().soakUntil() == null) {
            require(changed(next, next.wave()), () -> "nothing to watch in wave " + next.wave());
            Instant expected = byHand()
                    ? RolloutProgress.UNTIL_PROMOTED
                    : event.at().plus(terms.settings().soak());
            require(until.equals(expected), () -> "soak until " + until);
        }
        boolean onward = next.wave() > before.wave();
        boolean watched = (terms.settings().soak().isZero() && !byHand()) || !changed(next, before.wave());
        Instant end = before.progress().soakUntil();
        require(
                !onward
                        || watched
                        || event instanceof RolloutEvent.Promote
                        || (end != null && !event.at().isBefore(end)),
                () -> "wave " + next.wave() + " begins in the soak until " + end);
    }

    private boolean byHand() {
        return terms.settings().promotion() == RolloutSettings.Promotion.MANUAL;
    }

    private static boolean changed(Rollout rollout, int wave) {
        return rollout.tasks().stream()
                .anyMatch(row -> row.wave() == wave && row.state().mayHaveChanged());
    }

    /** Until the next deadline a tick changes nothing. */
    void nothingBefore(Optional<Instant> due, Rollout rollout, Instant now, Surroundings around) {
        require(due.isEmpty() == rollout.hasEnded(), () -> "due " + due + " and " + rollout.state());
        if (due.isEmpty() || !due.get().minusNanos(1).isAfter(now)) {
            return;
        }
        Step early = rollout.apply(new RolloutEvent.Tick(due.get().minusNanos(1)), around);
        require(
                early.changedTasks().isEmpty() && early.next().progress().equals(rollout.progress()),
                () -> "due " + due.get() + ", and before it " + early.changedTasks() + " "
                        + early.next().progress());
    }

    private void times(Step step) {
        for (TaskRow row : step.changedTasks()) {
            require((row.endedAt() != null) == row.state().isEnded(), () -> "ended and has no time: " + row);
            require(
                    (row.deadline() != null) == (row.state() == TaskState.RUNNING),
                    () -> "a deadline belongs to what runs: " + row);
        }
    }

    /** targets = done + no-op + failed + refused + unreachable + skipped + pending + running; and nothing is lost. */
    private void accounting(Rollout rollout) {
        int[][] counted = new int[rollout.waves()][TaskState.values().length];
        int[] timedOut = new int[rollout.waves()];
        int slots = 0;
        int restarts = 0;
        require(rollout.tasks().size() == targets.size(), () -> "a task was lost");
        for (int index = 0; index < targets.size(); index++) {
            TaskRow row = rollout.tasks().get(index);
            require(row.index() == index && row.target().equals(targets.get(row.index())), () -> "moved: " + row);
            counted[row.wave()][row.state().ordinal()]++;
            timedOut[row.wave()] += row.timedOut() ? 1 : 0;
            slots += row.holdsSlot() ? 1 : 0;
            restarts += row.restarts();
        }
        for (int wave = 0; wave < counted.length; wave++) {
            Tally recounted = new Tally(counted[wave], timedOut[wave]);
            Tally kept = rollout.tally(wave);
            require(recounted.equals(kept), () -> "tally " + kept + " but counted " + recounted);
        }
        Tally all = rollout.tally();
        require(all.targets() == targets.size(), () -> "tally of " + all.targets());
        require(slots == rollout.slots(), () -> "slots " + rollout.slots());
        require(restarts == rollout.restarts(), () -> "restarts " + rollout.restarts());
        require(
                rollout.hasEnded() == (all.open() == 0) && (!rollout.hasEnded() || !isWaiting(rollout)),
                () -> "ended, or not: " + rollout.state() + " " + all);
    }

    private static boolean isWaiting(Rollout rollout) {
        return rollout.state() != RolloutState.COMPLETED && rollout.state() != RolloutState.ABORTED;
    }

    /** As the machine counts them, and as the hosts really are at this moment. */
    private void budgets(Rollout rollout) {
        int perHost = terms.settings().restarts().perHost();
        int total = terms.settings().restarts().total();
        require(rollout.slots() <= total, () -> rollout.slots() + " slots of " + total);
        int restarting = 0;
        for (ScheduledAgent agent : agents) {
            int number = rollout.hostNumber(agent.hostId);
            if (number >= 0) {
                HostSlots host = rollout.hosts().get(number);
                require(host.restarting() <= perHost, () -> "host budget: " + host);
                require(host.live() <= terms.limits().livePerHost(), () -> "live jobs: " + host);
            }
            int here = agent.restartingNow();
            require(here <= perHost, () -> here + " VEs restart on " + agent.hostId);
            restarting += here;
        }
        terms.settings().restarts().perGroup().ifPresent(limit -> {
            int[] inGroup = new int[2];
            agents.forEach(agent ->
                    inGroup[rack(limit.label(), agent.hostId).isEmpty() ? 0 : 1] += agent.restartingNow());
            require(
                    Math.max(inGroup[0], inGroup[1]) <= limit.max(),
                    () -> inGroup[1] + " VEs restart in the rack, " + inGroup[0] + " outside");
        });
        int everywhere = restarting;
        require(everywhere <= total, () -> everywhere + " VEs restart at once");
    }

    /** A VE that started anew while it waited for a slot is not restarted for that. */
    private void owners(Rollout before, RolloutEvent event, Step step) {
        if (event instanceof RolloutEvent.VeStarted started) {
            before.task(new TargetRef(started.hostId(), "", started.ctid()))
                    .filter(row -> row.state() == TaskState.PENDING && row.withRestart() && row.outstanding() == null)
                    .ifPresent(row -> {
                        TaskRow next = step.next().tasks().get(row.index());
                        require(
                                !next.withRestart() || next.state() == TaskState.NO_OP,
                                () -> "still to be restarted: " + next);
                    });
        }
    }

    private void storedRowsAreTheState(Rollout rollout, TaskRow[] stored) {
        for (TaskRow row : rollout.tasks()) {
            TaskRow other = stored[row.index()];
            require(
                    row == other || row.equals(sameDeadline(other, row)),
                    () -> "changed and not among the changed: " + row + " stored " + other);
        }
    }

    /** A reload prolongs deadlines without writing them. */
    private static TaskRow sameDeadline(TaskRow row, TaskRow as) {
        Instant deadline = as.deadline();
        return row.deadline() != null && deadline != null ? row.withDeadline(deadline) : row;
    }

    private void sending(Rollout before, RolloutEvent event, Rollout next, SendJob send) {
        TaskRow old = before.tasks().get(send.job().task());
        TaskRow row = next.tasks().get(send.job().task());
        require(
                row.state() == TaskState.RUNNING && send.job().equals(row.job(terms.id())),
                () -> "sent what does not run: " + send);
        require(send.restartAllowed() == send.job().restart(), () -> "permission: " + send);
        require(
                !send.restartAllowed() || terms.settings().restarts().allow() || terms.kind() == RolloutKind.RESTART,
                () -> "restarts are not allowed: " + send);
        if (old.state() == TaskState.RUNNING && old.job(terms.id()).equals(send.job())) {
            require(sent.contains(send.job()), () -> "sent again, never sent before: " + send);
            return;
        }
        require(sent.add(send.job()), () -> "an old job id for a new start: " + send);
        brake(next, send);
        require(next.state() == RolloutState.RUNNING, () -> "start while " + next.state() + ": " + send);
        require(
                before.state() == RolloutState.RUNNING
                        || event instanceof RolloutEvent.Resume
                        || event instanceof RolloutEvent.Retry,
                () -> event + " started " + send + " out of " + before.state());
        require(
                !send.restartAllowed() || next.times().mayStart(event.at()),
                () -> "restart outside of the window: " + send);
        int wave = row.wave();
        for (TaskRow host : next.tasks()) {
            boolean itself = host.target().isHost()
                    && host.target().hostId().equals(row.target().hostId());
            require(
                    !itself || host == row || host.wave() > wave || host.state().isEnded(),
                    () -> "started " + send + " before its host " + host);
        }
        for (TaskRow earlier : next.tasks()) {
            require(
                    earlier.wave() >= wave || earlier.state().isEnded(),
                    () -> "started " + send + " of wave " + wave + " before the end of " + earlier);
        }
    }

    /** On the hosts themselves: never two unfinished jobs for one target. */
    private void atMostOneJobPerTarget() {
        for (ScheduledAgent agent : agents) {
            int twice = agent.targetWithTwoJobs();
            require(twice < 0, () -> "two jobs at once for " + targets.get(twice));
        }
    }

    /** A step leaves nothing behind that could have started at its own instant. */
    void nothingLeftToStart(Rollout rollout, Instant now, Surroundings around) {
        Step again = rollout.apply(new RolloutEvent.Tick(now), around);
        boolean concluded =
                again.changedTasks().stream().anyMatch(row -> row.state().isEnded());
        if (!concluded) {
            require(again.changedTasks().isEmpty(), () -> "could have started before: " + again.changedTasks());
        }
    }

    void afterReload(Rollout before, Rollout loaded) {
        require(before.tally().equals(loaded.tally()), () -> "reload: " + before.tally() + ", " + loaded.tally());
        require(before.progress().equals(loaded.progress()), () -> "reload: " + loaded.progress());
        require(before.slots() == loaded.slots(), () -> "reload: slots " + loaded.slots());
        silent.clear();
        there.clear();
        accounting(loaded);
    }

    /** Every target reached an end, and it is the one that its agent told last. */
    void atTheEnd(Rollout rollout) {
        accounting(rollout);
        require(rollout.slots() == 0, () -> "slots kept for ever: " + rollout.slots());
        for (TaskRow row : rollout.tasks()) {
            ScheduledAgent agent = agents.stream()
                    .filter(one -> one.hostId.equals(row.target().hostId()))
                    .findFirst()
                    .orElseThrow();
            int restarts = agent.restartsOf(row.index());
            require(row.restarts() == restarts, () -> "restarted " + restarts + " times: " + row);
            ScheduledAgent.Message answer = agent.lastAnswerFor(row.index());
            if (answer == null) {
                boolean paid = row.state() == TaskState.NO_OP && startedAnew.contains(row.index());
                require(
                        row.state() == TaskState.SKIPPED || row.state() == TaskState.UNREACHABLE || paid,
                        () -> "nobody did anything for " + row);
            } else if (!answer.restartNeeded() && answer.job().attempt() == row.attempt()) {
                Outcome outcome = answer.outcome();
                require(
                        outcome != null && row.state() == outcome.state(),
                        () -> "the agent said " + answer + ": " + row);
            }
        }
    }

    private static void require(boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise.get());
        }
    }
}
