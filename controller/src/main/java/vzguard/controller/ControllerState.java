package vzguard.controller;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import vzguard.controller.audit.Audit;
import vzguard.controller.identity.CertificateAuthority;
import vzguard.controller.identity.PrivateFiles;
import vzguard.controller.identity.Role;
import vzguard.controller.identity.ServerNames;
import vzguard.controller.identity.Tokens;
import vzguard.controller.store.Database;
import vzguard.controller.store.StateFolder;
import vzguard.controller.store.StateUnusable;
import vzguard.enrolment.EnrolmentToken;

/** What lies in a state folder, opened and claimed by one controller; made when it was empty. */
final class ControllerState implements AutoCloseable {
    private static final Duration FIRST_TOKEN_LIFE = Tokens.MAX_LIFE;

    private final StateFolder folder;
    private final StateFolder.Lock lock;
    private final Database database;
    private final CertificateAuthority authority;

    private ControllerState(
            StateFolder folder, StateFolder.Lock lock, Database database, CertificateAuthority authority) {
        this.folder = folder;
        this.lock = lock;
        this.database = database;
        this.authority = authority;
    }

    /** @throws StateUnusable when the folder cannot be used, or another controller uses it */
    static ControllerState open(Path path, InetSocketAddress listen, List<String> names, Clock clock) {
        return open(path, listen, names, clock, Database::open);
    }

    /** As above. @param opener opens the database's file */
    static ControllerState open(
            Path path, InetSocketAddress listen, List<String> names, Clock clock, Function<Path, Database> opener) {
        StateFolder folder = StateFolder.open(path);
        StateFolder.Lock lock = folder.lock();
        try {
            boolean fresh = !Files.exists(folder.database());
            CertificateAuthority authority = CertificateAuthority.open(folder.authority(), clock);
            authority.serverIdentity(ServerNames.of(listen, names));
            Database database = opener.apply(folder.database());
            ControllerState state = new ControllerState(folder, lock, database, authority);
            if (fresh) {
                state.leaveOperatorToken(clock);
            }
            return state;
        } catch (StateUnusable e) {
            lock.close();
            throw e;
        }
    }

    private void leaveOperatorToken(Clock clock) {
        Handle sql = database.handle();
        EnrolmentToken token = sql.inTransaction(handle -> {
            Audit.record(handle, clock.instant(), "local", "CreateToken", "role operator, 1 use, at first start");
            return new Tokens(authority.pin()).create(handle, Role.OPERATOR, 1, clock.instant(), FIRST_TOKEN_LIFE);
        });
        PrivateFiles.write(folder.operatorToken(), token.text() + "\n");
    }

    StateFolder folder() {
        return folder;
    }

    Database database() {
        return database;
    }

    CertificateAuthority authority() {
        return authority;
    }

    /** Gives the folder back. The database is closed by whoever took it over, or here. */
    @Override
    public void close() {
        database.close();
        lock.close();
    }
}
