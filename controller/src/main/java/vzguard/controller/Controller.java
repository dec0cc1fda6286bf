package vzguard.controller;

import io.grpc.Server;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vzguard.controller.core.Alarm;
import vzguard.controller.core.EventLoop;
import vzguard.controller.core.Transaction;
import vzguard.controller.core.WireTime;
import vzguard.controller.dispatch.JobRouter;
import vzguard.controller.dispatch.Questions;
import vzguard.controller.dispatch.Rollouts;
import vzguard.controller.enforcement.Enforcer;
import vzguard.controller.enrolment.EnrolmentService;
import vzguard.controller.fleet.AgentSessions;
import vzguard.controller.fleet.FleetService;
import vzguard.controller.fleet.Hosts;
import vzguard.controller.fleet.Streams;
import vzguard.controller.identity.Tokens;
import vzguard.controller.operator.OperatorService;
import vzguard.controller.operator.Parts;
import vzguard.controller.operator.RolloutWatches;
import vzguard.controller.policy.Policies;
import vzguard.controller.rollout.History;
import vzguard.controller.store.Database;
import vzguard.controller.store.StateUnusable;
import vzguard.v1.ControllerMessage;
import vzguard.v1.Drain;

/** One running controller: wiring, timers, and the order in which things start and stop. Many fit in one JVM. */
public final class Controller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);
    private static final Duration FLUSH_INTERVAL = Duration.ofSeconds(5);
    /** One old rollout at a time: a day forgets more than a year of ordinary work starts. */
    private static final Duration HISTORY_INTERVAL = Duration.ofSeconds(30);

    private static final Duration TICK_INTERVAL = Duration.ofSeconds(1);
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(100);
    private static final Duration CERTIFICATE_CHECK = Duration.ofHours(12);
    private static final Duration SHUTDOWN_TIME = Duration.ofSeconds(2);

    private final ControllerSettings settings;
    private final ControllerState state;
    private final EventLoop loop;
    private final Hosts hosts;
    private final Streams streams;
    private final ApiServer api;
    private final Server server;
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final CompletableFuture<Throwable> fatal;

    private Controller(
            ControllerSettings settings,
            ControllerState state,
            EventLoop loop,
            Hosts hosts,
            Streams streams,
            ApiServer api,
            Server server,
            CompletableFuture<Throwable> fatal) {
        this.settings = settings;
        this.state = state;
        this.loop = loop;
        this.hosts = hosts;
        this.streams = streams;
        this.api = api;
        this.server = server;
        this.fatal = fatal;
    }

    /**
     * Starts a controller; when this returns, it serves.
     *
     * @throws StateUnusable when the state folder cannot be used
     * @throws IOException when the address cannot be listened on
     */
    public static Controller start(ControllerSettings settings, Clock clock) throws IOException {
        return start(settings, clock, Database::open);
    }

    /**
     * As {@link #start(ControllerSettings, Clock)}.
     *
     * @param opener opens the database of the state folder; not asked when the settings name a server
     */
    public static Controller start(ControllerSettings settings, Clock clock, Function<Path, Database> opener)
            throws IOException {
        ControllerState state = ControllerState.open(
                settings.state(),
                settings.listen(),
                settings.names(),
                clock,
                folder -> settings.server().isPresent()
                        ? Database.open(settings.server().get())
                        : opener.apply(folder.database()));
        try {
            return start(settings, state, clock);
        } catch (IOException | RuntimeException e) {
            state.close();
            throw e;
        }
    }

    private static Controller start(ControllerSettings settings, ControllerState state, Clock clock)
            throws IOException {
        Hosts hosts = new Hosts();
        hosts.load(state.database().handle());
        Policies policies = new Policies();
        policies.load(state.database().handle());
        CompletableFuture<Throwable> fatal = new CompletableFuture<>();
        Streams streams = new Streams();
        Questions questions = new Questions(streams);
        Rollouts rollouts = new Rollouts(hosts, policies, streams, clock, settings.limits());
        RolloutWatches watches = new RolloutWatches(clock);
        rollouts.listen(watches);
        rollouts.load(state.database().handle());
        Enforcer enforcer = new Enforcer(hosts, streams, policies, rollouts);
        EventLoop loop = new EventLoop(state.database(), fatal::complete);
        JobRouter router = new JobRouter(hosts, questions, rollouts);
        AgentSessions.Timing timing = new AgentSessions.Timing(settings.reconnect(), settings.sweepInterval());
        Tokens tokens = new Tokens(state.authority().pin());
        AgentSessions sessions = new AgentSessions(loop, hosts, streams, router, clock, timing);
        ApiServer api = new ApiServer(state.authority(), settings);
        Server server = api.start(
                new EnrolmentService(loop, hosts, state.authority(), tokens, clock),
                new FleetService(sessions),
                new OperatorService(new Parts(
                        loop, hosts, streams, policies, rollouts, enforcer, questions, watches, tokens, clock)));
        Controller controller = new Controller(settings, state, loop, hosts, streams, api, server, fatal);
        controller.every(
                FLUSH_INTERVAL, "writing last-seen times", transaction -> hosts.flushLastSeen(transaction.sql()));
        controller.every(TICK_INTERVAL, "a tick", transaction -> {
            rollouts.tick(transaction);
            transaction.afterCommit(() -> questions.expire(clock.instant()));
        });
        controller.every(TICK_INTERVAL, "enforcement", enforcer::look);
        controller.every(settings.sweepInterval(), "a look at every host", transaction -> enforcer.everything());
        controller.every(
                HISTORY_INTERVAL,
                "forgetting the past",
                transaction -> rollouts.forget(transaction, History.standard()));
        Alarm alarm = new Alarm(clock, controller::after, () -> loop.post("a deadline", rollouts::tick));
        loop.post("the next deadline", transaction -> rollouts.wakeBy(alarm::set));
        controller.every(WATCH_INTERVAL, watches::isActive, "a watch", transaction -> {
            transaction.afterCommit(watches::flush);
        });
        controller.timers.scheduleWithFixedDelay(
                api::renewCertificate,
                CERTIFICATE_CHECK.toMillis(),
                CERTIFICATE_CHECK.toMillis(),
                TimeUnit.MILLISECONDS);
        LOG.info(
                "listening on {}:{}, state in {}",
                settings.listen().getHostString(),
                server.getPort(),
                settings.state());
        return controller;
    }

    private void every(Duration interval, String what, Consumer<Transaction> step) {
        every(interval, () -> true, what, step);
    }

    private void every(Duration interval, BooleanSupplier needed, String what, Consumer<Transaction> step) {
        timers.scheduleWithFixedDelay(
                () -> {
                    if (needed.getAsBoolean()) {
                        loop.post(what, step);
                    }
                },
                interval.toMillis(),
                interval.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void after(Duration delay, Runnable task) {
        try {
            var unused = timers.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the controller ends");
        }
    }

    public int port() {
        return server.getPort();
    }

    /** Completes when the controller cannot go on: its store failed. What was acknowledged is safe. */
    public CompletableFuture<Throwable> fatal() {
        return fatal;
    }

    private void drain() {
        Duration slot = settings.reconnect().within(hosts.count());
        streams.sendAll(ControllerMessage.newBuilder()
                .setDrain(Drain.newBuilder().setReconnectWithin(WireTime.of(slot)))
                .build());
    }

    /** Tells the agents when to come back, ends all calls, completes what was begun, gives the state folder back. */
    @Override
    public void close() {
        timers.shutdownNow();
        loop.post("draining", transaction -> transaction.afterCommit(this::drain));
        server.shutdown();
        try {
            if (!server.awaitTermination(SHUTDOWN_TIME.toMillis(), TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
                server.awaitTermination(SHUTDOWN_TIME.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        loop.close();
        api.close();
        state.close();
        LOG.info("stopped");
    }
}
