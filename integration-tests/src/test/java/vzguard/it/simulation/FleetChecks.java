package vzguard.it.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import vzguard.controller.dispatch.ActiveRollout;
import vzguard.controller.rollout.JobId;
import vzguard.controller.rollout.Rollout;
import vzguard.controller.rollout.TaskRow;
import vzguard.controller.rollout.TaskState;
import vzguard.v1.ControllerMessage;

/**
 * What must hold in the whole fleet after each commit of each controller and for each message that leaves one. It keeps its own
 * picture of what is durable, made of what was in memory at each commit; whoever loads must find exactly that.
 */
final class FleetChecks {
    private static final Duration AT_ONCE = Duration.ofMinutes(5);

    private final World world;
    private final SharedStore store;
    private final Ledger ledger;
    private final TaskChecks tasks;
    private final List<HostModel> hosts;
    private final Map<String, Rollout> durable = new HashMap<>();
    /** Those that committed, and were followed by another one. */
    private final Set<SimulatedController> former = new HashSet<>();

    private @Nullable SimulatedController last;
    private @Nullable SimulatedController latest;
    /** As the acting controller has seen hosts go. */
    private final Map<String, Instant> gone = new HashMap<>();

    private final Set<String> there = new HashSet<>();
    private boolean braked;

    FleetChecks(World world, SharedStore store, Ledger ledger, List<HostModel> hosts) {
        this.world = world;
        this.store = store;
        this.ledger = ledger;
        this.hosts = hosts;
        this.tasks = new TaskChecks(world, ledger);
    }

    /** Every rollout as it is durable, by id. */
    Map<String, Rollout> durable() {
        return durable;
    }

    /** The last one that came to act; nothing when it is dead. */
    @Nullable
    SimulatedController latest() {
        return latest != null && latest.machine().isAlive() ? latest : null;
    }

    /** A controller has read what there is, and will act. */
    void loaded(SimulatedController controller) {
        latest = controller;
        List<ActiveRollout> all = controller.parts().rollouts().all();
        ledger.require(
                all.size() == durable.size(),
                () -> controller + " finds " + all.size() + " rollouts, durable are " + durable.keySet());
        for (ActiveRollout rollout : all) {
            Rollout before = durable.get(rollout.id());
            ledger.require(
                    before != null && same(before, rollout.machine()),
                    () -> controller
                            + " finds another " + rollout.id() + " than was committed: "
                            + rollout.machine().tally() + ", "
                            + (before == null ? "none" : before.tally()));
            durable.put(rollout.id(), rollout.machine());
        }
        gone.clear();
        there.clear();
        braked = false;
    }

    private static boolean same(Rollout one, Rollout other) {
        if (!millis(one.progress().toString()).equals(millis(other.progress().toString()))
                || one.tasks().size() != other.tasks().size()) {
            return false;
        }
        for (int index = 0; index < one.tasks().size(); index++) {
            if (!TaskChecks.withoutDeadline(one.tasks().get(index))
                    .equals(TaskChecks.withoutDeadline(other.tasks().get(index)))) {
                return false;
            }
        }
        return one.slots() == other.slots();
    }

    private static String millis(String text) {
        return text;
    }

    void before(SimulatedController controller) {
        braked = brakeOf(controller);
    }

    void committed(SimulatedController controller, boolean wrote, boolean alone) {
        if (wrote) {
            oneActs(controller);
        }
        boolean brakedBefore = braked;
        listen(controller);
        boolean brakedNow = brakedBefore && brakeOf(controller);
        for (ActiveRollout active : controller.parts().rollouts().all()) {
            Rollout now = active.machine();
            Rollout before = durable.get(active.id());
            if (before != now) {
                accounting(now);
                tasks.changed(controller, before, now, alone, alone && brakedNow);
                durable.put(active.id(), now);
            }
        }
    }

    private void oneActs(SimulatedController controller) {
        ledger.require(
                !former.contains(controller),
                () -> controller + " commits after " + last + " had taken over, lease " + store.epoch());
        if (last != null && last != controller) {
            former.add(last);
        }
        last = controller;
    }

    private void accounting(Rollout rollout) {
        int[] counted = new int[TaskState.values().length];
        for (TaskRow row : rollout.tasks()) {
            counted[row.state().ordinal()]++;
        }
        int sum = 0;
        for (TaskState state : TaskState.values()) {
            sum += rollout.tally().of(state);
            ledger.require(
                    counted[state.ordinal()] == rollout.tally().of(state),
                    () -> rollout.terms().id() + " counts " + rollout.tally() + ", there are "
                            + counted[state.ordinal()] + " " + state);
        }
        int targets = sum;
        ledger.require(
                targets == rollout.tasks().size(),
                () -> rollout.terms().id() + " counts " + targets + " of "
                        + rollout.tasks().size());
    }

    /** The fleet's brake, worked out anew from who came and went. */
    private void listen(SimulatedController controller) {
        Instant now = controller.machine().clock().instant();
        for (HostModel host : hosts) {
            boolean connected = controller.parts().streams().isConnected(host.id);
            if (connected) {
                there.add(host.id);
                gone.remove(host.id);
            } else if (there.remove(host.id)) {
                gone.put(host.id, now);
            }
        }
    }

    private boolean brakeOf(SimulatedController controller) {
        Instant now = controller.machine().clock().instant();
        long silent = gone.values().stream()
                .filter(at -> !at.plus(AT_ONCE).isBefore(now))
                .count();
        return silent >= 3 && silent * 100 > (there.size() + silent) * 20;
    }

    /** What is said must be durable. */
    void sends(SimulatedController controller, String hostId, ControllerMessage message) {
        world.say(() -> controller + " to " + hostId + ": " + message.getBodyCase() + " "
                + (message.hasJobOffer()
                        ? message.getJobOffer().getJob().getJobId()
                        : message.hasResultAck() ? message.getResultAck().getJobId() : ""));
        if (message.hasJobOffer()) {
            JobId.parse(message.getJobOffer().getJob().getJobId())
                    .ifPresent(job -> tasks.offered(job, hostId, durable.get(job.rolloutId())));
        } else if (message.hasResultAck()) {
            JobId.parse(message.getResultAck().getJobId())
                    .ifPresent(job -> tasks.acknowledged(job, durable.get(job.rolloutId())));
        }
    }

    Optional<Rollout> rollout(String id) {
        return Optional.ofNullable(durable.get(id));
    }

    TaskChecks tasks() {
        return tasks;
    }
}
