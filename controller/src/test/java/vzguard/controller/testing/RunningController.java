package vzguard.controller.testing;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import vzguard.controller.Controller;
import vzguard.controller.ControllerSettings;
import vzguard.controller.rollout.Limits;
import vzguard.controller.store.PostgresServer;
import vzguard.v1.CreateTokenRequest;
import vzguard.v1.OperatorGrpc;
import vzguard.v1.TokenRole;

/** A controller in this JVM on a free port of the loopback, with an operator logged in. */
public final class RunningController implements AutoCloseable {
    private static final Limits LIMITS =
            new Limits(4, Duration.ofSeconds(60), Duration.ofSeconds(5), Duration.ofSeconds(30));

    private final Path state;
    private final Clock clock;
    private final Optional<PostgresServer> server;
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final List<ScriptedAgent> agents = new ArrayList<>();
    private final Client operator;
    /** Stays the same over restarts; a stopped server has none. */
    private final int port;

    private Controller controller;
    /** One for all calls until the next restart: a handshake for each call costs more than the call. */
    private Optional<ManagedChannel> calls = Optional.empty();

    private RunningController(
            Path state, Clock clock, Optional<PostgresServer> server, Controller controller, Client operator) {
        this.state = state;
        this.clock = clock;
        this.server = server;
        this.controller = controller;
        this.port = controller.port();
        this.operator = operator;
    }

    public static RunningController start(Path state) {
        return start(state, Clock.systemUTC());
    }

    public static RunningController start(Path state, Clock clock) {
        return start(state, clock, Optional.empty());
    }

    /** With a database on that server, or else in the state folder. */
    public static RunningController start(Path state, Clock clock, Optional<PostgresServer> server) {
        try {
            Controller controller = start(state, clock, server, 0);
            String token = Files.readString(state.resolve("operator.token"));
            return new RunningController(
                    state, clock, server, controller, Client.enrol(controller.port(), token, "alice"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A controller alone, as quick as tests want it. */
    public static Controller start(Path state, Clock clock, Optional<PostgresServer> server, int port)
            throws IOException {
        ControllerSettings settings = new ControllerSettings(
                state,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                List.of(),
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                LIMITS);
        return Controller.start(server.map(settings::on).orElse(settings), clock);
    }

    /** Stops it and starts it again on the same port and state; agents come back by themselves. */
    public void restart() {
        controller.close();
        // A channel that saw its server go waits before it tries again.
        calls = Optional.empty();
        try {
            controller = start(state, clock, server, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Controller controller() {
        return controller;
    }

    public int port() {
        return port;
    }

    public Client operatorClient() {
        return operator;
    }

    public OperatorGrpc.OperatorBlockingStub operator() {
        if (calls.isEmpty()) {
            ManagedChannel channel = operator.channel(port());
            channels.add(channel);
            calls = Optional.of(channel);
        }
        return Client.operator(calls.get());
    }

    public String token(TokenRole role) {
        return operator()
                .createToken(CreateTokenRequest.newBuilder().setRole(role).build())
                .getToken();
    }

    /** Enrols an agent; it is not connected yet. */
    public ScriptedAgent agent(String name, String... ctids) {
        Client client = Client.enrol(port(), token(TokenRole.TOKEN_ROLE_AGENT), name);
        ScriptedAgent agent = new ScriptedAgent(client, name, this::port, List.of(ctids));
        agents.add(agent);
        return agent;
    }

    @Override
    public void close() {
        agents.forEach(ScriptedAgent::close);
        channels.forEach(ManagedChannel::shutdownNow);
        controller.close();
    }
}
