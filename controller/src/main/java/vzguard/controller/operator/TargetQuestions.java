package vzguard.controller.operator;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import vzguard.controller.core.Transaction;
import vzguard.controller.dispatch.Questions;
import vzguard.controller.fleet.Host;
import vzguard.controller.fleet.Streams;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.v1.Target;

/** Asks the agent of one target, and words what comes back instead of an answer. Used in steps of the event loop. */
final class TargetQuestions {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Streams streams;
    private final Questions questions;
    private final Lookup lookup;
    private final Clock clock;

    TargetQuestions(Streams streams, Questions questions, Lookup lookup, Clock clock) {
        this.streams = streams;
        this.questions = questions;
        this.lookup = lookup;
        this.clock = clock;
    }

    /**
     * Finds what a request names.
     *
     * @param ctid empty for the host itself
     * @throws Fault when there is no such host or VE
     */
    Target target(String hostName, String ctid) {
        Host host = lookup.host(hostName);
        Target.Builder target = Target.newBuilder().setHostId(host.id()).setHostName(host.name());
        if (!ctid.isEmpty()) {
            target.setCtid(lookup.ctid(host, ctid).text());
        }
        return target.build();
    }

    /** @throws Fault when its host is not connected: nothing is asked */
    CompletableFuture<JobResult> ask(Transaction transaction, Target target, Job.Builder job) {
        Host host = lookup.host(target.getHostId());
        if (!streams.isConnected(host.id())) {
            throw Fault.unavailable("host " + host.name() + " is not connected; last seen " + host.lastSeen()
                    + "; look at its agent (vzguard-agent run)");
        }
        return questions.ask(transaction, host, job, clock.instant(), PATIENCE);
    }

    /** {@code HOST/CTID}, or {@code HOST} for the host itself. */
    static String name(Target target) {
        return target.getCtid().isEmpty() ? target.getHostName() : target.getHostName() + "/" + target.getCtid();
    }

    /**
     * What the agent did not do, and why: its sentence, then a line for each cause.
     *
     * @param what goes between "the agent" and "for HOST/CTID"
     */
    static String words(Target target, String what, JobResult result) {
        StringBuilder why = new StringBuilder("the agent " + what + " for " + name(target)
                + (result.getSummary().isEmpty() ? "" : ": " + result.getSummary()));
        result.getCausesList()
                .forEach(cause -> why.append('\n')
                        .append(cause.getCode())
                        .append(": ")
                        .append(cause.getSummary())
                        .append(cause.getCure().isEmpty() ? "" : "; cure: " + cause.getCure()));
        return why.toString();
    }
}
