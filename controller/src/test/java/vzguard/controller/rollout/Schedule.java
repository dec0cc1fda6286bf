package vzguard.controller.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import vzguard.controller.rollout.RolloutEvent.HostConnected;
import vzguard.controller.rollout.RolloutEvent.HostDisconnected;
import vzguard.controller.rollout.RolloutEvent.TaskAccepted;
import vzguard.controller.rollout.RolloutEvent.TaskFinished;
import vzguard.controller.rollout.RolloutEvent.Tick;

/**
 * One random run of one rollout, all of it decided by a seed: a fleet of {@link ScheduledAgent}s, a store that keeps only what
 * steps said changed, a controller that crashes between commit and effects, an operator who types at bad moments.
 */
final class Schedule {
    private final SplittableRandom random;
    private final boolean traced;
    private final StringBuilder trace = new StringBuilder();
    private final List<ScheduledAgent> agents = new ArrayList<>();
    private final ScheduleChecks checks;
    private final RolloutTerms terms;
    private final int failPercent;
    /** Every other host is in one rack, and those of no rack are one group too. */
    private final Surroundings around = new Surroundings(List.of(), "", ScheduleChecks::rack);

    private final TaskRow[] storedRows;
    private RolloutProgress storedProgress;
    private Rollout rollout;
    private Instant now = Instant.parse("2026-03-01T00:00:00Z");
    private Optional<Instant> due;
    private int steps;

    Schedule(long seed, boolean traced) {
        this.random = new SplittableRandom(seed);
        this.traced = traced;
        this.failPercent = random.nextInt(3) == 0 ? 0 : random.nextInt(40);
        RolloutKind kind = RolloutKind.values()[random.nextInt(RolloutKind.values().length)];
        RandomTerms drawn = new RandomTerms(random);
        List<Change> targets = drawn.targets(kind);
        for (int host = 1; host <= drawn.hosts(); host++) {
            agents.add(new ScheduledAgent("id" + host));
        }
        this.terms = new RolloutTerms("r1", kind, "p", 1, drawn.settings(), drawn.limits(), now);
        this.rollout = Rollout.start(terms, targets);
        this.storedProgress = rollout.progress();
        this.storedRows = rollout.tasks().toArray(TaskRow[]::new);
        this.due = Deadlines.of(rollout, now);
        this.checks = new ScheduleChecks(rollout, agents);
        for (TaskRow row : rollout.tasks()) {
            if (kind == RolloutKind.RESTART || (!row.target().isHost() && random.nextInt(3) > 0)) {
                agent(row.target().hostId()).needsRestart(row.index());
            }
            if (kind != RolloutKind.RESTART && random.nextInt(8) == 0) {
                agent(row.target().hostId()).isAsWanted(row.index());
            }
        }
        say(() -> "kind " + kind + ", " + terms.settings() + ", " + terms.limits() + ", targets " + targets);
    }

    /** Runs to the end and checks all the way. */
    void run() {
        int length = 10 + random.nextInt(40);
        for (int i = 0; i < length; i++) {
            misfortune();
        }
        say(() -> "--- from here on every host answers");
        for (int round = 0; !over(); round++) {
            if (round > 400) {
                throw new AssertionError("did not end: " + rollout.state() + " " + rollout.tally() + " \""
                        + rollout.waitingFor(now, around) + "\"");
            }
            fairRound();
        }
        checks.atTheEnd(rollout);
    }

    private boolean over() {
        return rollout.hasEnded()
                && rollout.tasks().stream().allMatch(row -> row.outstanding() == null)
                && agents.stream()
                        .allMatch(agent -> agent.idle() && agent.down().isEmpty());
    }

    private void misfortune() {
        ScheduledAgent agent = agents.get(random.nextInt(agents.size()));
        int dice = random.nextInt(100);
        if (dice < 26) {
            deliverToAgent(agent);
        } else if (dice < 50) {
            if (agent.work(random, failPercent)) {
                say(() -> agent.hostId + " works");
            }
        } else if (dice < 70) {
            deliverToController(agent, random.nextInt(4) == 0);
        } else if (dice < 78) {
            if (!agent.connected) {
                connect(agent);
            }
        } else if (dice < 83) {
            disconnect(agent);
        } else if (dice < 92) {
            pass(Duration.ofSeconds(random.nextInt(10) == 0 ? 100 : random.nextInt(15)));
        } else if (dice < 94) {
            crash();
        } else if (dice < 96) {
            owner(agent);
        } else {
            command();
        }
    }

    /** Who has a VE starts it anew, or it comes up by itself. */
    private void owner(ScheduledAgent agent) {
        if (!agent.connected) {
            return;
        }
        List<TaskRow> own = rollout.tasks().stream()
                .filter(row -> row.target().hostId().equals(agent.hostId)
                        && !row.target().isHost())
                .toList();
        if (!own.isEmpty()) {
            TaskRow row = own.get(random.nextInt(own.size()));
            agent.down().remove(row.index());
            checks.started(row.index());
            apply(new RolloutEvent.VeStarted(now, agent.hostId, row.target().ctid()));
            apply(new RolloutEvent.VeHealthy(now, agent.hostId, row.target().ctid()));
        }
    }

    private void allComeUp(ScheduledAgent agent) {
        for (int index : List.copyOf(agent.down())) {
            agent.down().remove(index);
            apply(new RolloutEvent.VeHealthy(
                    now, agent.hostId, rollout.tasks().get(index).target().ctid()));
        }
    }

    /** No more faults: one round of everything for everybody, and an operator who wants it to end. */
    private void fairRound() {
        for (ScheduledAgent agent : agents) {
            if (!agent.connected) {
                connect(agent);
            }
            while (!agent.toAgent.isEmpty()) {
                deliverToAgent(agent);
            }
            while (agent.work(random, failPercent)) {
                say(() -> agent.hostId + " works");
            }
            while (!agent.toController.isEmpty()) {
                deliverToController(agent, false);
            }
            allComeUp(agent);
        }
        if (rollout.state() == RolloutState.PAUSED || rollout.state() == RolloutState.STOPPED) {
            apply(new RolloutEvent.Resume(now));
        }
        if (RolloutProgress.UNTIL_PROMOTED.equals(rollout.progress().soakUntil())) {
            apply(new RolloutEvent.Promote(now));
        }
        boolean waits =
                rollout.waitingFor(now, around).matches("(restart window|restarts are frozen|a restart could).*");
        pass(Duration.ofSeconds(waits ? 3600 : 15));
    }

    private void pass(Duration time) {
        now = now.plus(time);
        apply(new Tick(now));
    }

    private void connect(ScheduledAgent agent) {
        agent.connect();
        apply(new HostConnected(now, agent.hostId, agent.heldJobs()));
    }

    private void disconnect(ScheduledAgent agent) {
        if (agent.connected) {
            agent.cut();
            apply(new HostDisconnected(now, agent.hostId));
        }
    }

    private void deliverToAgent(ScheduledAgent agent) {
        if (!agent.toAgent.isEmpty()) {
            RolloutEffect effect = agent.toAgent.removeFirst();
            say(() -> agent.hostId + " receives " + effect);
            agent.receive(effect);
        }
    }

    /** Any of the messages under way; the network may keep a copy and bring it again, also over a later stream. */
    private void deliverToController(ScheduledAgent agent, boolean again) {
        if (agent.toController.isEmpty()) {
            return;
        }
        int which = random.nextInt(agent.toController.size());
        ScheduledAgent.Message message = again ? agent.toController.get(which) : agent.toController.remove(which);
        Outcome outcome = message.outcome();
        if (outcome == null) {
            apply(new TaskAccepted(now, message.job()));
        } else {
            apply(new TaskFinished(
                    now,
                    message.job(),
                    outcome,
                    message.restartNeeded(),
                    message.restarted(),
                    message.healthy() || !agent.down().contains(message.job().task()),
                    message.causes(),
                    "said so"));
            if (agent.connected) {
                agent.acknowledged(message.job());
            }
        }
    }

    private void command() {
        RolloutEvent event = switch (random.nextInt(9)) {
            case 0, 1 -> new RolloutEvent.Pause(now);
            case 2, 3 -> new RolloutEvent.Resume(now);
            case 4, 5 -> new RolloutEvent.Retry(now);
            case 6 -> new RolloutEvent.Promote(now);
            case 7 -> new RolloutEvent.Approve(now);
            default -> random.nextInt(3) == 0 ? new RolloutEvent.Abort(now) : new RolloutEvent.Pause(now);
        };
        apply(event);
    }

    private void apply(RolloutEvent event) {
        Rollout before = rollout;
        Step step = before.apply(event, around);
        steps++;
        say(() ->
                event.at() + " " + event + " -> " + step.changedTasks() + " " + step.effects() + " " + step.refusal());
        rollout = step.next();
        due = Deadlines.after(due, event, step);
        storedProgress = rollout.progress();
        for (TaskRow row : step.changedTasks()) {
            storedRows[row.index()] = row;
        }
        checks.afterStep(before, event, step, storedRows);
        if (random.nextInt(40) == 0) {
            crash(); // committed, and nothing of it sent
        } else {
            carryOut(step.effects());
        }
        if (random.nextInt(4) == 0) {
            checks.nothingLeftToStart(rollout, now, around);
            checks.nothingBefore(due, rollout, now, around);
        }
    }

    private void crash() {
        say(() -> "controller crashes");
        now = now.plusSeconds(random.nextInt(3) == 0 ? 200 : 1);
        agents.forEach(ScheduledAgent::cut);
        Rollout loaded = Rollout.fromRows(terms, storedProgress, List.of(storedRows), now);
        checks.afterReload(rollout, loaded);
        rollout = loaded;
        due = Deadlines.of(rollout, now);
        carryOut(rollout.resend());
    }

    private void carryOut(List<RolloutEffect> effects) {
        for (RolloutEffect effect : effects) {
            if (effect instanceof RolloutEffect.SendJob send) {
                send(send.target(), send);
            } else if (effect instanceof RolloutEffect.CancelJob cancel) {
                send(cancel.target(), cancel);
            }
        }
    }

    private void send(TargetRef target, RolloutEffect effect) {
        ScheduledAgent agent = agent(target.hostId());
        if (agent.connected) {
            agent.toAgent.add(effect);
        }
    }

    private ScheduledAgent agent(String hostId) {
        return agents.get(Integer.parseInt(hostId.substring(2)) - 1);
    }

    int steps() {
        return steps;
    }

    HashSet<TaskState> endings() {
        HashSet<TaskState> endings = new HashSet<>();
        rollout.tasks().forEach(row -> endings.add(row.state()));
        return endings;
    }

    private void say(Supplier<String> line) {
        if (traced) {
            trace.append(line.get()).append('\n');
        }
    }

    String trace() {
        return trace.toString();
    }
}
