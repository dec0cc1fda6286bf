package vzguard.controller.fleet;

import java.util.Set;
import vzguard.controller.core.Transaction;
import vzguard.v1.JobProgress;
import vzguard.v1.JobResult;
import vzguard.v1.Refusal;

/**
 * Learns what agents say about jobs; the seam that keeps streams from knowing rollouts. Called on the event loop's
 * thread, in the transaction of the message.
 */
public interface AgentListener {
    /** @param heldJobs ids of jobs that the agent runs, or has a result for */
    void connected(Transaction transaction, Host host, Set<String> heldJobs);

    void disconnected(Transaction transaction, Host host);

    void accepted(Transaction transaction, Host host, String jobId);

    void progressed(Host host, JobProgress progress);

    /** The result is acknowledged to the agent once this transaction is durable. */
    void finished(Transaction transaction, Host host, JobResult result);

    void refused(Transaction transaction, Host host, Refusal refusal);

    /** VEs that it named in a report of their state. */
    void reported(Transaction transaction, Host host, VeChanges changes);
}
