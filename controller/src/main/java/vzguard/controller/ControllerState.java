package vzguard.controller;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import vzguard.controller.audit.Audit;
import vzguard.controller.identity.CertificateAuthority;
import vzguard.controller.identity.PrivateFiles;
import vzguard.controller.identity.Role;
import vzguard.controller.identity.ServerNames;
import vzguard.controller.identity.Tokens;
import vzguard.controller.store.AuthorityRow;
import vzguard.controller.store.Database;
import vzguard.controller.store.StateFolder;
import vzguard.controller.store.StateUnusable;
import vzguard.enrolment.EnrolmentToken;

/** What lies in a state folder and its database, opened, and the folder claimed by one controller; made when it was empty. */
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

    /**
     * @param names further names for the server's certificate
     * @param opener given the folder, opens the database
     * @throws StateUnusable when the folder or the database cannot be used, another controller uses the folder, or the database
     *     belongs to another CA
     */
    static ControllerState open(Path path, InetSocketAddress listen, List<String> names, Clock clock, Opener opener) {
        StateFolder folder = StateFolder.open(path);
        StateFolder.Lock lock = folder.lock();
        try {
            boolean hadFile = Files.exists(folder.database());
            Database database = opener.open(folder);
            return orClose(database, () -> {
                Optional<String> pin = AuthorityRow.pin(database.handle());
                if (pin.isPresent() && !folder.hasAuthority()) {
                    throw new StateUnusable("the database " + database.address() + " belongs to the CA " + pin.get()
                            + ", and there is none in " + folder.authority()
                            + "; copy the folder ca of the controller that made it there");
                }
                CertificateAuthority authority = CertificateAuthority.open(folder.authority(), clock);
                var unused = authority.serverIdentity(ServerNames.of(listen, names));
                ControllerState state = new ControllerState(folder, lock, database, authority);
                state.claim(clock, hadFile && !database.address().isShared());
                return state;
            });
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Opens a database. */
    @FunctionalInterface
    interface Opener {
        Database open(StateFolder folder);
    }

    private static ControllerState orClose(Database database, Supplier<ControllerState> rest) {
        try {
            return rest.get();
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** The first controller on a database gives it its CA, and the first operator a token. */
    private void claim(Clock clock, boolean isOld) {
        Optional<EnrolmentToken> first = database.handle().inTransaction(sql -> {
            database.writeAlone();
            if (AuthorityRow.pin(sql).isPresent()) {
                refuseOther(database, folder, authority);
                return Optional.empty();
            }
            AuthorityRow.insert(sql, authority.pin());
            return isOld ? Optional.empty() : Optional.of(operatorToken(sql, clock));
        });
        first.ifPresent(token -> PrivateFiles.write(folder.operatorToken(), token.text() + "\n"));
    }

    /** @throws StateUnusable when the database belongs to another CA than the folder's */
    static void refuseOther(Database database, StateFolder folder, CertificateAuthority authority) {
        Optional<String> pin = AuthorityRow.pin(database.handle());
        if (pin.isPresent() && !pin.get().equals(authority.pin())) {
            throw new StateUnusable("the database " + database.address() + " belongs to the CA " + pin.get() + ", and "
                    + folder.authority() + " holds " + authority.pin()
                    + "; put the folder ca of the controller that made the database in its place,"
                    + " or name another database or folder");
        }
    }

    private EnrolmentToken operatorToken(Handle sql, Clock clock) {
        Audit.record(sql, clock.instant(), "local", "CreateToken", "role operator, 1 use, at first start");
        return new Tokens(authority.pin()).create(sql, Role.OPERATOR, 1, clock.instant(), FIRST_TOKEN_LIFE);
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
