package vzguard.controller;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Predicate;
import vzguard.controller.core.EventLoop;
import vzguard.controller.dispatch.Rollouts;
import vzguard.controller.enforcement.Enforcer;
import vzguard.controller.fleet.FleetService;
import vzguard.controller.fleet.Hosts;
import vzguard.controller.fleet.Streams;
import vzguard.controller.identity.CertificateAuthority;
import vzguard.controller.operator.OperatorService;
import vzguard.controller.policy.Policies;
import vzguard.controller.rollout.Limits;
import vzguard.controller.store.Database;

/** What a {@link Controller} is made of, without its threads, sockets and certificates: for simulations. */
public final class SteppedController {
    private final Succession succession;
    private final EventLoop loop;
    private final Core core;
    private final FleetService fleet;
    private final OperatorService operator;

    public SteppedController(
            Database database,
            Limits limits,
            Clock clock,
            ScheduledExecutorService timers,
            CertificateAuthority authority,
            Consumer<Throwable> onFatal) {
        ControllerSettings settings = new ControllerSettings(
                Path.of("none"),
                InetSocketAddress.createUnresolved("none", 1),
                List.of(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(40),
                limits);
        this.succession = new Succession(database);
        this.loop = EventLoop.withoutThread(database, succession::guard, onFatal);
        this.core = new Core(settings, authority, loop, clock, timers);
        this.fleet = service(FleetService.class);
        this.operator = service(OperatorService.class);
    }

    private <T> T service(Class<T> type) {
        return core.services().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    /** Takes over if nobody else acts. */
    public boolean tryToAct(String address, Predicate<SteppedController> loaded) {
        boolean acts = succession.tryToAct(address, core::load);
        if (acts && loaded.test(this)) {
            core.work();
        }
        return acts;
    }

    public boolean acts() {
        return succession.acts();
    }

    public EventLoop loop() {
        return loop;
    }

    public FleetService fleet() {
        return fleet;
    }

    public OperatorService operator() {
        return operator;
    }

    public Hosts hosts() {
        return core.hosts();
    }

    public Policies policies() {
        return core.policies();
    }

    public Rollouts rollouts() {
        return core.rollouts();
    }

    public Streams streams() {
        return core.streams();
    }

    public Enforcer enforcer() {
        return core.enforcer();
    }
}
