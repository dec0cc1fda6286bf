package vzguard.controller.dispatch;

import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vzguard.controller.core.Transaction;
import vzguard.controller.fleet.AgentListener;
import vzguard.controller.fleet.Host;
import vzguard.controller.fleet.Hosts;
import vzguard.v1.JobProgress;
import vzguard.v1.JobResult;
import vzguard.v1.Refusal;
import vzguard.v1.VeReport;

/** Brings what agents say about jobs to whom the job belongs, and takes in the facts that results carry. */
public final class JobRouter implements AgentListener {
    private static final Logger LOG = LoggerFactory.getLogger(JobRouter.class);

    private final Hosts hosts;
    private final Questions questions;

    public JobRouter(Hosts hosts, Questions questions) {
        this.hosts = hosts;
        this.questions = questions;
    }

    @Override
    public void connected(Transaction transaction, Host host, Set<String> heldJobs) {
        transaction.afterCommit(() -> questions.connected(host, heldJobs));
    }

    @Override
    public void disconnected(Transaction transaction, Host host) {}

    @Override
    public void accepted(Transaction transaction, Host host, String jobId) {}

    @Override
    public void progressed(Host host, JobProgress progress) {}

    @Override
    public void finished(Transaction transaction, Host host, JobResult result) {
        if (result.hasHost()) {
            hosts.report(transaction.sql(), host, result.getHost());
        }
        hosts.report(
                transaction.sql(),
                host,
                VeReport.newBuilder().addAllChanged(result.getVesList()).build());
        if (!questions.isOpen(result.getJobId())) {
            LOG.info("a result for job {} of host {}, for which nobody waits any more", result.getJobId(), host.name());
        }
        transaction.afterCommit(() -> questions.finished(result));
    }

    @Override
    public void refused(Transaction transaction, Host host, Refusal refusal) {
        transaction.afterCommit(() -> questions.refused(refusal));
    }
}
