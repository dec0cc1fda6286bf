package vzguard.controller.testing;

import java.nio.file.Path;
import java.util.Optional;
import vzguard.controller.store.DatabaseAddress;
import vzguard.controller.store.PostgresServer;
import vzguard.controller.store.SqliteFile;

/** Each kind of database; what holds on one holds on the other. */
public enum Store {
    SQLITE,
    POSTGRESQL;

    /** A database that does not exist yet, or is empty. */
    public DatabaseAddress fresh(Path folder) {
        return server().<DatabaseAddress>map(server -> server)
                .orElseGet(() -> new SqliteFile(folder.resolve("test.db")));
    }

    /** An empty database of a server; none for a file in the state folder. */
    public Optional<PostgresServer> server() {
        return this == SQLITE ? Optional.empty() : Optional.of(Postgres.newServer());
    }
}
