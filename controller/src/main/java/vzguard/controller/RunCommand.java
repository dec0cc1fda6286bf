package vzguard.controller;

import com.google.common.base.Throwables;
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
import vzguard.controller.identity.ServerNames;
import vzguard.controller.store.LeaseLost;
import vzguard.controller.store.StateUnusable;

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

    @Option(
            names = "--advertise",
            paramLabel = "HOST:PORT",
            description = "Where other controllers on the same PostgreSQL say that this one is reached."
                    + " Default: the first --name, or the address or host name, and the port")
    private @Nullable String advertise;

    @Override
    public Integer call() throws InterruptedException {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        ControllerSettings own = ControllerSettings.standard(state.path(), address(line, listen), names.checked(line));
        ControllerSettings named = advertise == null ? own : own.advertising(advertised(line, advertise));
        ControllerSettings settings = database.server(line).map(named::on).orElse(named);
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
        line.getErr()
                .println("vzguard controller: " + lastWords(controller.fatal().join(), settings));
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static String lastWords(Throwable reason, ControllerSettings settings) {
        if (reason instanceof LeaseLost) {
            return reason.getMessage()
                    + "; this one stood still or was cut off for longer than a lease lasts, and ends without having written"
                    + " anything since; started again it stands by";
        }
        if (reason instanceof StateUnusable) {
            // It could not even be read.
            return String.valueOf(reason.getMessage());
        }
        return "the store failed and nothing more can be made durable: "
                + Throwables.getRootCause(reason).getMessage() + "; "
                + settings.server()
                        .map(server -> "check that " + server + " runs and is reached")
                        .orElse("check space and health of the disk under " + settings.state())
                + ", then start it again";
    }

    private static String advertised(CommandLine line, String text) {
        try {
            HostAndPort parsed = HostAndPort.fromString(text).requireBracketsForIPv6();
            if (parsed.hasPort() && ServerNames.isValid(parsed.getHost())) {
                return text;
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(line, advertisement(text), e);
        }
        throw new ParameterException(line, advertisement(text));
    }

    private static String advertisement(String text) {
        return "--advertise: \"" + text
                + "\" (permitted: a DNS name, an IPv4 address or an IPv6 address in [ ], a colon, a port)";
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
