package vzguard.agent.link;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import vzguard.v1.AgentMessage;
import vzguard.v1.HostFacts;
import vzguard.v1.JobProgress;
import vzguard.v1.JobReceipt;
import vzguard.v1.JobResult;
import vzguard.v1.Refusal;
import vzguard.v1.VeFacts;
import vzguard.v1.VeReport;

/**
 * What this agent still has to say on one stream. Bounded by what it holds: facts wait once per section, newer ones in
 * place of older; results once per job; progress and refusals in short queues that lose their oldest.
 *
 * <p>Receipts leave first, then results, refusals, facts, progress. Safe for use by many threads.
 */
final class Outbox {
    /** Far under the 1 MiB that a message may have. */
    static final int REPORT_BYTES = 256 * 1024;

    private static final int MAX_REFUSALS = 64;
    private static final int MAX_PROGRESS = 32;

    private final Map<String, JobReceipt> receipts = new LinkedHashMap<>();
    private final Map<String, JobResult> results = new LinkedHashMap<>();
    private final Deque<Refusal> refusals = new ArrayDeque<>();
    private final Deque<JobProgress> progress = new ArrayDeque<>();
    private final SortedMap<String, VeFacts> changed = new TreeMap<>();
    private final SortedSet<String> gone = new TreeSet<>();
    private Optional<HostFacts> host = Optional.empty();
    private final Runnable wake;
    private boolean complete;

    /** @param wake called after each change, without the outbox's lock */
    Outbox(Runnable wake) {
        this.wake = wake;
    }

    void receipt(JobReceipt receipt) {
        synchronized (this) {
            receipts.put(receipt.getJobId(), receipt);
        }
        wake.run();
    }

    void result(JobResult result) {
        synchronized (this) {
            results.put(result.getJobId(), result);
        }
        wake.run();
    }

    void refuse(Refusal refusal) {
        synchronized (this) {
            limited(refusals, refusal, MAX_REFUSALS);
        }
        wake.run();
    }

    void progress(JobProgress step) {
        synchronized (this) {
            limited(progress, step, MAX_PROGRESS);
        }
        wake.run();
    }

    void host(HostFacts facts) {
        synchronized (this) {
            host = Optional.of(facts);
        }
        wake.run();
    }

    void changed(VeFacts facts) {
        synchronized (this) {
            gone.remove(facts.getCtid());
            changed.put(facts.getCtid(), facts);
        }
        wake.run();
    }

    void gone(String ctid) {
        synchronized (this) {
            changed.remove(ctid);
            gone.add(ctid);
        }
        wake.run();
    }

    /** All VEs of the host; those that are not among them are gone. */
    void complete(Collection<VeFacts> ves) {
        synchronized (this) {
            changed.clear();
            gone.clear();
            ves.forEach(facts -> changed.put(facts.getCtid(), facts));
            complete = true;
        }
        wake.run();
    }

    /** The next message to send, without its sequence number; it is no longer waiting afterwards. */
    synchronized Optional<AgentMessage.Builder> next() {
        if (!receipts.isEmpty()) {
            return Optional.of(AgentMessage.newBuilder().setJobReceipt(first(receipts)));
        }
        if (!results.isEmpty()) {
            return Optional.of(AgentMessage.newBuilder().setJobResult(first(results)));
        }
        if (!refusals.isEmpty()) {
            return Optional.of(AgentMessage.newBuilder().setRefusal(refusals.removeFirst()));
        }
        if (host.isPresent()) {
            AgentMessage.Builder message = AgentMessage.newBuilder().setHost(host.get());
            host = Optional.empty();
            return Optional.of(message);
        }
        if (complete || !changed.isEmpty() || !gone.isEmpty()) {
            return Optional.of(AgentMessage.newBuilder().setVes(report()));
        }
        return progress.isEmpty()
                ? Optional.empty()
                : Optional.of(AgentMessage.newBuilder().setJobProgress(progress.removeFirst()));
    }

    private VeReport report() {
        VeReport.Builder report = VeReport.newBuilder();
        List<String> taken = new ArrayList<>();
        int bytes = 0;
        for (VeFacts facts : changed.values()) {
            bytes += facts.getSerializedSize();
            if (bytes > REPORT_BYTES && !taken.isEmpty()) {
                break;
            }
            taken.add(facts.getCtid());
            report.addChanged(facts);
        }
        boolean whole = taken.size() == changed.size();
        changed.keySet().removeAll(taken);
        // Only a report that holds every VE may say so: a part of them would declare the others gone.
        report.setComplete(complete && whole).addAllGone(gone);
        complete = false;
        gone.clear();
        return report.build();
    }

    private static <T> T first(Map<String, T> waiting) {
        String id = waiting.keySet().iterator().next();
        T value = waiting.get(id);
        waiting.remove(id);
        return java.util.Objects.requireNonNull(value);
    }

    private static <T> void limited(Deque<T> queue, T item, int most) {
        if (queue.size() == most) {
            queue.removeFirst();
        }
        queue.addLast(item);
    }
}
