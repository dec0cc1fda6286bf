package vzguard.controller.rollout;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import vzguard.controller.rollout.RolloutEffect.CancelJob;
import vzguard.controller.rollout.RolloutEffect.SendJob;

/**
 * One host's agent as the machine's promises require it: a journal of jobs that survives everything, one result per job kept
 * until it is acknowledged, and a network that loses, repeats and reorders what it carries.
 */
final class ScheduledAgent {
    /** From the agent: accepted (no outcome) or finished. */
    record Message(
            JobId job,
            @Nullable Outcome outcome,
            boolean restartNeeded,
            boolean restarted,
            boolean healthy,
            List<String> causes) {
        Message(JobId job, @Nullable Outcome outcome, boolean restartNeeded, boolean restarted) {
            this(job, outcome, restartNeeded, restarted, true, List.of());
        }
    }

    private enum Phase {
        QUEUED,
        EXECUTING,
        FINISHED
    }

    private static final class Held {
        private final SendJob offer;
        private Phase phase = Phase.QUEUED;
        private @Nullable Message result;

        private Held(SendJob offer) {
            this.offer = offer;
        }
    }

    final String hostId;
    boolean connected;
    /** What the controller has sent and the network has not delivered, in order. */
    final ArrayDeque<RolloutEffect> toAgent = new ArrayDeque<>();
    /** What the network carries to the controller; taken in any order, also twice. */
    final List<Message> toController = new ArrayList<>();

    private final Map<JobId, Held> journal = new LinkedHashMap<>();
    private final Set<JobId> everExecuted = new HashSet<>();
    private final Set<Integer> needRestart = new HashSet<>();
    private final Set<Integer> applied = new HashSet<>();
    private final Set<Integer> down = new TreeSet<>();
    private final Map<Integer, Integer> restarts = new HashMap<>();
    private final Map<Integer, Message> lastAnswer = new HashMap<>();

    ScheduledAgent(String hostId) {
        this.hostId = hostId;
    }

    void needsRestart(int task) {
        needRestart.add(task);
    }

    void isAsWanted(int task) {
        applied.add(task);
    }

    Set<String> heldJobs() {
        Set<String> held = new HashSet<>();
        journal.keySet().forEach(job -> held.add(job.toString()));
        return held;
    }

    void cut() {
        connected = false;
        toAgent.clear();
    }

    /** A new stream: results that were not acknowledged are sent again. */
    void connect() {
        connected = true;
        for (Held held : journal.values()) {
            if (held.result != null) {
                toController.add(held.result);
            }
        }
    }

    void receive(RolloutEffect effect) {
        if (effect instanceof SendJob offer && !journal.containsKey(offer.job())) {
            journal.put(offer.job(), new Held(offer));
            toController.add(new Message(offer.job(), null, false, false));
        } else if (effect instanceof CancelJob cancel) {
            Held held = journal.get(cancel.job());
            if (held != null && held.phase == Phase.QUEUED) {
                finish(held, new Message(cancel.job(), Outcome.REFUSED, false, false));
            }
        }
    }

    /** One queued job begins or one that executes ends; false when there is none. */
    boolean work(SplittableRandom random, int failPercent) {
        List<Held> open = new ArrayList<>();
        for (Held held : journal.values()) {
            if (held.phase != Phase.FINISHED) {
                open.add(held);
            }
        }
        if (open.isEmpty()) {
            return false;
        }
        Held held = open.get(random.nextInt(open.size()));
        if (held.phase == Phase.QUEUED) {
            held.phase = Phase.EXECUTING;
            if (!everExecuted.add(held.offer.job())) {
                throw new AssertionError("executed twice: " + held.offer.job());
            }
        } else {
            finish(held, execute(held.offer, random, failPercent));
        }
        return true;
    }

    private Message execute(SendJob offer, SplittableRandom random, int failPercent) {
        int task = offer.job().task();
        boolean needs = needRestart.contains(task) && !applied.contains(task);
        if (needs && !offer.restartAllowed()) {
            return new Message(offer.job(), Outcome.REFUSED, true, false);
        }
        boolean restarted = needs && offer.restartAllowed();
        if (restarted) {
            restarts.merge(task, 1, Integer::sum);
        }
        int dice = random.nextInt(100);
        down.remove(task);
        if (dice < failPercent) {
            boolean dead = offer.restartAllowed() && random.nextInt(3) == 0;
            if (dead) {
                down.add(task);
            }
            List<String> causes = random.nextInt(3) == 0 ? List.of("TIMED_OUT") : List.of();
            return new Message(offer.job(), Outcome.FAILED, false, restarted, !dead, causes);
        }
        if (dice < failPercent + 3 && !restarted) {
            return new Message(offer.job(), Outcome.SKIPPED, false, false, true, List.of(TaskRow.PLAN_CHANGED));
        }
        if (dice < failPercent + 8 && !restarted) {
            return new Message(offer.job(), dice % 2 == 0 ? Outcome.SKIPPED : Outcome.REFUSED, false, false);
        }
        boolean first = applied.add(task);
        return new Message(offer.job(), first ? Outcome.DONE : Outcome.NO_OP, false, restarted);
    }

    private void finish(Held held, Message result) {
        held.phase = Phase.FINISHED;
        held.result = result;
        Message earlier = lastAnswer.get(result.job().task());
        if (earlier == null || !earlier.job().equals(result.job())) {
            lastAnswer.put(result.job().task(), result); // a second answer to one job never counts
        }
        if (connected) {
            toController.add(result);
        }
    }

    void acknowledged(JobId job) {
        Held held = journal.get(job);
        if (held != null && held.phase == Phase.FINISHED) {
            journal.remove(job);
        }
    }

    /** VEs that a job with permission to restart may be restarting at this very moment, or that have not come up since. */
    int restartingNow() {
        int restarting = 0;
        for (Held held : journal.values()) {
            boolean counted = down.contains(held.offer.job().task());
            restarting += held.phase == Phase.EXECUTING && held.offer.restartAllowed() && !counted ? 1 : 0;
        }
        return restarting + down.size();
    }

    /** A target for which two jobs are in the journal unfinished, or -1. */
    int targetWithTwoJobs() {
        if (journal.size() < 2) {
            return -1;
        }
        Set<Integer> unfinished = new HashSet<>();
        for (Held held : journal.values()) {
            if (held.phase != Phase.FINISHED && !unfinished.add(held.offer.job().task())) {
                return held.offer.job().task();
            }
        }
        return -1;
    }

    /** Tasks whose VE did not come up again after a restart that failed. */
    Set<Integer> down() {
        return down;
    }

    int restartsOf(int task) {
        return restarts.getOrDefault(task, 0);
    }

    @Nullable
    Message lastAnswerFor(int task) {
        return lastAnswer.get(task);
    }

    boolean idle() {
        return journal.isEmpty() && toAgent.isEmpty();
    }
}
