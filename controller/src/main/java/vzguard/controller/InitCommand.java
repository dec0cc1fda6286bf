package vzguard.controller;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import vzguard.controller.store.Database;
import vzguard.controller.store.PostgresServer;

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

    @Mixin
    private DatabaseOption database = new DatabaseOption();

    @Override
    public Integer call() {
        CommandSpec present = Objects.requireNonNull(spec);
        CommandLine line = present.commandLine();
        InetSocketAddress anywhere = new InetSocketAddress(ControllerSettings.DEFAULT_PORT);
        Optional<PostgresServer> server = database.server(line);
        try (ControllerState opened = ControllerState.open(
                state.path(),
                anywhere,
                names.checked(line),
                Clock.systemUTC(),
                folder -> server.isPresent() ? Database.open(server.get()) : Database.open(folder.database()))) {
            line.getOut().println("state folder " + state.path() + " is ready");
            line.getOut().println("database " + opened.database().address());
            if (Files.exists(opened.folder().operatorToken())) {
                line.getOut()
                        .println("token for the first operator: "
                                + opened.folder().operatorToken());
            }
        }
        return 0;
    }
}
