package vzguard.agent.prove;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The proofs that wait to be made, and those that will soon be asked for. Proofs made together share a namespace and a
 * probe, and only one set of them is made at a time: so it pays to wait a moment for one that is on its way. Thread safe.
 */
final class ProofQueue {
    /** How far apart the proofs of jobs that were begun together are asked for; far less than making a set takes. */
    static final Duration MOMENT = Duration.ofMillis(500);

    /** One proof and where its result goes. */
    record Waiting(ProofPlan plan, CompletableFuture<ProofResult> result) {}

    private final List<Waiting> waiting = new ArrayList<>();
    private int announced;

    synchronized void announce() {
        announced++;
    }

    synchronized void withdraw() {
        announced--;
        notifyAll();
    }

    synchronized void add(List<Waiting> proofs) {
        waiting.addAll(proofs);
    }

    /**
     * Returns when every announced proof has come or was withdrawn, after {@link #MOMENT} at the latest.
     *
     * @return whether nothing is announced any more
     */
    synchronized boolean awaitAnnounced() {
        long end = System.nanoTime() + MOMENT.toNanos();
        try {
            for (long left = MOMENT.toMillis();
                    announced > 0 && left > 0;
                    left = Duration.ofNanos(end - System.nanoTime()).toMillis()) {
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return announced == 0;
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** All that wait; they wait no longer. */
    synchronized List<Waiting> takeAll() {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }
}
