package vzguard.controller;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import vzguard.controller.fleet.ReconnectPace;
import vzguard.controller.rollout.Limits;
import vzguard.controller.store.PostgresServer;

/**
 * How one controller runs.
 *
 * @param state its state folder
 * @param listen address and port; port 0 takes a free one
 * @param names further DNS names and addresses under which it is reached
 * @param reconnect how fast agents come back after a break
 * @param sweepInterval between two sweeps of an agent, 1 s to 1 h
 * @param limits what rollouts allow hosts and jobs
 * @param server of the database; none: the file in the state folder
 * @param advertised HOST:PORT that a controller which stands by names to whoever asks it; none: made of names and listen
 */
public record ControllerSettings(
        Path state,
        InetSocketAddress listen,
        List<String> names,
        ReconnectPace reconnect,
        Duration sweepInterval,
        Limits limits,
        Optional<PostgresServer> server,
        Optional<String> advertised) {
    public static final int DEFAULT_PORT = 7443;

    public ControllerSettings {
        names = List.copyOf(names);
    }

    /** With one slot in which agents come back, whatever their number, and the state folder's own database. */
    public ControllerSettings(
            Path state,
            InetSocketAddress listen,
            List<String> names,
            Duration reconnectWithin,
            Duration sweepInterval,
            Limits limits) {
        this(
                state,
                listen,
                names,
                ReconnectPace.fixed(reconnectWithin),
                sweepInterval,
                limits,
                Optional.empty(),
                Optional.empty());
    }

    /** With the timing of production. */
    public static ControllerSettings standard(Path state, InetSocketAddress listen, List<String> names) {
        return new ControllerSettings(
                state,
                listen,
                names,
                ReconnectPace.standard(),
                Duration.ofSeconds(60),
                Limits.standard(),
                Optional.empty(),
                Optional.empty());
    }

    /** On a database that several controllers may share. */
    public ControllerSettings on(PostgresServer database) {
        return new ControllerSettings(
                state, listen, names, reconnect, sweepInterval, limits, Optional.of(database), advertised);
    }

    /** As whom a controller that stands by names this one. */
    public ControllerSettings advertising(String address) {
        return new ControllerSettings(
                state, listen, names, reconnect, sweepInterval, limits, server, Optional.of(address));
    }
}
