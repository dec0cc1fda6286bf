package vzguard.controller.dispatch;

import com.google.common.primitives.Longs;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vzguard.controller.core.Transaction;
import vzguard.controller.fleet.Host;
import vzguard.controller.fleet.Hosts;
import vzguard.controller.fleet.Streams;
import vzguard.controller.fleet.VeChanges;
import vzguard.controller.inventory.Canaries;
import vzguard.controller.policy.Policies;
import vzguard.controller.rollout.Change;
import vzguard.controller.rollout.History;
import vzguard.controller.rollout.JobId;
import vzguard.controller.rollout.Limits;
import vzguard.controller.rollout.Rollout;
import vzguard.controller.rollout.RolloutEffect;
import vzguard.controller.rollout.RolloutEvent;
import vzguard.controller.rollout.RolloutKind;
import vzguard.controller.rollout.RolloutState;
import vzguard.controller.rollout.RolloutTerms;
import vzguard.controller.rollout.Step;
import vzguard.controller.rollout.Surroundings;
import vzguard.controller.rollout.TargetRef;
import vzguard.controller.rollout.TaskRow;
import vzguard.controller.rollout.TaskState;
import vzguard.controller.store.RolloutRows;
import vzguard.policy.RolloutSettings;
import vzguard.v1.JobProgress;
import vzguard.v1.JobResult;
import vzguard.v1.PolicySpec;
import vzguard.values.Ctid;

/**
 * Drives the rollout machines: every event is applied, its rows are stored in the event's own transaction, and its
 * effects are carried out once that is durable. What a crash cuts off between the two is made good when the host connects:
 * the machine then compares what is out with what the agent holds. Belongs to the event loop's thread.
 */
public final class Rollouts {
    private static final Logger LOG = LoggerFactory.getLogger(Rollouts.class);

    private final Hosts hosts;
    private final Policies policies;
    private final Streams streams;
    private final Clock clock;
    private final Limits limits;
    private final SortedMap<Long, ActiveRollout> rollouts = new TreeMap<>();
    private final List<Listener> listeners = new ArrayList<>();
    /** Those that hold restart slots, ended ones too: an agent may still owe an answer. */
    private final SortedMap<Long, ActiveRollout> holding = new TreeMap<>();

    private final Results results = new Results();
    private final Plans plans = new Plans();
    private final LostHosts lost = new LostHosts();
    private String brake = "";
    /** By what policies say of groups of hosts; worked out when first asked for after a host went or came back. */
    private Map<RolloutSettings.Brake, String> groupBrakes = new HashMap<>();

    private Consumer<Instant> wake = at -> {};
    private long nonce;

    public Rollouts(Hosts hosts, Policies policies, Streams streams, Clock clock, Limits limits) {
        this.hosts = hosts;
        this.policies = policies;
        this.streams = streams;
        this.clock = clock;
        this.limits = limits;
        this.nonce = clock.millis();
    }

    /** Is told what became durable. */
    @FunctionalInterface
    public interface Listener {
        void changed(ActiveRollout rollout, Set<Integer> tasks);
    }

    /** Reads everything, at start. */
    public void load(Handle sql) {
        results.readFrom(sql);
        plans.readFrom(sql);
        RolloutStore.load(sql, limits, clock.instant(), results, this::around).forEach(rollout -> {
            rollouts.put(rollout.number(), rollout);
            noteSlots(rollout);
        });
    }

    /** What operators were shown. */
    public Plans plans() {
        return plans;
    }

    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /** Newest first. */
    public List<ActiveRollout> all() {
        List<ActiveRollout> all = new ArrayList<>(rollouts.values());
        Collections.reverse(all);
        return all;
    }

    /** Those in which targets may still change, newest first. */
    public List<ActiveRollout> active() {
        List<ActiveRollout> active = new ArrayList<>();
        for (ActiveRollout rollout : rollouts.values()) {
            if (!rollout.machine().hasEnded()) {
                active.add(rollout);
            }
        }
        Collections.reverse(active);
        return active;
    }

    public Optional<ActiveRollout> byId(String id) {
        Long number = id.startsWith("r") ? Longs.tryParse(id.substring(1)) : null;
        return Optional.ofNullable(number == null ? null : rollouts.get(number))
                .filter(rollout -> rollout.id().equals(id));
    }

    /** Stores and starts a rollout. */
    public ActiveRollout start(Transaction transaction, RolloutOrder order) {
        long number = rollouts.isEmpty() ? 1 : rollouts.lastKey() + 1;
        RolloutTerms terms = new RolloutTerms(
                "r" + number,
                order.kind(),
                order.policy(),
                order.revision(),
                RolloutStore.settings(order.kind(), order.spec()),
                limits,
                clock.instant());
        ActiveRollout rollout = new ActiveRollout(
                number,
                order,
                Rollout.start(terms, canariesFirst(order.changes(), terms)),
                terms.startedAt(),
                results,
                this::around);
        RolloutStore.insert(transaction.sql(), rollout);
        rollouts.put(number, rollout);
        order.changes().stream()
                .map(change -> change.target().hostId())
                .distinct()
                .filter(streams::isConnected)
                .forEach(host ->
                        apply(transaction, rollout, new RolloutEvent.HostConnected(clock.instant(), host, Set.of())));
        changed(transaction, rollout, Set.of());
        return rollout;
    }

    private List<Change> canariesFirst(List<Change> changes, RolloutTerms terms) {
        int canaries = terms.settings().canary();
        if (canaries == 0 || canaries >= changes.size()) {
            return changes;
        }
        Map<TargetRef, Change> byTarget = new LinkedHashMap<>();
        changes.forEach(change -> byTarget.put(change.target(), change));
        return Canaries.first(List.copyOf(byTarget.keySet()), canaries, this::traits, this::isRunning).stream()
                .map(byTarget::get)
                .toList();
    }

    private Canaries.Traits traits(String hostId) {
        return hosts.byId(hostId)
                .map(host -> new Canaries.Traits(
                        streams.isConnected(hostId),
                        Set.of(
                                "kernel=" + host.facts().getKernel(),
                                "vzctl=" + host.facts().getVzctlVersion(),
                                "iptables=" + host.facts().getIptablesVersion()),
                        host.labels()))
                .orElse(new Canaries.Traits(false, Set.of(), Map.of()));
    }

    private boolean isRunning(TargetRef target) {
        return hosts.byId(target.hostId())
                .map(host -> host.ves().get(new Ctid(target.ctid())))
                .filter(Host.Ve::isRunning)
                .isPresent();
    }

    /** Applies an operator's event. @return why it changes nothing, or empty */
    public String control(Transaction transaction, ActiveRollout rollout, RolloutEvent event) {
        return apply(transaction, rollout, event).refusal();
    }

    /** Forgets what is too old or too much; the oldest one per call, so that no step is long. */
    public void forget(Transaction transaction, History history) {
        List<History.Past> past = all().stream()
                .map(rollout -> new History.Past(rollout.machine(), rollout.isWhole()))
                .toList();
        List<Rollout> forgotten = history.forgotten(past, clock.instant());
        if (forgotten.isEmpty()) {
            return;
        }
        Rollout oldest = forgotten.get(forgotten.size() - 1);
        RolloutRows.delete(transaction.sql(), oldest.terms().id());
        byId(oldest.terms().id()).ifPresent(rollout -> rollouts.remove(rollout.number()));
        LOG.info(
                "rollout {} of {} is forgotten",
                oldest.terms().id(),
                oldest.terms().startedAt());
    }

    /** Sets a clock by the next deadline, so that it need not wait for the next {@link #tick}. */
    public void wakeBy(Consumer<Instant> alarm) {
        wake = alarm;
        active().forEach(rollout -> rollout.due().ifPresent(wake));
    }

    /** Looks at what is due; costs nothing for rollouts in which nothing is. */
    public void tick(Transaction transaction) {
        Instant now = clock.instant();
        brake(transaction, now);
        for (ActiveRollout rollout : active()) {
            if (rollout.isDue(now)) {
                apply(transaction, rollout, new RolloutEvent.Tick(now));
            } else {
                rollout.due().ifPresent(wake);
            }
        }
    }

    /** Why nothing starts anywhere, one sentence; empty when the fleet's brake is off. */
    public String brake() {
        return brake;
    }

    private void brake(Transaction transaction, Instant now) {
        boolean wasOn = !brake.isEmpty();
        brake = lost.brake(streams.count(), now);
        if (wasOn && brake.isEmpty()) {
            LOG.info("the brake is off");
            roomElsewhere(transaction, null, true);
        } else if (!wasOn && !brake.isEmpty()) {
            LOG.warn("{}", brake);
        }
        Map<RolloutSettings.Brake, String> before = groupBrakes;
        groupBrakes = new HashMap<>();
        boolean letGo = before.entrySet().stream()
                .anyMatch(entry -> !entry.getValue().isEmpty()
                        && groupBrake(entry.getKey()).isEmpty());
        if (letGo) {
            LOG.info("the brake of a group of hosts is off");
            roomElsewhere(transaction, null, true);
        }
    }

    private String groupBrake(RolloutSettings.Brake limits) {
        return groupBrakes.computeIfAbsent(
                limits,
                asked -> lost.brake(
                        asked,
                        this::label,
                        hosts.all().stream()
                                .map(Host::id)
                                .filter(streams::isConnected)
                                .toList()));
    }

    private String label(String label, String hostId) {
        return hosts.byId(hostId)
                .map(host -> host.labels().getOrDefault(label, ""))
                .orElse("");
    }

    void connected(Transaction transaction, Host host, Set<String> heldJobs) {
        lost.back(host.id());
        brake(transaction, clock.instant());
        concerned(host)
                .forEach(rollout -> apply(
                        transaction, rollout, new RolloutEvent.HostConnected(clock.instant(), host.id(), heldJobs)));
    }

    void disconnected(Transaction transaction, Host host) {
        lost.gone(host.id(), clock.instant());
        brake(transaction, clock.instant());
        concerned(host)
                .forEach(rollout ->
                        apply(transaction, rollout, new RolloutEvent.HostDisconnected(clock.instant(), host.id())));
    }

    private List<ActiveRollout> concerned(Host host) {
        return rollouts.values().stream()
                .filter(rollout -> rollout.machine().concerns(host.id()))
                .toList();
    }

    void accepted(Transaction transaction, Host host, JobId job) {
        of(host, job)
                .ifPresent(rollout -> apply(transaction, rollout, new RolloutEvent.TaskAccepted(clock.instant(), job)));
    }

    void progressed(Host host, JobId job, JobProgress progress) {
        of(host, job).ifPresent(rollout -> {
            rollout.setProgress(job.task(), progress);
            listeners.forEach(listener -> listener.changed(rollout, Set.of(job.task())));
        });
    }

    /** A result, or the agent's refusal as one. Results that were counted before change nothing. */
    void finished(Transaction transaction, Host host, JobId job, JobResult result) {
        Optional<ActiveRollout> found = of(host, job);
        if (found.isEmpty()) {
            LOG.warn(
                    "host {} reports job {}, which is not one of its own; acknowledged, not counted", host.name(), job);
            return;
        }
        ActiveRollout rollout = found.get();
        Step step = apply(
                transaction,
                rollout,
                new RolloutEvent.TaskFinished(
                        clock.instant(),
                        job,
                        JobResults.outcome(result),
                        JobResults.restartNeeded(result),
                        result.getRestarted(),
                        JobResults.leftAlone(result) || isHealthy(host, rollout, job),
                        JobResults.causes(result),
                        JobResults.summary(result)));
        step.changedTasks().stream()
                .filter(row -> row.index() == job.task() && row.state().isEnded())
                .findFirst()
                .ifPresent(row -> ended(transaction, rollout, host, row, result));
    }

    /** The VE of the job runs, by the facts that came with the result or are known; or there is none. */
    private static boolean isHealthy(Host host, ActiveRollout rollout, JobId job) {
        TargetRef target = rollout.machine().tasks().get(job.task()).target();
        Host.Ve ve = target.isHost() ? null : host.ves().get(new Ctid(target.ctid()));
        return ve == null || ve.isRunning();
    }

    /** What became of VEs of a host. */
    void reported(Transaction transaction, Host host, VeChanges changes) {
        for (String ctid : changes.started()) {
            concerned(host).stream()
                    .filter(rollout -> !rollout.machine().hasEnded())
                    .forEach(rollout ->
                            apply(transaction, rollout, new RolloutEvent.VeStarted(clock.instant(), host.id(), ctid)));
        }
        if (!changes.settled().isEmpty()) {
            // Of those few that hold slots: a restart that failed may have ended well after all.
            List.copyOf(holding.values()).stream()
                    .filter(rollout -> rollout.machine().concerns(host.id()))
                    .forEach(rollout -> changes.settled().forEach(ctid -> {
                        TargetRef target = new TargetRef(host.id(), host.name(), ctid);
                        if (rollout.machine()
                                .task(target)
                                .filter(TaskRow::unhealthy)
                                .isPresent()) {
                            apply(transaction, rollout, new RolloutEvent.VeHealthy(clock.instant(), host.id(), ctid));
                        }
                    }));
        }
    }

    private void ended(Transaction transaction, ActiveRollout rollout, Host host, TaskRow row, JobResult result) {
        JobResult kept = result.toBuilder().clearHost().clearVes().clearPlans().build();
        results.put(transaction.sql(), rollout.id(), row.index(), kept);
        rollout.forgetProgress(row.index());
        RolloutTerms terms = rollout.machine().terms();
        if (row.isChangedSinceApproval() && result.getPlansCount() > 0) {
            plans.planAgain(
                    transaction.sql(),
                    rollout.planId(),
                    host.id(),
                    row.target().ctid(),
                    result.getPlans(0).getHash());
        }
        boolean brought = row.state() == TaskState.DONE || row.state() == TaskState.NO_OP;
        if (!brought || terms.kind() == RolloutKind.RESTART) {
            return;
        }
        String ctid = row.target().ctid();
        long revision = row.change().to();
        if (revision == 0) {
            hosts.removed(transaction.sql(), host, ctid, terms.policy());
        } else if (row.state() == TaskState.DONE || host.applied(ctid).getOrDefault(terms.policy(), 0L) != revision) {
            hosts.applied(transaction.sql(), host, ctid, terms.policy(), revision, clock.instant());
        }
    }

    /** The rollout of a job, if the job is for that host: an agent can speak only for itself. */
    private Optional<ActiveRollout> of(Host host, JobId job) {
        return byId(job.rolloutId())
                .filter(rollout -> job.task() < rollout.machine().tasks().size())
                .filter(rollout -> rollout.machine()
                        .tasks()
                        .get(job.task())
                        .target()
                        .hostId()
                        .equals(host.id()));
    }

    private Step apply(Transaction transaction, ActiveRollout rollout, RolloutEvent event) {
        Rollout before = rollout.machine();
        Step step = rollout.apply(event);
        boolean stored = !step.changedTasks().isEmpty()
                || !step.next().progress().equals(rollout.machine().progress());
        if (stored) {
            RolloutStore.update(transaction.sql(), before.progress(), step.next(), step.changedTasks());
        }
        boolean completed = step.next().state() == RolloutState.COMPLETED
                && rollout.machine().state() != RolloutState.COMPLETED;
        if (completed && rollout.isWhole() && step.next().terms().kind() == RolloutKind.APPLY) {
            RolloutTerms terms = step.next().terms();
            policies.enforce(transaction.sql(), terms.policy(), terms.revision());
        }
        rollout.took(event, step);
        noteSlots(rollout);
        rollout.due().ifPresent(wake);
        step.effects().forEach(effect -> transaction.afterCommit(() -> carryOut(rollout, effect)));
        if (stored) {
            Set<Integer> tasks = new HashSet<>();
            step.changedTasks().forEach(row -> tasks.add(row.index()));
            changed(transaction, rollout, tasks);
        }
        if (Surroundings.givesBack(before, step)) {
            roomElsewhere(transaction, rollout, false);
        }
        return step;
    }

    /** Lets the others try again; what they take they take at once, so that none is asked twice for one slot. */
    private void roomElsewhere(Transaction transaction, @Nullable ActiveRollout from, boolean everywhere) {
        RolloutEvent room = new RolloutEvent.RoomElsewhere(clock.instant(), everywhere);
        active().stream()
                .filter(other -> other != from && other.machine().state() == RolloutState.RUNNING)
                .forEach(other -> apply(transaction, other, room));
    }

    private Surroundings around(ActiveRollout rollout) {
        List<Rollout> others = holding.values().stream()
                .filter(other -> other != rollout)
                .map(ActiveRollout::machine)
                .toList();
        String held = brake.isEmpty() ? groupBrake(rollout.machine().settings().brake()) : brake;
        return new Surroundings(others, held, this::label);
    }

    private void noteSlots(ActiveRollout rollout) {
        if (rollout.machine().slots() > 0) {
            holding.put(rollout.number(), rollout);
        } else {
            holding.remove(rollout.number());
        }
    }

    private void changed(Transaction transaction, ActiveRollout rollout, Set<Integer> tasks) {
        transaction.afterCommit(() -> listeners.forEach(listener -> listener.changed(rollout, tasks)));
    }

    /** Revisions are never removed, so one that a task names is there. */
    private PolicySpec spec(ActiveRollout rollout, long revision) {
        String policy = rollout.machine().terms().policy();
        return policies.revision(policy, revision)
                .map(policies::wireForAgents)
                .orElseThrow(() -> new IllegalStateException("no revision " + revision + " of policy " + policy));
    }

    private void carryOut(ActiveRollout rollout, RolloutEffect effect) {
        if (effect instanceof RolloutEffect.SendJob send) {
            nonce++;
            // A host that went away in between gets it when it connects again.
            TargetRef target = send.target();
            String hash =
                    rollout.planId().isEmpty() ? "" : plans.hash(rollout.planId(), target.hostId(), target.ctid());
            streams.send(
                    target.hostId(), JobOffers.offer(rollout, send, revision -> spec(rollout, revision), hash, nonce));
        } else if (effect instanceof RolloutEffect.CancelJob cancel) {
            streams.send(cancel.target().hostId(), JobOffers.cancel(cancel));
        } else if (effect instanceof RolloutEffect.Note note) {
            LOG.info("{}", note.text());
        }
    }
}
