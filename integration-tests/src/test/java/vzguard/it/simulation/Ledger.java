package vzguard.it.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import vzguard.v1.JobResult;

/** What really happened on the hosts, written down by those who did it; and what was found wrong. */
final class Ledger {
    private final List<String> violations;
    private final Map<String, Integer> restarts = new HashMap<>();
    /** All that an agent ever found out for a job; of several the last counts, the others were never on its disk. */
    private final Map<String, List<JobResult>> results = new HashMap<>();

    private final Set<String> kept = new HashSet<>();
    /** Jobs that may restart a VE, begun and without a durable result, and the host they run on. */
    private final Map<String, String> mayRestart = new HashMap<>();

    private final int perHost;
    private final int total;
    private int restartsInAll;

    Ledger(List<String> violations, int perHost, int total) {
        this.violations = violations;
        this.perHost = perHost;
        this.total = total;
    }

    void require(boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            violations.add(otherwise.get());
        }
    }

    void begins(String hostId, String jobId, boolean restartAllowed) {
        require(!kept.contains(jobId), () -> "carried out again after its result was kept: " + jobId);
        if (restartAllowed) {
            mayRestart.put(jobId, hostId);
            long here = mayRestart.values().stream().filter(hostId::equals).count();
            require(
                    here <= perHost,
                    () -> here + " VEs of " + hostId + " may restart at once (limit " + perHost + "): " + mayRestart);
            require(
                    mayRestart.size() <= total,
                    () -> mayRestart.size() + " VEs may restart at once (limit " + total + "): " + mayRestart);
        }
    }

    void restarts(String jobId, boolean allowed) {
        restartsInAll++;
        int times = restarts.merge(jobId, 1, Integer::sum);
        require(times == 1, () -> "restarted " + times + " times for one job: " + jobId);
        require(allowed, () -> "restarted without permission: " + jobId);
    }

    void ends(String jobId, JobResult result) {
        results.computeIfAbsent(jobId, none -> new ArrayList<>()).add(result);
    }

    void resultKept(String jobId) {
        mayRestart.remove(jobId);
        kept.add(jobId);
    }

    /** The controller has its result, so it was on the agent's disk, though the agent may have died before it said so here. */
    void answered(String jobId) {
        mayRestart.remove(jobId);
    }

    List<JobResult> results(String jobId) {
        return results.getOrDefault(jobId, List.of());
    }

    /** Jobs after which an agent says that a VE was restarted. */
    long restartsTold() {
        return results.values().stream()
                .filter(said -> said.stream().anyMatch(JobResult::getRestarted))
                .count();
    }

    int restartsInAll() {
        return restartsInAll;
    }
}
