package vzguard.controller.rollout;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import vzguard.policy.RolloutSettings.PerGroup;

/**
 * The next state of a rollout while one event is worked in. The only place that counts: whoever changes a task goes through
 * {@link #put(TaskRow)}, so tallies and slots cannot differ from the tasks, and no later wave goes on past a target that is
 * pending again. Lives within one call of one thread.
 */
final class Draft {
    private final Rollout before;
    private final ChunkedList.Editor<TaskRow> tasks;
    private final ChunkedList.Editor<HostSlots> hosts;
    private final Tally[] tallies;
    private Tally sum;
    private final int[] openPerChunk;
    private final int[] silentPerWave;
    private final Surroundings surroundings;
    private final TreeSet<Integer> changed = new TreeSet<>();
    private final List<RolloutEffect> effects = new ArrayList<>();
    private RolloutProgress progress;
    /** By label, then by what it says; counted when first asked for. */
    private final Map<String, Map<String, Integer>> usage = new HashMap<>();

    private Holders holders;
    private int slots;
    private int restarts;

    Draft(Rollout before, Surroundings surroundings) {
        this.before = before;
        this.surroundings = surroundings;
        this.tasks = before.taskList().edit();
        this.hosts = before.hosts().edit();
        this.tallies = before.tallies().toArray(Tally[]::new);
        this.sum = before.tally();
        this.openPerChunk = before.openPerChunk().clone();
        this.silentPerWave = before.silentPerWave().clone();
        this.progress = before.progress();
        this.holders = before.holders();
        this.slots = before.slots();
        this.restarts = before.restarts();
    }

    /** Counts every task once; for a rollout whose counts are all zero. */
    Rollout counted() {
        for (int index = 0; index < tasks.size(); index++) {
            count(tasks.get(index), 1);
        }
        return done();
    }

    RolloutTerms terms() {
        return before.terms();
    }

    Rollout before() {
        return before;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    RolloutProgress progress() {
        return progress;
    }

    void progress(RolloutProgress next) {
        progress = next;
    }

    TaskRow task(int index) {
        return tasks.get(index);
    }

    int size() {
        return tasks.size();
    }

    void put(TaskRow row) {
        count(tasks.get(row.index()), -1);
        tasks.set(row.index(), row);
        count(row, 1);
        changed.add(row.index());
        if (row.state() == TaskState.PENDING && row.wave() < progress.wave()) {
            progress = progress.backTo(row.wave());
        }
    }

    private void count(TaskRow row, int sign) {
        tallies[row.wave()] = tallies[row.wave()].plus(row, sign);
        sum = sum.plus(row, sign);
        if (!row.state().isEnded()) {
            openPerChunk[row.index() / ChunkedList.CHUNK] += sign;
        }
        restarts += sign * row.restarts();
        int live = row.runsLive() ? sign : 0;
        int restarting = row.holdsSlot() ? sign : 0;
        if (live != 0 || restarting != 0) {
            int host = before.hostOf(row);
            hosts.set(host, hosts.get(host).plus(live, restarting));
        }
        if (restarting != 0) {
            slots += restarting;
            holders = holders.with(row.target().hostId(), restarting);
            usage.forEach((label, used) ->
                    used.merge(surroundings.groups().valueOf(label, row.target().hostId()), restarting, Integer::sum));
        }
    }

    HostSlots host(int host) {
        return hosts.get(host);
    }

    HostSlots hostOf(TaskRow row) {
        return hosts.get(before.hostOf(row));
    }

    void put(int host, HostSlots next) {
        silentPerWave[next.firstWave()] +=
                (next.silent() ? 1 : 0) - (hosts.get(host).silent() ? 1 : 0);
        hosts.set(host, next);
    }

    /** Hosts of the waves begun that have gone silent and are not back. */
    int silentHosts() {
        int silent = 0;
        for (int wave = 0; wave <= progress.wave() && wave < silentPerWave.length; wave++) {
            silent += silentPerWave[wave];
        }
        return silent;
    }

    /** Nothing may start: too many hosts went silent at once, here or in the whole fleet. */
    boolean isBraked() {
        int silent = silentHosts();
        boolean many = silent > 1
                && silent * 100L
                        > (long) before.hostsUpTo(progress.wave())
                                * terms().settings().brake().wave();
        return many || !surroundings.brake().isEmpty();
    }

    /** An operator goes on without the hosts that are silent now. */
    void forgiveSilence() {
        for (int host = 0; host < hosts.size(); host++) {
            if (hosts.get(host).silent()) {
                put(host, hosts.get(host).forgiven());
            }
        }
    }

    int slots() {
        return slots;
    }

    /** Restart slots taken, here and elsewhere, on the hosts for which the label says the same as for this one. */
    int slotsInGroupOf(String label, String hostId) {
        Map<String, Integer> used = usage.computeIfAbsent(label, this::count);
        return used.getOrDefault(surroundings.groups().valueOf(label, hostId), 0);
    }

    private Map<String, Integer> count(String label) {
        Map<String, Integer> used = new HashMap<>();
        holders.addTo(used, label, surroundings.groups());
        surroundings.others().forEach(other -> other.holders().addTo(used, label, surroundings.groups()));
        return used;
    }

    /** The limits of groups that bind it: its own, and of others each that has a restart out in this host's group. */
    List<PerGroup> groupLimits(String hostId) {
        List<PerGroup> limits = new ArrayList<>();
        terms().settings().restarts().perGroup().ifPresent(limits::add);
        for (Rollout other : surroundings.others()) {
            other.settings()
                    .restarts()
                    .perGroup()
                    .filter(limit -> other.holders().isIn(limit.label(), hostId, surroundings.groups()))
                    .ifPresent(limits::add);
        }
        return limits;
    }

    Tally tally(int wave) {
        return tallies[wave];
    }

    Tally tally() {
        return sum;
    }

    /** Pending or running in the waves up to the present one. */
    int openNow() {
        int open = 0;
        for (int wave = 0; wave <= progress.wave(); wave++) {
            open += tallies[wave].open();
        }
        return open;
    }

    /** The first index from {@code index} on whose part of the list still has a pending or running task; else the size. */
    int skipEnded(int index) {
        int next = index;
        while (next < size() && openPerChunk[next / ChunkedList.CHUNK] == 0) {
            next = (next / ChunkedList.CHUNK + 1) * ChunkedList.CHUNK;
        }
        return Math.min(next, size());
    }

    void effect(RolloutEffect effect) {
        effects.add(effect);
    }

    void note(String text) {
        effects.add(new RolloutEffect.Note(text));
    }

    Rollout done() {
        return before.with(
                progress,
                tasks.done(),
                hosts.done(),
                List.of(tallies),
                openPerChunk,
                silentPerWave,
                holders,
                slots,
                restarts);
    }

    Step step() {
        Rollout next = done();
        List<TaskRow> rows = new ArrayList<>();
        for (int index : changed) {
            rows.add(next.tasks().get(index));
        }
        return new Step(next, rows, effects, "");
    }
}
