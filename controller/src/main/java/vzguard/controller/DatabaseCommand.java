package vzguard.controller;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import vzguard.controller.store.Database;
import vzguard.controller.store.DatabaseAddress;
import vzguard.controller.store.DatabaseCopy;
import vzguard.controller.store.Lease;
import vzguard.controller.store.SqliteFile;
import vzguard.controller.store.StateFolder;
import vzguard.controller.store.StateUnusable;

/** What is done to whole databases. */
@Command(name = "database", mixinStandardHelpOptions = true, description = "Move a controller's database.")
final class DatabaseCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "a command is missing (permitted: copy)");
    }

    /** From SQLite to PostgreSQL, or back. */
    @Command(
            name = "copy",
            mixinStandardHelpOptions = true,
            description =
                    "Copy all of a database to an empty one, SQLite or PostgreSQL. The controller must be stopped."
                            + " The CA stays in the state folder.")
    int copy(
            @Option(
                            names = "--from",
                            required = true,
                            paramLabel = "DATABASE",
                            description = "postgresql://USER@HOST:PORT/NAME, or a SQLite file")
                    String from,
            @Option(
                            names = "--to",
                            required = true,
                            paramLabel = "DATABASE",
                            description = "Of the same form; an empty one")
                    String to,
            @Mixin DatabaseOption.PasswordOption password) {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        PrintWriter out = line.getOut();
        Optional<String> secret = password.read();
        DatabaseAddress source = address(line, "--from", from, secret);
        DatabaseAddress target = address(line, "--to", to, secret);
        if (source instanceof SqliteFile file) {
            copyAlone(file, target, out);
        } else {
            copy(source, target, out);
        }
        out.println(source + " is copied to " + target
                + "; start the controller on it, with the state folder it had: the CA is there");
        return 0;
    }

    private static DatabaseAddress address(CommandLine line, String option, String text, Optional<String> password) {
        try {
            return DatabaseAddress.parse(text, password);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(line, option + ": " + e.getMessage(), e);
        }
    }

    private static void copyAlone(SqliteFile source, DatabaseAddress target, PrintWriter out) {
        if (!Files.isRegularFile(source.file())) {
            throw new StateUnusable("there is no file " + source + "; name the controller.db of a state folder");
        }
        Path folder = Objects.requireNonNull(source.file().toAbsolutePath().getParent());
        try (StateFolder.Lock lock = StateFolder.open(folder).lock()) {
            copy(source, target, out);
        }
    }

    private static void copy(DatabaseAddress source, DatabaseAddress target, PrintWriter out) {
        try (Database from = Database.read(source)) {
            if (source.isShared()) {
                Lease.Holder holder = Lease.holder(from.handle());
                if (holder.alive()) {
                    throw new StateUnusable("the controller " + holder.address() + " works on " + source
                            + ", and what it does after a copy would be lost; stop it and all that stand by");
                }
            }
            try (Database to = Database.fresh(target)) {
                DatabaseCopy.copy(from, to, out::println);
            }
        }
    }
}
