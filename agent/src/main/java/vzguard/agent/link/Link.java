package vzguard.agent.link;

import com.google.protobuf.util.Durations;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import vzguard.v1.FleetGrpc;
import vzguard.v1.Hello;
import vzguard.v1.Welcome;

/**
 * Keeps one stream to the controller, for ever: when it ends, for whatever reason, another is opened after a while, to the next
 * one where several are named. Being
 * offline does no harm. Each stream has its own channel, so that a mended address, name or identity counts at once.
 *
 * <p>Safe for use by many threads.
 */
final class Link implements AgentSession.Events, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Link.class.getName());
    /** A controller that says nothing for this long after Hello is none. */
    private static final Duration WELCOME_WITHIN = Duration.ofSeconds(30);

    private final LinkSettings settings;
    private final Dialer dialer;
    private final JobDesk desk;
    private final FactsBoard facts;
    private final Consumer<Welcome> onWelcome;
    private final ScheduledExecutorService timer;
    private final Clock clock;
    private final RandomGenerator random;
    private final StreamEpoch epoch;
    private Optional<Stream> current = Optional.empty();
    private Optional<Duration> named = Optional.empty();
    private int failures;
    /** Counts attempts: the controllers have their turns. */
    private int turn;

    private boolean closed;

    private record Stream(AgentSession session, ManagedChannel channel, Instant since) {}

    /** @param onWelcome told what the controller wants, each time it is reached */
    Link(
            LinkSettings settings,
            Dialer dialer,
            JobDesk desk,
            FactsBoard facts,
            Consumer<Welcome> onWelcome,
            ScheduledExecutorService timer,
            Clock clock,
            RandomGenerator random) {
        this.settings = settings;
        this.dialer = dialer;
        this.desk = desk;
        this.facts = facts;
        this.onWelcome = onWelcome;
        this.timer = timer;
        this.clock = clock;
        this.random = random;
        this.epoch = new StreamEpoch(settings.stateDirectory());
    }

    void start() {
        later(Duration.ZERO, this::connect);
    }

    /** The controller has answered Hello on a stream that stands. */
    synchronized boolean isConnected() {
        return current.filter(stream -> stream.session().isWelcomed()).isPresent();
    }

    @Override
    public void close() {
        Optional<Stream> open;
        synchronized (this) {
            closed = true;
            open = current;
            current = Optional.empty();
        }
        open.ifPresent(stream -> {
            stream.session().cancel("the agent ends");
            stream.channel().shutdownNow();
        });
    }

    private void connect() {
        synchronized (this) {
            if (closed || current.isPresent()) {
                return;
            }
        }
        try {
            open(dialer.dial(controller()));
        } catch (IOException | RuntimeException e) {
            if (isClosed()) {
                return;
            }
            LOG.log(Level.SEVERE, "no stream to {0}: {1}", new Object[] {controller(), e});
            again(Reaction.RETRY_SLOWLY, Optional.empty());
        }
    }

    private void open(ManagedChannel channel) throws IOException {
        try {
            begin(channel);
        } catch (IOException | RuntimeException e) {
            channel.shutdownNow();
            throw e;
        }
    }

    private void begin(ManagedChannel channel) throws IOException {
        Hello hello = Hello.newBuilder()
                .setProtocol(AgentSession.PROTOCOL)
                .setAgentVersion(settings.agentVersion())
                .setHostName(settings.hostName())
                .setBootId(settings.bootId())
                .setStreamEpoch(epoch.next())
                .putAllLabels(settings.labels())
                .build();
        AgentSession session = new AgentSession(desk, facts, this);
        Stream stream = new Stream(session, channel, clock.instant());
        synchronized (this) {
            if (closed) {
                channel.shutdownNow();
                return;
            }
            current = Optional.of(stream);
        }
        var unused = FleetGrpc.newStub(channel).connect(session);
        session.begin(hello);
        later(WELCOME_WITHIN, () -> expectWelcome(stream));
    }

    private void expectWelcome(Stream stream) {
        if (isCurrent(stream.session()) && !stream.session().isWelcomed()) {
            stream.session().cancel("no Welcome within " + WELCOME_WITHIN.toSeconds() + " s");
        }
    }

    @Override
    public void welcomed(Welcome welcome) {
        synchronized (this) {
            named = welcome.hasReconnectWithin()
                    ? Optional.of(Duration.ofMillis(Durations.toMillis(welcome.getReconnectWithin())))
                    : Optional.empty();
        }
        LOG.info(() -> "connected to " + controller() + ", version " + welcome.getControllerVersion());
        onWelcome.accept(welcome);
    }

    @Override
    public void ended(AgentSession session, Status status, Optional<Duration> window) {
        synchronized (this) {
            Optional<Stream> stream = current.filter(open -> open.session() == session);
            if (stream.isEmpty()) {
                return;
            }
            current = Optional.empty();
            stream.get().channel().shutdownNow();
            Duration lived = Duration.between(stream.get().since(), clock.instant());
            if (lived.compareTo(Reconnect.STABLE) >= 0) {
                failures = 0;
            }
        }
        LOG.info(() -> "the stream to " + controller() + " ended: " + explain(status));
        again(Reaction.to(status.getCode()), window);
    }

    private void again(Reaction reaction, Optional<Duration> window) {
        Duration delay;
        synchronized (this) {
            delay = window.map(asked -> Reconnect.within(asked, random))
                    .orElseGet(() -> Reconnect.delay(failures, named, random))
                    .plus(reaction.atLeast());
            turn++;
            // A round through all of them is one attempt: the one that acts is among them.
            if (turn % settings.controllers().size() == 0) {
                failures++;
            }
        }
        later(delay, this::connect);
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized String controller() {
        return settings.controllers().get(turn % settings.controllers().size());
    }

    private synchronized boolean isCurrent(AgentSession session) {
        return current.filter(open -> open.session() == session).isPresent();
    }

    private void later(Duration delay, Runnable task) {
        try {
            var unused = timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.fine("the agent ends");
        }
    }

    private static String explain(Status status) {
        String cause = status.getCause() == null ? "" : " (" + status.getCause().getMessage() + ")";
        return status.getCode() + (status.getDescription() == null ? "" : " " + status.getDescription()) + cause;
    }
}
