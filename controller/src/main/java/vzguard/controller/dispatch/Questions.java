package vzguard.controller.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import vzguard.controller.core.Transaction;
import vzguard.controller.core.WireTime;
import vzguard.controller.fleet.Host;
import vzguard.controller.fleet.Streams;
import vzguard.v1.ControllerMessage;
import vzguard.v1.Job;
import vzguard.v1.JobCancel;
import vzguard.v1.JobOffer;
import vzguard.v1.JobResult;
import vzguard.v1.Refusal;

/**
 * Jobs for which a caller waits: plan, prove, diagnose, bans. Nothing of them is stored: they end with the call, and the result
 * of one that nobody waits for any more is acknowledged and let go. Belongs to the event loop's thread.
 */
public final class Questions {
    private final Streams streams;
    private final Map<String, Question> open = new HashMap<>();
    private long nonce;

    public Questions(Streams streams) {
        this.streams = streams;
    }

    /** Nothing came, or could come. */
    public static final class Unanswered extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unanswered(String message) {
            super(message);
        }
    }

    /** The agent will not do it. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    private record Question(Host host, Job job, Instant until, CompletableFuture<JobResult> answer) {}

    /**
     * Asks a connected host.
     *
     * @param verb the job without id and deadline
     * @param patience how long the answer is waited for, disconnections included
     * @return completes on the event loop's thread; with {@link Refused} when the agent will not do it, with {@link
     *     Unanswered} when nothing comes
     */
    public CompletableFuture<JobResult> ask(
            Transaction transaction, Host host, Job.Builder verb, Instant now, Duration patience) {
        Job job = verb.setJobId("ask-" + UUID.randomUUID())
                .setDeadline(WireTime.of(patience))
                .build();
        Question question = new Question(host, job, now.plus(patience), new CompletableFuture<>());
        transaction.afterCommit(() -> {
            open.put(job.getJobId(), question);
            offer(question);
        });
        return question.answer();
    }

    boolean isOpen(String jobId) {
        return open.containsKey(jobId);
    }

    /** The host is back: what it does not hold is offered again. */
    void connected(Host host, Set<String> heldJobs) {
        open.values().stream()
                .filter(question -> question.host() == host)
                .filter(question -> !heldJobs.contains(question.job().getJobId()))
                .toList()
                .forEach(this::offer);
    }

    /** An agent can speak only for itself: an answer from another host than the asked one is not taken. */
    private Optional<Question> take(Host host, String jobId) {
        Optional<Question> question = Optional.ofNullable(open.get(jobId)).filter(asked -> asked.host() == host);
        question.ifPresent(asked -> open.remove(jobId));
        return question;
    }

    void finished(Host host, JobResult result) {
        take(host, result.getJobId()).ifPresent(question -> question.answer().complete(result));
    }

    void refused(Host host, Refusal refusal) {
        take(host, refusal.getJobId())
                .ifPresent(question -> question.answer()
                        .completeExceptionally(new Refused("the agent of " + host.name() + " refuses "
                                + refusal.getWhat() + ": " + refusal.getReason()
                                + (isVerb(refusal.getWhat(), question.job()) ? "; update that agent" : ""))));
    }

    /** An older agent names the verb, or its field's number when it is older than the verb. */
    private static boolean isVerb(String what, Job job) {
        return what.equals(job.getVerbCase().name().toLowerCase(Locale.ROOT))
                || what.equals("field " + job.getVerbCase().getNumber());
    }

    /** Gives up on what is overdue. */
    public void expire(Instant now) {
        List<Question> overdue = open.values().stream()
                .filter(question -> !question.until().isAfter(now))
                .toList();
        for (Question question : overdue) {
            String id = question.job().getJobId();
            open.remove(id);
            Host host = question.host();
            streams.send(
                    host.id(),
                    ControllerMessage.newBuilder()
                            .setJobCancel(JobCancel.newBuilder().setJobId(id))
                            .build());
            question.answer()
                    .completeExceptionally(new Unanswered(
                            streams.isConnected(host.id())
                                    ? "host " + host.name() + " is connected, but did not answer in time"
                                    : "host " + host.name() + " went away before it answered (last seen "
                                            + host.lastSeen() + ")"));
        }
    }

    private void offer(Question question) {
        nonce++;
        JobOffer offer =
                JobOffer.newBuilder().setNonce(nonce).setJob(question.job()).build();
        // A host that is away gets it when it connects again, or the question expires.
        boolean sent = streams.send(
                question.host().id(),
                ControllerMessage.newBuilder().setJobOffer(offer).build());
        if (!sent && !streams.isConnected(question.host().id())) {
            open.remove(question.job().getJobId());
            question.answer()
                    .completeExceptionally(
                            new Unanswered("host " + question.host().name() + " is not connected (last seen "
                                    + question.host().lastSeen() + ")"));
        }
    }
}
