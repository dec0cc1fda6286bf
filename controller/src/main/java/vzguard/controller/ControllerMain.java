package vzguard.controller;

import com.google.common.base.Throwables;
import java.util.Objects;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import vzguard.controller.store.StateUnusable;

/** {@code vzguard controller}: exit 0 done, 1 failed, 2 bad usage. */
@Command(
        name = "vzguard-controller",
        description = "The controller of a fleet of OpenVZ hosts.",
        mixinStandardHelpOptions = true,
        versionProvider = ControllerMain.ManifestVersion.class,
        subcommands = {
            RunCommand.class,
            InitCommand.class,
            TokenCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            DatabaseCommand.class
        })
public final class ControllerMain implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new ControllerMain()).setExecutionExceptionHandler((failure, line, parsed) -> {
            if (failure instanceof StateUnusable) {
                line.getErr().println("vzguard controller: " + failure.getMessage());
                return CommandLine.ExitCode.SOFTWARE;
            }
            if (failure instanceof JdbiException) {
                line.getErr()
                        .println("vzguard controller: the database failed: "
                                + Throwables.getRootCause(failure).getMessage()
                                + "; nothing of this command was kept; check that it can be written to, and try again");
                return CommandLine.ExitCode.SOFTWARE;
            }
            throw failure;
        });
    }

    @Override
    public void run() {
        CommandSpec present = Objects.requireNonNull(spec);
        throw new ParameterException(
                present.commandLine(), "a command is missing (permitted: run, init, token, backup, restore, database)");
    }

    /** From the jar's manifest. */
    static final class ManifestVersion implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"vzguard controller " + Version.current()};
        }
    }
}
