package vzguard.controller;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import vzguard.controller.store.DatabaseAddress;
import vzguard.controller.store.PostgresServer;
import vzguard.controller.store.SqliteFile;
import vzguard.controller.store.StateUnusable;

/** Which database: the file in the state folder, or PostgreSQL. A password never stands in a command line. */
final class DatabaseOption {
    private static final Set<PosixFilePermission> OWNER =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    @Option(
            names = "--database",
            paramLabel = "URL",
            description = "postgresql://USER@HOST:PORT/NAME. Default: the file controller.db in the state folder")
    private @Nullable String url;

    @Mixin
    private PasswordOption password = new PasswordOption();

    /** The password of PostgreSQL: of a file, of PGPASSWORD, or of nobody ({@code ~/.pgpass}, or a server that asks for none). */
    static final class PasswordOption {
        @Option(
                names = "--database-password-file",
                paramLabel = "FILE",
                description = "File of mode 0600 with PostgreSQL's password. Default: PGPASSWORD, else ~/.pgpass")
        private @Nullable Path file;

        /** @throws StateUnusable when the file cannot be used */
        Optional<String> read() {
            return DatabaseOption.password(Optional.ofNullable(file), System.getenv());
        }
    }

    /**
     * The server that is named; none: the state folder's file.
     *
     * @throws ParameterException when the URL is not of the permitted form
     */
    Optional<PostgresServer> server(CommandLine line) {
        if (url == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(PostgresServer.parse(url, password.read()));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(line, "--database: " + e.getMessage(), e);
        }
    }

    /** The server, or the file. */
    static DatabaseAddress address(Optional<PostgresServer> server, Path file) {
        return server.isPresent() ? server.get() : new SqliteFile(file);
    }

    static Optional<String> password(Optional<Path> file, Map<String, String> environment) {
        if (file.isEmpty()) {
            return Optional.ofNullable(environment.get("PGPASSWORD")).filter(text -> !text.isEmpty());
        }
        Path path = file.get();
        try {
            if (!OWNER.containsAll(Files.getPosixFilePermissions(path))) {
                throw new StateUnusable(
                        "the password file " + path + " is not of mode 0600; make it yours alone: chmod 600 " + path);
            }
            String text = Files.readString(path).strip();
            if (text.isEmpty()) {
                throw new StateUnusable("the password file " + path + " is empty; write the password into it");
            }
            return Optional.of(text);
        } catch (IOException e) {
            throw new StateUnusable(
                    "cannot read the password file " + path + " ("
                            + e.getClass().getSimpleName() + "); name another one with --database-password-file FILE",
                    e);
        }
    }
}
