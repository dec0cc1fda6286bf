package vzguard.controller;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import vzguard.controller.store.Database;
import vzguard.controller.store.Lease;

/**
 * How one of several controllers on a database comes to act. Whoever gets the lease loads what the last one left in the same
 * transaction, so that nobody writes in between. A database of one controller alone asks for no lease.
 */
final class Succession {
    /** Another one with each start: a controller that comes back is a new one. */
    private final String holder = UUID.randomUUID().toString();

    private final Database database;
    private volatile Optional<Lease> lease = Optional.empty();
    private volatile boolean acts;

    Succession(Database database) {
        this.database = database;
    }

    /**
     * @param address where this controller is reached
     * @param load reads what there is
     * @return whether this controller acts from now on
     */
    boolean tryToAct(String address, Consumer<Handle> load) {
        if (!database.address().isShared()) {
            load.accept(database.handle());
            acts = true;
            return true;
        }
        lease = database.handle().inTransaction(sql -> {
            Optional<Lease> taken = Lease.take(sql, holder, address);
            taken.ifPresent(mine -> {
                load.accept(sql);
                mine.renew(sql);
            });
            return taken;
        });
        acts = lease.isPresent();
        return acts;
    }

    boolean acts() {
        return acts;
    }

    /** Address of the one that acts. */
    String active() {
        return Lease.holder(database.handle()).address();
    }

    /** The first statement of each transaction of the controller that acts. @throws LeaseLost when it no longer does */
    void guard(Handle sql) {
        lease.ifPresent(mine -> mine.renew(sql));
    }

    /** Makes way at once. */
    void giveUp(Handle sql) {
        lease.ifPresent(mine -> mine.release(sql));
    }

    /** For the log. */
    String rank() {
        return lease.map(mine -> "acts with lease " + mine.epoch()).orElse("acts");
    }
}
