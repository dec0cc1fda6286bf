package vzguard.controller.dispatch;

import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vzguard.controller.core.Transaction;
import vzguard.controller.fleet.AgentListener;
import vzguard.controller.fleet.Host;
import vzguard.controller.fleet.Hosts;
import vzguard.controller.fleet.VeChanges;
import vzguard.controller.rollout.JobId;
import vzguard.v1.JobProgress;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;
import vzguard.v1.Refusal;
import vzguard.v1.VeReport;

/** Brings what agents say about jobs to whom the job belongs, and takes in the facts that results carry. */
public final class JobRouter implements AgentListener {
    private static final Logger LOG = LoggerFactory.getLogger(JobRouter.class);

    private final Hosts hosts;
    private final Questions questions;
    private final Rollouts rollouts;

    public JobRouter(Hosts hosts, Questions questions, Rollouts rollouts) {
        this.hosts = hosts;
        this.questions = questions;
        this.rollouts = rollouts;
    }

    @Override
    public void connected(Transaction transaction, Host host, Set<String> heldJobs) {
        rollouts.connected(transaction, host, heldJobs);
        transaction.afterCommit(() -> questions.connected(host, heldJobs));
    }

    @Override
    public void disconnected(Transaction transaction, Host host) {
        rollouts.disconnected(transaction, host);
    }

    @Override
    public void accepted(Transaction transaction, Host host, String jobId) {
        JobId.parse(jobId).ifPresent(job -> rollouts.accepted(transaction, host, job));
    }

    @Override
    public void progressed(Host host, JobProgress progress) {
        JobId.parse(progress.getJobId()).ifPresent(job -> rollouts.progressed(host, job, progress));
    }

    @Override
    public void finished(Transaction transaction, Host host, JobResult result) {
        if (result.hasHost()) {
            hosts.report(transaction.sql(), host, result.getHost());
        }
        VeChanges changes = result.getVesCount() == 0
                ? VeChanges.NONE
                : hosts.report(
                        transaction.sql(),
                        host,
                        VeReport.newBuilder().addAllChanged(result.getVesList()).build());
        Optional<JobId> job = JobId.parse(result.getJobId());
        if (job.isPresent()) {
            // First the job: what it started anew itself was not its owner's doing.
            rollouts.finished(transaction, host, job.get(), result);
        }
        rollouts.reported(transaction, host, changes);
        if (job.isPresent()) {
            return;
        }
        if (!questions.isOpen(result.getJobId())) {
            LOG.info("host {} answers job {}, for which nobody waits any more", host.name(), result.getJobId());
        }
        transaction.afterCommit(() -> questions.finished(host, result));
    }

    @Override
    public void reported(Transaction transaction, Host host, VeChanges changes) {
        rollouts.reported(transaction, host, changes);
    }

    @Override
    public void refused(Transaction transaction, Host host, Refusal refusal) {
        Optional<JobId> job = JobId.parse(refusal.getJobId());
        if (job.isPresent()) {
            JobResult result = JobResult.newBuilder()
                    .setJobId(refusal.getJobId())
                    .setOutcome(Outcome.OUTCOME_REFUSED)
                    .setSummary("the agent refuses " + refusal.getWhat() + ": " + refusal.getReason())
                    .build();
            rollouts.finished(transaction, host, job.get(), result);
        } else {
            transaction.afterCommit(() -> questions.refused(host, refusal));
        }
    }
}
