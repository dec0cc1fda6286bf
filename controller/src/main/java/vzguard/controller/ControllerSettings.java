package vzguard.controller;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import vzguard.controller.fleet.ReconnectPace;
import vzguard.controller.rollout.Limits;

/**
 * How one controller runs.
 *
 * @param state its state folder
 * @param listen address and port; port 0 takes a free one
 * @param names further DNS names and addresses under which it is reached
 * @param reconnect how fast agents come back after a break
 * @param sweepInterval between two sweeps of an agent, 1 s to 1 h
 * @param limits what rollouts allow hosts and jobs
 */
public record ControllerSettings(
        Path state,
        InetSocketAddress listen,
        List<String> names,
        ReconnectPace reconnect,
        Duration sweepInterval,
        Limits limits) {
    public static final int DEFAULT_PORT = 7443;

    public ControllerSettings {
        names = List.copyOf(names);
    }

    /** With one slot in which agents come back, whatever their number. */
    public ControllerSettings(
            Path state,
            InetSocketAddress listen,
            List<String> names,
            Duration reconnectWithin,
            Duration sweepInterval,
            Limits limits) {
        this(state, listen, names, ReconnectPace.fixed(reconnectWithin), sweepInterval, limits);
    }

    /** With the timing of production. */
    public static ControllerSettings standard(Path state, InetSocketAddress listen, List<String> names) {
        return new ControllerSettings(
                state, listen, names, ReconnectPace.standard(), Duration.ofSeconds(60), Limits.standard());
    }
}
