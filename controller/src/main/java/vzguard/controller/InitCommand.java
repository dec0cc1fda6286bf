package vzguard.controller;

import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Makes the state folder: CA, server certificate, database, and a token for the first operator. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description = "Make the CA, the server certificate, the database and DIR/operator.token (one use, 7 days)."
                + " What is there already stays.")
final class InitCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private StateOption state = new StateOption();

    @Mixin
    private NameOption names = new NameOption();

    @Override
    public Integer call() {
        CommandSpec present = Objects.requireNonNull(spec);
        InetSocketAddress anywhere = new InetSocketAddress(ControllerSettings.DEFAULT_PORT);
        try (ControllerState opened =
                ControllerState.open(state.path(), anywhere, names.checked(present.commandLine()), Clock.systemUTC())) {
            present.commandLine().getOut().println("state folder " + state.path() + " is ready");
            present.commandLine()
                    .getOut()
                    .println("token for the first operator: " + opened.folder().operatorToken());
        }
        return 0;
    }
}
