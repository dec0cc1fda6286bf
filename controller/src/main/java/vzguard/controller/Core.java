package vzguard.controller;

import io.grpc.BindableService;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
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
import vzguard.controller.identity.CertificateAuthority;
import vzguard.controller.identity.Tokens;
import vzguard.controller.operator.OperatorService;
import vzguard.controller.operator.Parts;
import vzguard.controller.operator.RolloutWatches;
import vzguard.controller.outside.OutsideService;
import vzguard.controller.policy.Policies;
import vzguard.controller.rollout.History;
import vzguard.v1.ControllerMessage;
import vzguard.v1.Drain;

/** What a controller knows and does, wired together. Empty and at rest until it is loaded and set to work. */
final class Core {
    private static final Logger LOG = LoggerFactory.getLogger(Core.class);
    private static final Duration FLUSH_INTERVAL = Duration.ofSeconds(5);
    /** One old rollout at a time: a day forgets more than a year of ordinary work starts. */
    private static final Duration HISTORY_INTERVAL = Duration.ofSeconds(30);

    private static final Duration TICK_INTERVAL = Duration.ofSeconds(1);
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(100);

    private final ControllerSettings settings;
    private final CertificateAuthority authority;
    private final EventLoop loop;
    private final Clock clock;
    private final ScheduledExecutorService timers;
    private final Hosts hosts = new Hosts();
    private final Policies policies = new Policies();
    private final Streams streams = new Streams();
    private final Questions questions = new Questions(streams);
    private final Rollouts rollouts;
    private final RolloutWatches watches;
    private final Enforcer enforcer;
    private final OutsideService outside;

    Core(
            ControllerSettings settings,
            CertificateAuthority authority,
            EventLoop loop,
            Clock clock,
            ScheduledExecutorService timers) {
        this.settings = settings;
        this.authority = authority;
        this.loop = loop;
        this.clock = clock;
        this.timers = timers;
        this.rollouts = new Rollouts(hosts, policies, streams, clock, settings.limits());
        this.watches = new RolloutWatches(clock);
        this.enforcer = new Enforcer(hosts, streams, policies, rollouts);
        this.outside = new OutsideService(clock, timers);
        rollouts.listen(watches);
    }

    /** Once, before anything else is asked of it. */
    void load(Handle sql) {
        hosts.load(sql);
        policies.load(sql);
        rollouts.load(sql);
    }

    Hosts hosts() {
        return hosts;
    }

    Policies policies() {
        return policies;
    }

    Streams streams() {
        return streams;
    }

    Rollouts rollouts() {
        return rollouts;
    }

    Enforcer enforcer() {
        return enforcer;
    }

    /** What agents and operators may call once it is loaded. */
    List<BindableService> services() {
        Tokens tokens = new Tokens(authority.pin());
        AgentSessions.Timing timing = new AgentSessions.Timing(settings.reconnect(), settings.sweepInterval());
        JobRouter router = new JobRouter(hosts, questions, rollouts);
        return List.of(
                new EnrolmentService(loop, hosts, authority, tokens, clock),
                new FleetService(new AgentSessions(loop, hosts, streams, router, clock, timing)),
                outside.bindable(),
                new OperatorService(new Parts(
                        loop, hosts, streams, policies, rollouts, enforcer, questions, watches, tokens, clock)));
    }

    /** Sets its timers going. */
    void work() {
        every(FLUSH_INTERVAL, "writing last-seen times", transaction -> hosts.flushLastSeen(transaction.sql()));
        every(TICK_INTERVAL, "a tick", transaction -> {
            rollouts.tick(transaction);
            transaction.afterCommit(() -> questions.expire(clock.instant()));
        });
        every(TICK_INTERVAL, "enforcement", enforcer::look);
        every(settings.sweepInterval(), "a look at every host", transaction -> enforcer.everything());
        every(HISTORY_INTERVAL, "forgetting the past", transaction -> rollouts.forget(transaction, History.standard()));
        Alarm alarm = new Alarm(clock, this::after, () -> loop.post("a deadline", rollouts::tick));
        loop.post("the next deadline", transaction -> rollouts.wakeBy(alarm::set));
        every(WATCH_INTERVAL, watches::isActive, "a watch", transaction -> {
            transaction.afterCommit(watches::flush);
        });
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

    /** Tells the agents when to come back, and ends the connections to hosts that stand. */
    void drain() {
        outside.close();
        Duration slot = settings.reconnect().within(hosts.count());
        streams.sendAll(ControllerMessage.newBuilder()
                .setDrain(Drain.newBuilder().setReconnectWithin(WireTime.of(slot)))
                .build());
    }
}
