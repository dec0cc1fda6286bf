package vzguard.controller;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Serves agents and operators until it is told to stop. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Serve agents and operators until SIGTERM or Ctrl-C. Makes the state folder when it is missing.")
final class RunCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private StateOption state = new StateOption();

    @Mixin
    private NameOption names = new NameOption();

    @Mixin
    private DatabaseOption database = new DatabaseOption();

    @Option(
            names = "--listen",
            paramLabel = "ADDR:PORT",
            defaultValue = "0.0.0.0:7443",
            description = "Address and port; [::]:7443 for IPv6 too, port 0 for a free one. Default: ${DEFAULT-VALUE}")
    private String listen = "0.0.0.0:7443";

    @Override
    public Integer call() throws InterruptedException {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        ControllerSettings own = ControllerSettings.standard(state.path(), address(line, listen), names.checked(line));
        ControllerSettings settings = database.server(line).map(own::on).orElse(own);
        Controller controller;
        try {
            controller = Controller.start(settings, Clock.systemUTC());
        } catch (IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            line.getErr()
                    .println("vzguard controller: cannot listen on " + listen + ": " + cause.getMessage()
                            + "; stop what uses the port, or choose another one with --listen ADDR:PORT");
            return CommandLine.ExitCode.SOFTWARE;
        }
        Thread closing = new Thread(controller::close, "vzguard-shutdown");
        Runtime.getRuntime().addShutdownHook(closing);
        Throwable reason = controller.fatal().join();
        line.getErr()
                .println("vzguard controller: the store failed and nothing more can be made durable: "
                        + reason.getMessage() + "; check space and health of the disk under " + state.path()
                        + ", then start it again");
        return CommandLine.ExitCode.SOFTWARE;
    }

    static InetSocketAddress address(CommandLine line, String text) {
        try {
            HostAndPort parsed = HostAndPort.fromString(text);
            if (parsed.hasPort() && InetAddresses.isInetAddress(parsed.getHost())) {
                return new InetSocketAddress(InetAddresses.forString(parsed.getHost()), parsed.getPort());
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(line, refusal(text), e);
        }
        throw new ParameterException(line, refusal(text));
    }

    private static String refusal(String text) {
        return "--listen: \"" + text
                + "\" (permitted: an IPv4 address or an IPv6 address in [ ], a colon, a port of 0-65535)";
    }
}
