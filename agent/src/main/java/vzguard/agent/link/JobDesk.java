package vzguard.agent.link;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.logging.Level;
import java.util.logging.Logger;
import vzguard.agent.model.CauseCode;
import vzguard.v1.Cause;
import vzguard.v1.Job;
import vzguard.v1.JobOffer;
import vzguard.v1.JobProgress;
import vzguard.v1.JobReceipt;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;
import vzguard.v1.Refusal;
import vzguard.wire.UnknownParts;

/**
 * Takes jobs, has them carried out once, and keeps their results until the controller has them. It outlives streams: a
 * job goes on when the stream breaks.
 *
 * <p>Safe for use by many threads.
 */
final class JobDesk {
    private static final Logger LOG = Logger.getLogger(JobDesk.class.getName());
    private static final Duration SHORTEST = Durations.fromSeconds(1);
    private static final Duration LONGEST = Durations.fromHours(24);
    private static final int LONGEST_ID = 200;

    private final JobBook book;
    private final JobRunner runner;
    private final Executor workers;
    private final Clock clock;
    private final Set<String> started = new HashSet<>();
    private final Map<String, Instant> deadlines = new HashMap<>();
    private Optional<Outbox> stream = Optional.empty();

    JobDesk(JobBook book, JobRunner runner, Executor workers, Clock clock) {
        this.book = book;
        this.runner = runner;
        this.workers = workers;
        this.clock = clock;
    }

    /** Goes on with the jobs that were open when the agent ended. Call once, before any stream. */
    void resume() {
        book.open().forEach(this::queue);
    }

    /** Verbs it accepts, sorted. */
    List<String> verbs() {
        return List.copyOf(new TreeSet<>(runner.verbs()));
    }

    /** Ids of the jobs that are open or whose result was not acknowledged. */
    synchronized List<String> held() {
        Set<String> ids = new TreeSet<>();
        book.open().forEach(job -> ids.add(job.getJobId()));
        book.unacknowledged().forEach(result -> ids.add(result.getJobId()));
        return List.copyOf(ids);
    }

    /** From now on messages go here; all results that the controller has not acknowledged are sent again. */
    synchronized void attach(Outbox outbox) {
        stream = Optional.of(outbox);
        book.unacknowledged().forEach(result -> outbox.result(withoutFacts(result)));
    }

    /** What it looked like then is old news on a later stream, whose Hello names what it looks like now. */
    private static JobResult withoutFacts(JobResult result) {
        return result.toBuilder().clearHost().clearVes().build();
    }

    synchronized void detach(Outbox outbox) {
        if (stream.filter(current -> current == outbox).isPresent()) {
            stream = Optional.empty();
        }
    }

    synchronized void offered(JobOffer offer) {
        Job job = offer.getJob();
        Optional<Refusal> refusal = refusal(offer);
        if (refusal.isPresent()) {
            stream.ifPresent(outbox -> outbox.refuse(refusal.get()));
            return;
        }
        try {
            JobBook.Standing standing = book.standing(job.getJobId());
            if (standing == JobBook.Standing.NEW) {
                book.take(job);
            }
            JobReceipt receipt = JobReceipt.newBuilder()
                    .setJobId(job.getJobId())
                    .setNonce(offer.getNonce())
                    .build();
            stream.ifPresent(outbox -> outbox.receipt(receipt));
            if (standing == JobBook.Standing.ENDED) {
                book.result(job.getJobId())
                        .ifPresent(result -> stream.ifPresent(outbox -> outbox.result(withoutFacts(result))));
            }
            if (standing == JobBook.Standing.NEW) {
                queue(job);
            }
        } catch (IOException e) {
            LOG.log(Level.SEVERE, "job " + job.getJobId() + " cannot be kept", e);
            refuse(job.getJobId(), "job_offer", "the agent's disk does not take it: " + e.getMessage());
        }
    }

    /** A job that has not started will not; it ends as refused. One that runs goes on. */
    synchronized void cancelled(String jobId) {
        if (book.standing(jobId) == JobBook.Standing.OPEN && !started.contains(jobId)) {
            end(JobResult.newBuilder()
                    .setJobId(jobId)
                    .setOutcome(Outcome.OUTCOME_REFUSED)
                    .setSummary("cancelled by the controller before it started")
                    .build());
        }
    }

    synchronized void acknowledged(String jobId) {
        try {
            book.acknowledged(jobId);
        } catch (IOException e) {
            // It is sent again with the next stream, and acknowledged again.
            LOG.log(Level.WARNING, "the acknowledgement of job " + jobId + " cannot be kept", e);
        }
    }

    private Optional<Refusal> refusal(JobOffer offer) {
        Job job = offer.getJob();
        String verb = Verbs.of(job);
        if (!runner.verbs().contains(verb)) {
            return Optional.of(refusalOf(job.getJobId(), verb, "this agent does not know it; it knows " + verbs()));
        }
        List<String> unknown = UnknownParts.of(offer);
        if (!unknown.isEmpty()) {
            return Optional.of(refusalOf(
                    job.getJobId(),
                    String.join(", ", unknown),
                    "this agent does not know it, the controller is newer"));
        }
        if (job.getJobId().isBlank() || job.getJobId().length() > LONGEST_ID) {
            return Optional.of(refusalOf(job.getJobId(), "job_id", "permitted: 1 to " + LONGEST_ID + " characters"));
        }
        boolean inRange = Durations.isValid(job.getDeadline())
                && Durations.compare(job.getDeadline(), SHORTEST) >= 0
                && Durations.compare(job.getDeadline(), LONGEST) <= 0;
        return inRange
                ? Optional.empty()
                : Optional.of(refusalOf(job.getJobId(), "deadline", "permitted: 1 s to 24 h"));
    }

    private void refuse(String jobId, String what, String reason) {
        stream.ifPresent(outbox -> outbox.refuse(refusalOf(jobId, what, reason)));
    }

    private static Refusal refusalOf(String jobId, String what, String reason) {
        return Refusal.newBuilder()
                .setJobId(jobId)
                .setWhat(what)
                .setReason(reason)
                .build();
    }

    private synchronized void queue(Job job) {
        deadlines.put(job.getJobId(), clock.instant().plusMillis(Durations.toMillis(job.getDeadline())));
        workers.execute(() -> carryOut(job));
    }

    private void carryOut(Job job) {
        Optional<Instant> deadline = start(job);
        if (deadline.isEmpty()) {
            return;
        }
        JobResult result;
        try {
            result = runner.run(job, deadline.get(), this::progress).toBuilder()
                    .setJobId(job.getJobId())
                    .build();
        } catch (RuntimeException e) {
            LOG.log(Level.SEVERE, "job " + job.getJobId() + " (" + Verbs.of(job) + ") broke", e);
            result = failed(job, "INTERNAL", "an error in the agent ended it: " + e);
        }
        synchronized (this) {
            started.remove(job.getJobId());
            end(result);
        }
    }

    /** The job's deadline; empty when it is not to be carried out, or not again. */
    private synchronized Optional<Instant> start(Job job) {
        Instant deadline = Optional.ofNullable(deadlines.remove(job.getJobId())).orElse(Instant.MAX);
        if (book.standing(job.getJobId()) != JobBook.Standing.OPEN) {
            return Optional.empty();
        }
        if (clock.instant().isAfter(deadline)) {
            String why = "its time passed before the agent was free to start it";
            end(failed(job, CauseCode.TIMED_OUT.name(), why));
            return Optional.empty();
        }
        return started.add(job.getJobId()) ? Optional.of(deadline) : Optional.empty();
    }

    private synchronized void progress(JobProgress step) {
        stream.ifPresent(outbox -> outbox.progress(step));
    }

    private void end(JobResult result) {
        try {
            book.end(result);
            runner.resultKept(result.getJobId());
            stream.ifPresent(outbox -> outbox.result(result));
        } catch (IOException e) {
            // Without a result on the disk the job stays open: it is looked at again when the agent starts.
            LOG.log(Level.SEVERE, "the result of job " + result.getJobId() + " cannot be kept", e);
        }
    }

    private static JobResult failed(Job job, String code, String summary) {
        return JobResult.newBuilder()
                .setJobId(job.getJobId())
                .setOutcome(Outcome.OUTCOME_FAILED)
                .setSummary(summary)
                .addCauses(Cause.newBuilder().setCode(code).setSummary(summary))
                .build();
    }
}
