package vzguard.controller.rollout;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import vzguard.policy.RestartTimes;
import vzguard.policy.RolloutSettings;

/**
 * One rollout: a frozen list of targets, taken in waves. Immutable; {@link #apply} is the only way on.
 *
 * <p>Promises, in every order of events, duplicates and crashes included:
 *
 * <ul>
 *   <li>Every target is in exactly one {@link TaskState}; {@link #tally} counts each once.
 *   <li>At most one job per target is unanswered. A job sent again carries the same {@link JobId}.
 *   <li>Restart slots: it starts no job that may restart a VE while {@code perHost} VEs of the host, {@code perGroup.max} of the
 *       host's group, or {@code total} of the fleet have one out, those of all other rollouts counted ({@link Surroundings}); nor
 *       while another rollout that limits its groups has one out in this host's, and one more would be more than that limit. A
 *       slot is freed by the agent's answer that the VE runs, or once the VE is seen running, never by time. A task first goes
 *       out without permission to restart; when the agent refuses it for that reason alone, it waits for a slot and goes out
 *       again with permission. So targets that need no restart never wait for those that do. (Tasks of a
 *       {@link RolloutKind#RESTART} need a slot from the start.)
 *   <li>A VE that started anew while it waited for a slot has paid: a {@link RolloutKind#RESTART} leaves it alone, any other
 *       rollout looks at it again without permission to restart.
 *   <li>Nothing starts while it is paused, stopped or aborted; no target starts before all of the earlier waves have
 *       ended and soaked. A wave whose targets were all as wanted, refused or skipped has changed nothing and does not soak. A retry of an earlier wave's target counts: later waves wait for it.
 *   <li>The brake: while more than {@code brake.wave} percent of the hosts of the waves begun, and two at least, have gone
 *       silent since it was started or resumed and are not back, nothing starts; nor while the brake of a group of hosts or of
 *       the fleet is on. It is let go by their return, or by an operator's pause and resume.
 *   <li>Silence is no result: a running task ends by silence only at its deadline, and a later answer corrects it.
 * </ul>
 *
 * <p>Thresholds, looked at after every event. Endings are counted in four kinds, each target in one: failed, timed out, unreachable,
 * refused. The rollout stops when those of one kind are as many as its threshold or more ({@code >=}), over all waves or since the
 * present wave began. Resume and retry set all counts back to zero. So does nothing else: a late answer that makes a counted
 * ending another one takes it out of the count. When no target is left to start or to end, the rollout is completed, whatever failed.
 *
 * <p>It also stops when something is still pending {@code expires} after the last word of an operator.
 */
public final class Rollout {
    private final RolloutTerms terms;
    private final RolloutProgress progress;
    private final ChunkedList<TaskRow> tasks;
    private final ChunkedList<HostSlots> hosts;
    private final Map<String, Integer> hostNumbers;
    private final RestartTimes times;
    private final List<Tally> tallies;
    private final int[] openPerChunk;
    private final int[] hostsPerWave;
    private final int[] silentPerWave;
    private final Holders holders;
    private final int slots;
    private final int restarts;

    private Rollout(
            RolloutTerms terms,
            RolloutProgress progress,
            ChunkedList<TaskRow> tasks,
            ChunkedList<HostSlots> hosts,
            Map<String, Integer> hostNumbers,
            RestartTimes times,
            List<Tally> tallies,
            int[] openPerChunk,
            int[] hostsPerWave,
            int[] silentPerWave,
            Holders holders,
            int slots,
            int restarts) {
        this.terms = terms;
        this.progress = progress;
        this.tasks = tasks;
        this.hosts = hosts;
        this.hostNumbers = hostNumbers;
        this.times = times;
        this.tallies = tallies;
        this.openPerChunk = openPerChunk;
        this.hostsPerWave = hostsPerWave;
        this.silentPerWave = silentPerWave;
        this.holders = holders;
        this.slots = slots;
        this.restarts = restarts;
    }

    /**
     * A new rollout; every host counts as away until its {@link RolloutEvent.HostConnected} comes. With no target it is
     * completed at once. Store {@link #terms}, {@link #progress} and all {@link #tasks} before the first event.
     *
     * @param changes in the order to be taken, each target once
     * @throws IllegalArgumentException when the restart window is none
     */
    public static Rollout start(RolloutTerms terms, List<Change> changes) {
        List<Integer> bounds = Waves.bounds(terms.settings(), changes.size());
        List<TaskRow> rows = new ArrayList<>(changes.size());
        int wave = 0;
        for (int index = 0; index < changes.size(); index++) {
            if (index >= bounds.get(wave)) {
                wave++;
            }
            rows.add(TaskRow.pending(index, changes.get(index), wave, terms.kind() == RolloutKind.RESTART));
        }
        boolean empty = changes.isEmpty();
        RolloutProgress progress = new RolloutProgress(
                empty ? RolloutState.COMPLETED : RolloutState.RUNNING,
                0,
                terms.startedAt(),
                null,
                empty ? terms.startedAt() : null,
                terms.startedAt(),
                Endings.NONE,
                Endings.NONE,
                "");
        return assemble(terms, progress, rows, terms.startedAt());
    }

    /**
     * The rollout as it was stored. Hosts count as away from {@code now} on, and running jobs get at least
     * {@link Limits#patience}: what the controller missed while it was down is not held against them.
     *
     * @param rows every task, by index
     */
    public static Rollout fromRows(RolloutTerms terms, RolloutProgress progress, List<TaskRow> rows, Instant now) {
        Instant earliest = now.plus(terms.limits().patience());
        List<TaskRow> patient = new ArrayList<>(rows.size());
        for (TaskRow row : rows) {
            Instant deadline = row.deadline();
            patient.add(deadline != null && deadline.isBefore(earliest) ? row.withDeadline(earliest) : row);
        }
        return assemble(terms, progress, patient, now);
    }

    private static Rollout assemble(RolloutTerms terms, RolloutProgress progress, List<TaskRow> rows, Instant now) {
        Map<String, List<TaskRow>> byHost = new LinkedHashMap<>();
        rows.forEach(row -> byHost.computeIfAbsent(row.target().hostId(), id -> new ArrayList<>())
                .add(row));
        Map<String, Integer> numbers = new LinkedHashMap<>();
        List<HostSlots> hosts = new ArrayList<>();
        byHost.forEach((id, own) -> {
            numbers.put(id, hosts.size());
            hosts.add(HostSlots.away(own, now));
        });
        int waves = rows.isEmpty() ? 0 : rows.get(rows.size() - 1).wave() + 1;
        ChunkedList<TaskRow> tasks = ChunkedList.of(rows);
        int[] hostsPerWave = new int[waves];
        hosts.forEach(host -> hostsPerWave[host.firstWave()]++);
        Rollout uncounted = new Rollout(
                terms,
                progress,
                tasks,
                ChunkedList.of(hosts),
                Map.copyOf(numbers),
                RestartTimes.of(terms.settings().restarts()),
                Collections.nCopies(waves, Tally.EMPTY),
                new int[tasks.chunks()],
                hostsPerWave,
                new int[waves],
                Holders.NOBODY,
                0,
                0);
        return new Draft(uncounted, Surroundings.QUIET).counted();
    }

    /** As {@link #apply(RolloutEvent, Surroundings)}, in a fleet in which nothing else happens. */
    public Step apply(RolloutEvent event) {
        return apply(event, Surroundings.QUIET);
    }

    /** What the event does. An event that changes nothing gives a step without rows and effects. */
    public Step apply(RolloutEvent event, Surroundings surroundings) {
        return Transition.of(this, event, surroundings);
    }

    /**
     * The jobs that are out. Offer them again after a crash: between the commit of a step and its effects anything may have
     * been lost, and an agent runs a job id once.
     */
    public List<RolloutEffect> resend() {
        return tasks.stream()
                .filter(row -> row.state() == TaskState.RUNNING)
                .<RolloutEffect>map(row -> Starting.send(terms, row))
                .toList();
    }

    /** Why nothing more starts at present, one sentence; empty when nothing holds it up or it has ended. */
    public String waitingFor(Instant now, Surroundings surroundings) {
        return new Waiting(this, now, surroundings).sentence();
    }

    public RolloutTerms terms() {
        return terms;
    }

    public RolloutSettings settings() {
        return terms.settings();
    }

    public RolloutProgress progress() {
        return progress;
    }

    public RolloutState state() {
        return progress.state();
    }

    /** Nothing is pending or running any more. A late answer may still correct a task, a retry opens it again. */
    public boolean hasEnded() {
        return progress.endedAt() != null;
    }

    /** Every task, by index. */
    public List<TaskRow> tasks() {
        return tasks;
    }

    /** The present wave, 0 and up. */
    public int wave() {
        return progress.wave();
    }

    /** Waves in all, the canary included; at least one target each. */
    public int waves() {
        return tallies.size();
    }

    public Tally tally() {
        Tally sum = Tally.EMPTY;
        for (Tally tally : tallies) {
            sum = sum.plus(tally);
        }
        return sum;
    }

    public Tally tally(int wave) {
        return tallies.get(wave);
    }

    /** Restarts of VEs that results reported. */
    public int restarts() {
        return restarts;
    }

    /** Restart slots taken now. */
    public int slots() {
        return slots;
    }

    /** Whether the host has a task here. */
    public boolean concerns(String hostId) {
        return hostNumbers.containsKey(hostId);
    }

    /** The hosts that it has tasks on. */
    public Set<String> hostIds() {
        return hostNumbers.keySet();
    }

    /** The task of a target, if it has one here. */
    public Optional<TaskRow> task(TargetRef target) {
        int host = hostNumber(target.hostId());
        if (host < 0) {
            return Optional.empty();
        }
        HostSlots.TaskIndexes indexes = hosts.get(host).tasks();
        for (int position = 0; position < indexes.size(); position++) {
            TaskRow row = tasks.get(indexes.get(position));
            if (row.target().ctid().equals(target.ctid())) {
                return Optional.of(row);
            }
        }
        return Optional.empty();
    }

    /** Restart slots taken now on a host. */
    int slotsOn(String hostId) {
        int host = hostNumber(hostId);
        return host < 0 ? 0 : hosts.get(host).restarting();
    }

    int hostNumber(String hostId) {
        return hostNumbers.getOrDefault(hostId, -1);
    }

    int hostOf(TaskRow row) {
        return hostNumber(row.target().hostId());
    }

    RestartTimes times() {
        return times;
    }

    Holders holders() {
        return holders;
    }

    ChunkedList<TaskRow> taskList() {
        return tasks;
    }

    ChunkedList<HostSlots> hosts() {
        return hosts;
    }

    List<Tally> tallies() {
        return tallies;
    }

    int[] openPerChunk() {
        return openPerChunk;
    }

    int[] silentPerWave() {
        return silentPerWave;
    }

    /** Hosts with a task in that wave or an earlier one. */
    int hostsUpTo(int wave) {
        int sum = 0;
        for (int begun = 0; begun <= wave && begun < hostsPerWave.length; begun++) {
            sum += hostsPerWave[begun];
        }
        return sum;
    }

    Rollout with(
            RolloutProgress nextProgress,
            ChunkedList<TaskRow> nextTasks,
            ChunkedList<HostSlots> nextHosts,
            List<Tally> nextTallies,
            int[] nextOpenPerChunk,
            int[] nextSilentPerWave,
            Holders nextHolders,
            int nextSlots,
            int nextRestarts) {
        return new Rollout(
                terms,
                nextProgress,
                nextTasks,
                nextHosts,
                hostNumbers,
                times,
                nextTallies,
                nextOpenPerChunk,
                hostsPerWave,
                nextSilentPerWave,
                nextHolders,
                nextSlots,
                nextRestarts);
    }
}
