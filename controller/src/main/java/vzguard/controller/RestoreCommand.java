package vzguard.controller;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
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
import vzguard.controller.identity.PrivateFiles;
import vzguard.controller.store.BackupFile;
import vzguard.controller.store.Database;
import vzguard.controller.store.DatabaseAddress;
import vzguard.controller.store.DatabaseCopy;
import vzguard.controller.store.PostgresServer;
import vzguard.controller.store.StateFolder;
import vzguard.controller.store.StateUnusable;

/** Brings back what a backup holds, into an empty folder and an empty database. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = "Bring back what `backup` wrote, into an empty state folder and an empty database.")
final class RestoreCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private StateOption state = new StateOption();

    @Mixin
    private DatabaseOption database = new DatabaseOption();

    @Parameters(paramLabel = "FILE", description = "What `backup` wrote")
    private Path file = Path.of("");

    @Override
    public Integer call() {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        PrintWriter out = line.getOut();
        Optional<PostgresServer> server = database.server(line);
        StateFolder folder = StateFolder.open(state.path());
        DatabaseAddress address = DatabaseOption.address(server, folder.database());
        try (Database from = BackupFile.open(file);
                StateFolder.Lock lock = folder.lock();
                Database to = Database.fresh(address)) {
            Map<String, byte[]> authority = BackupFile.authority(from);
            refuseOther(folder, authority);
            DatabaseCopy.requireEmpty(to);
            // Before the database: a restore that is interrupted here is done again.
            if (!folder.hasAuthority()) {
                folder.makeAuthority();
                // The certificate last: without it there is no CA yet.
                authority.entrySet().stream()
                        .sorted((one, other) -> Boolean.compare(
                                one.getKey().equals(StateFolder.CERTIFICATE),
                                other.getKey().equals(StateFolder.CERTIFICATE)))
                        .forEach(entry -> PrivateFiles.write(
                                folder.authority().resolve(entry.getKey()),
                                new String(entry.getValue(), StandardCharsets.US_ASCII)));
            }
            DatabaseCopy.copy(from, to, out::println);
        }
        out.println(file + " is restored to " + address + " and " + folder.authority()
                + "; start the controller with the same --state and --database");
        return 0;
    }

    private void refuseOther(StateFolder folder, Map<String, byte[]> authority) {
        if (folder.hasAuthority()
                && !Arrays.equals(
                        folder.authorityFiles().get(StateFolder.CERTIFICATE), authority.get(StateFolder.CERTIFICATE))) {
            throw new StateUnusable(
                    folder.authority() + " holds another CA than " + file + "; name an empty folder with --state DIR");
        }
    }
}
