package vzguard.agent.link;

import com.google.protobuf.util.Durations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import vzguard.agent.enrol.Enrolment;
import vzguard.agent.enrol.IdentityFolder;
import vzguard.v1.Welcome;

/** All that ties an agent to its controller: enrolment at the first start, the stream, sweeps, and jobs. */
public final class ControllerLink implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ControllerLink.class.getName());
    private static final Duration ALARM = Duration.ofSeconds(5);
    private static final Duration ENROL_AGAIN = Duration.ofSeconds(10);
    private static final Duration ENROL_LATER = Duration.ofMinutes(5);

    private final LinkSettings settings;
    private final Optional<Path> tokenFile;
    private final Clock clock;
    private final RandomGenerator random;
    private final FactsBoard facts = new FactsBoard();
    private final Sweeper sweeper;
    private final Supplier<Optional<String>> alarm;
    private final Duration ownSweepInterval;
    private final LinkThreads threads;
    private final Dialer dialer;
    private Optional<ScheduledFuture<?>> listening = Optional.empty();
    private Optional<Link> link = Optional.empty();

    /**
     * @param sweepInterval at most this; a controller may ask for more frequent sweeps
     * @param tokenFile where a token is for the first start
     * @param observe one sweep of everything
     * @param alarm asked every 5 s, so it must cost next to nothing; a place that a sweep must look at now
     */
    public ControllerLink(
            LinkSettings settings,
            Duration sweepInterval,
            Optional<Path> tokenFile,
            Supplier<Sections> observe,
            Supplier<Optional<String>> alarm,
            Clock clock,
            RandomGenerator random) {
        this(settings, sweepInterval, tokenFile, observe, alarm, clock, random, LinkThreads.own());
    }

    /** As above, on threads that may be shared with other links. */
    public ControllerLink(
            LinkSettings settings,
            Duration sweepInterval,
            Optional<Path> tokenFile,
            Supplier<Sections> observe,
            Supplier<Optional<String>> alarm,
            Clock clock,
            RandomGenerator random,
            LinkThreads threads) {
        this(
                settings,
                sweepInterval,
                tokenFile,
                observe,
                alarm,
                clock,
                random,
                threads,
                new TlsDialer(settings.stateDirectory()));
    }

    /** As above, to controllers that are reached in another way than by TLS: simulated ones. */
    public ControllerLink(
            LinkSettings settings,
            Duration sweepInterval,
            Optional<Path> tokenFile,
            Supplier<Sections> observe,
            Supplier<Optional<String>> alarm,
            Clock clock,
            RandomGenerator random,
            LinkThreads threads,
            Dialer dialer) {
        this.settings = settings;
        this.threads = threads;
        this.dialer = dialer;
        this.tokenFile = tokenFile;
        this.clock = clock;
        this.random = random;
        this.ownSweepInterval = sweepInterval;
        this.alarm = alarm;
        this.sweeper = new Sweeper(observe, facts::swept, sweepInterval, random, threads.sweeps());
    }

    /**
     * Goes on with the jobs of the last run, and connects. Call once.
     *
     * @throws IOException when the state directory cannot be used
     */
    public synchronized void start(JobRunner jobs) throws IOException {
        JobDesk desk = new JobDesk(
                new JobBook(settings.stateDirectory()), new ToldJobs(jobs, facts), threads.workers(), clock);
        desk.resume();
        Link made = new Link(settings, dialer, desk, facts, this::welcomed, threads.timer(), clock, random);
        link = Optional.of(made);
        sweeper.start();
        threads.timer().execute(() -> enrolThen(made));
        listening = Optional.of(threads.timer()
                .scheduleWithFixedDelay(this::listen, ALARM.toMillis(), ALARM.toMillis(), TimeUnit.MILLISECONDS));
    }

    public synchronized boolean isConnected() {
        return link.filter(Link::isConnected).isPresent();
    }

    private void listen() {
        try {
            alarm.get().ifPresent(place -> {
                LOG.log(Level.WARNING, "a list of the guard of {0} is gone: it is looked at now", place);
                sweepSoon();
            });
        } catch (RuntimeException e) {
            LOG.log(Level.SEVERE, "what tells a flush broke", e);
        }
    }

    /** A sweep now instead of at its time. */
    public void sweepSoon() {
        sweeper.sweepSoon();
    }

    /** As {@link Sweeper#sweepAfterWriting}. */
    public void sweepAfterWriting() {
        sweeper.sweepAfterWriting();
    }

    /** As {@link Sweeper#sweepAfterHealing}. */
    public void sweepAfterHealing() {
        sweeper.sweepAfterHealing();
    }

    @Override
    public void close() {
        Optional<Link> open;
        synchronized (this) {
            open = link;
            listening.ifPresent(task -> task.cancel(false));
        }
        open.ifPresent(Link::close);
        sweeper.end();
        threads.released();
    }

    private void welcomed(Welcome welcome) {
        if (welcome.hasSweepInterval()) {
            Duration asked = Duration.ofMillis(Durations.toMillis(welcome.getSweepInterval()));
            sweeper.interval(asked.compareTo(ownSweepInterval) < 0 ? asked : ownSweepInterval);
        }
    }

    private void enrolThen(Link made) {
        try {
            boolean ready = tokenFile.isEmpty()
                    || new IdentityFolder(settings.stateDirectory()).load().isPresent();
            if (ready) {
                made.start();
                return;
            }
            Enrolment.Outcome outcome = Enrolment.enrol(
                    settings.controllers(),
                    Enrolment.readToken(tokenFile.get().toString()),
                    settings.hostName(),
                    settings.labels(),
                    settings.stateDirectory());
            if (outcome instanceof Enrolment.NotEnrolled not) {
                LOG.log(Level.SEVERE, "not enrolled: {0}; {1}", new Object[] {not.reason(), not.next()});
                enrolLater(made, not.worthRetrying() ? ENROL_AGAIN : ENROL_LATER);
            } else {
                made.start();
            }
        } catch (IOException e) {
            LOG.log(Level.SEVERE, "not enrolled: {0}", e.getMessage());
            enrolLater(made, ENROL_AGAIN);
        }
    }

    private void enrolLater(Link made, Duration delay) {
        try {
            var unused = threads.timer()
                    .schedule(
                            () -> enrolThen(made),
                            Reconnect.within(delay, random).toMillis(),
                            TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.fine("the agent ends");
        }
    }
}
