package vzguard.controller;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import vzguard.controller.identity.CertificateAuthority;
import vzguard.controller.store.BackupFile;
import vzguard.controller.store.Database;
import vzguard.controller.store.DatabaseAddress;
import vzguard.controller.store.PostgresServer;
import vzguard.controller.store.StateFolder;
import vzguard.controller.store.StateUnusable;

/** Writes database and CA to one file, also beside a running controller. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = "Write the database and the CA's keys, as of one moment, to FILE (mode 0600). Works while the"
                + " controller runs. Whoever has FILE can issue identities.")
final class BackupCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private StateOption state = new StateOption();

    @Mixin
    private DatabaseOption database = new DatabaseOption();

    @Parameters(paramLabel = "FILE", description = "The file to make; one that is there is refused")
    private Path file = Path.of("");

    @Override
    public Integer call() {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        PrintWriter out = line.getOut();
        Optional<PostgresServer> server = database.server(line);
        if (!Files.isDirectory(state.path())) {
            throw new StateUnusable("there is no state folder " + state.path() + "; name one with --state DIR");
        }
        StateFolder folder = StateFolder.open(state.path());
        DatabaseAddress address = DatabaseOption.address(server, folder.database());
        if (!address.isShared() && !Files.exists(folder.database())) {
            throw new StateUnusable("there is no database in " + state.path()
                    + "; name another folder with --state DIR, or PostgreSQL with --database URL");
        }
        if (!folder.hasAuthority()) {
            throw new StateUnusable("there is no CA in " + folder.authority() + "; without it no backup is whole");
        }
        try (Database from = Database.read(address)) {
            ControllerState.refuseOther(from, folder, CertificateAuthority.open(folder.authority(), Clock.systemUTC()));
            BackupFile.write(file, from, folder.authorityFiles(), out::println);
        }
        out.println(address + " and the CA of " + folder.authority() + " are in " + file
                + "; whoever has this file can issue identities: keep it as you keep a key");
        return 0;
    }
}
