package vzguard.controller.store;

import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * Which of several controllers on one PostgreSQL acts: table {@code lease}, by the server's clock alone. Whoever holds it renews it in
 * each transaction, as its first statement. That statement also locks the row until the transaction ends: nobody takes the lease
 * over while its holder commits, and once somebody took it over the former holder, however late it wakes, commits nothing.
 */
public final class Lease {
    /** How long after its last renewal nobody else takes it. */
    public static final Duration LIFE = Duration.ofSeconds(5);

    private static final String NOW = "cast(extract(epoch from clock_timestamp()) * 1000 as bigint)";
    /** A time far ahead is from before the server's clock was set back. */
    private static final String ALIVE = "abs(" + NOW + " - renewed_at) < :life";

    private final String holder;
    private final long epoch;

    private Lease(String holder, long epoch) {
        this.holder = holder;
        this.epoch = epoch;
    }

    /**
     * Who has it.
     *
     * @param holder empty before the first start
     * @param address where the holder is reached
     * @param alive whether it was renewed within {@link #LIFE}
     */
    public record Holder(String holder, String address, long epoch, boolean alive) {}

    public static Holder holder(Handle sql) {
        return sql.createQuery("select holder, address, epoch, " + ALIVE + " as alive from lease where id = 1")
                .bind("life", LIFE.toMillis())
                .map(ConstructorMapper.of(Holder.class))
                .one();
    }

    /**
     * Takes the lease when nobody has it. In a transaction: others see it when that commits, and wait as long.
     *
     * @param holder another one with each start of a controller
     * @param address where it is reached
     */
    public static Optional<Lease> take(Handle sql, String holder, String address) {
        Optional<Long> epoch = sql.createQuery(
                        "select epoch from lease where id = 1 and not " + ALIVE + " for update skip locked")
                .bind("life", LIFE.toMillis())
                .mapTo(Long.class)
                .findOne();
        return epoch.map(last -> {
            sql.createUpdate("update lease set holder = :holder, address = :address, epoch = :epoch, renewed_at = "
                            + NOW + " where id = 1")
                    .bind("holder", holder)
                    .bind("address", address)
                    .bind("epoch", last + 1)
                    .execute();
            return new Lease(holder, last + 1);
        });
    }

    /** The first statement of each transaction of its holder. @throws LeaseLost when somebody else has it now */
    public void renew(Handle sql) {
        set(sql, NOW);
    }

    /** Lets others take it at once. @throws LeaseLost when somebody else has it now */
    public void release(Handle sql) {
        set(sql, "0");
    }

    private void set(Handle sql, String renewedAt) {
        int rows = sql.createUpdate("update lease set renewed_at = " + renewedAt
                        + " where id = 1 and epoch = :epoch and holder = :holder")
                .bind("epoch", epoch)
                .bind("holder", holder)
                .execute();
        if (rows != 1) {
            Holder now = holder(sql);
            throw new LeaseLost("the controller " + now.address() + " has taken over (lease " + now.epoch()
                    + ", this one had " + epoch + ")");
        }
    }

    public long epoch() {
        return epoch;
    }

    /** Waits for whoever writes; see {@link Database#writeAlone}. */
    static void lock(Handle sql) {
        sql.createQuery("select epoch from lease where id = 1 for update")
                .mapTo(Long.class)
                .one();
    }
}
