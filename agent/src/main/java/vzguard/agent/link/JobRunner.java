package vzguard.agent.link;

import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;
import vzguard.v1.Job;
import vzguard.v1.JobProgress;
import vzguard.v1.JobResult;

/** Carries out jobs. Called from several threads at once, for different jobs; blocks until the job has ended. */
public interface JobRunner {
    /** Verbs it carries out, by their names in the contract ("observe", "plan", ...). */
    Set<String> verbs();

    /**
     * Carries out a job whose verb is one of {@link #verbs}. The same job is given again after a crash of the agent: what
     * was done already must not be done twice. A job that fails is a result; an exception is an error of the program.
     */
    JobResult run(Job job, Consumer<JobProgress> progress);

    /**
     * As {@link #run(Job, Consumer)}, within the job's time.
     *
     * @param deadline after this nothing further that changes the host is begun
     */
    default JobResult run(Job job, Instant deadline, Consumer<JobProgress> progress) {
        return run(job, progress);
    }

    /** The job's result is on the disk: what was kept to finish the job after a crash is no longer needed. */
    void resultKept(String jobId);
}
