package vzguard.agent.link;

import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;
import vzguard.v1.Job;
import vzguard.v1.JobProgress;
import vzguard.v1.JobResult;

/** Jobs whose results tell facts that are newer than the last sweep's: the board of facts hears of them. */
record ToldJobs(JobRunner jobs, FactsBoard facts) implements JobRunner {
    @Override
    public Set<String> verbs() {
        return jobs.verbs();
    }

    @Override
    public JobResult run(Job job, Consumer<JobProgress> progress) {
        return run(job, Instant.MAX, progress);
    }

    @Override
    public JobResult run(Job job, Instant deadline, Consumer<JobProgress> progress) {
        JobResult result = jobs.run(job, deadline, progress);
        facts.toldByJob(result);
        return result;
    }

    @Override
    public void resultKept(String jobId) {
        jobs.resultKept(jobId);
    }
}
