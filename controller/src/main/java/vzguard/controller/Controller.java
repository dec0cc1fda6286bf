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
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vzguard.controller.core.EventLoop;
import vzguard.controller.identity.ServerNames;
import vzguard.controller.store.Database;
import vzguard.controller.store.StateUnusable;

/**
 * One running controller: the order in which things start and stop. Many fit in one JVM. Of several on one PostgreSQL one acts; the
 * others listen, name the one that acts to whoever calls, and ask twice a second whether it is their turn.
 */
public final class Controller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);
    private static final Duration CERTIFICATE_CHECK = Duration.ofHours(12);
    private static final Duration STANDBY_INTERVAL = Duration.ofMillis(500);
    private static final Duration SHUTDOWN_TIME = Duration.ofSeconds(2);

    private final ControllerSettings settings;
    private final ControllerState state;
    private final Succession succession;
    private final EventLoop loop;
    private final Core core;
    private final StandbyGate gate = new StandbyGate();
    private final ApiServer api;
    private final Server server;
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final CompletableFuture<Throwable> fatal = new CompletableFuture<>();

    private Controller(ControllerSettings settings, ControllerState state, Clock clock) throws IOException {
        this.settings = settings;
        this.state = state;
        this.succession = new Succession(state.database());
        this.loop = new EventLoop(state.database(), succession::guard, fatal::complete);
        this.core = new Core(settings, state.authority(), loop, clock, timers);
        this.api = new ApiServer(state.authority(), settings, gate);
        if (!state.database().address().isShared()) {
            // What cannot be loaded is not listened for.
            var unused = succession.tryToAct("", core::load);
        }
        this.server = api.start(core.services());
    }

    /**
     * Starts a controller; when this returns, it serves, or stands by for another one on its database.
     *
     * @throws StateUnusable when the state folder or the database cannot be used
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
            Controller controller = new Controller(settings, state, clock);
            controller.begin();
            return controller;
        } catch (IOException | RuntimeException e) {
            state.close();
            throw e;
        }
    }

    private void begin() {
        fatal.whenComplete((reason, none) -> {
            gate.shut();
            timers.shutdownNow();
            server.shutdownNow();
        });
        var unused = timers.scheduleWithFixedDelay(
                api::renewCertificate,
                CERTIFICATE_CHECK.toMillis(),
                CERTIFICATE_CHECK.toMillis(),
                TimeUnit.MILLISECONDS);
        LOG.info(
                "listening on {}:{}, state in {}, database {}",
                settings.listen().getHostString(),
                server.getPort(),
                settings.state(),
                state.database().address());
        if (succession.acts()) {
            act();
        } else {
            apply("");
        }
    }

    /** Acts, or says who does and asks again. @param known the last one that is known to act */
    private void apply(String known) {
        try {
            if (succession.tryToAct(address(), core::load)) {
                act();
                return;
            }
            String active = succession.active();
            gate.standBy(active);
            if (!active.equals(known)) {
                LOG.info("stands by; the active controller is {}", active);
            }
            var unused = timers.schedule(() -> apply(active), STANDBY_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the controller ends");
        } catch (RuntimeException e) {
            fatal.complete(e);
        }
    }

    private void act() {
        core.work();
        gate.open();
        LOG.info("{}", succession.rank());
    }

    private String address() {
        return settings.advertised()
                .orElseGet(() -> ServerNames.reachable(settings.listen(), settings.names()) + ":" + port());
    }

    public int port() {
        return server.getPort();
    }

    /** Whether it is the one that serves. */
    public boolean acts() {
        return succession.acts() && !fatal.isDone();
    }

    /**
     * Completes when the controller cannot go on: its store failed, or another controller took over
     * ({@link vzguard.controller.store.LeaseLost}). From then on it does nothing. What was acknowledged is safe.
     */
    public CompletableFuture<Throwable> fatal() {
        return fatal;
    }

    /** Tells the agents when to come back, ends all calls, completes what was begun, gives the state folder back. */
    @Override
    public void close() {
        timers.shutdownNow();
        try {
            // It may be asking for its turn.
            if (!timers.awaitTermination(SHUTDOWN_TIME.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the database does not answer");
            }
            if (succession.acts()) {
                loop.post("draining", transaction -> transaction.afterCommit(core::drain));
            }
            server.shutdown();
            if (!server.awaitTermination(SHUTDOWN_TIME.toMillis(), TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
                server.awaitTermination(SHUTDOWN_TIME.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        if (succession.acts()) {
            loop.post("making way", transaction -> succession.giveUp(transaction.sql()));
        }
        loop.close();
        api.close();
        state.close();
        LOG.info("stopped");
    }
}
