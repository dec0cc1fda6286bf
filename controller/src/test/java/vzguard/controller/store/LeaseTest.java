package vzguard.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vzguard.controller.audit.Audit;
import vzguard.controller.testing.Postgres;

/** The lease on a real PostgreSQL: never two that commit. */
class LeaseTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PostgresServer server = Postgres.newServer();
    private Database first;
    private Database second;

    @BeforeEach
    void open() {
        first = Database.open(server);
        second = Database.open(server);
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    private static @Nullable Lease takeOrNull(Database database, String holder) {
        return database.handle()
                .inTransaction(sql -> Lease.take(sql, holder, holder + ".example.net:7443"))
                .orElse(null);
    }

    private static Lease take(Database database, String holder) {
        return Objects.requireNonNull(takeOrNull(database, holder));
    }

    /** As if it had not been renewed for long. */
    private void expire() {
        Postgres.execute(Postgres.nameOf(server), "update lease set renewed_at = 0");
    }

    @Test
    void oneHasItAndTheOtherIsToldWho() {
        Lease lease = take(first, "a");

        assertThat(lease.epoch()).isEqualTo(1);
        assertThat(takeOrNull(second, "b")).isNull();
        assertThat(Lease.holder(second.handle())).isEqualTo(new Lease.Holder("a", "a.example.net:7443", 1, true));
    }

    @Test
    void whoeverGivesItBackIsFollowedAtOnce() {
        Lease lease = take(first, "a");
        lease.release(first.handle());

        assertThat(take(second, "b").epoch()).isEqualTo(2);
    }

    @Test
    void aRenewedOneIsNotTakenOver() {
        Lease lease = take(first, "a");
        expire();
        lease.renew(first.handle());

        assertThat(takeOrNull(second, "b")).isNull();
    }

    @Test
    void afterATakeoverTheFormerHolderWritesNothing() {
        Lease former = take(first, "a");
        expire();
        take(second, "b");

        first.handle().begin();
        assertThatThrownBy(() -> former.renew(first.handle()))
                .isInstanceOf(LeaseLost.class)
                .hasMessage("the controller b.example.net:7443 has taken over (lease 2, this one had 1)");
        first.handle().rollback();
        assertThatThrownBy(() -> former.release(first.handle())).isInstanceOf(LeaseLost.class);
        assertThat(Lease.holder(first.handle()).alive()).isTrue();
    }

    @Test
    void nobodyTakesOverWhileTheHolderCommitsAndNobodyWaitsForIt() {
        Lease lease = take(first, "a");
        expire();
        first.handle().begin();
        lease.renew(first.handle());
        Audit.record(first.handle(), Instant.ofEpochMilli(1), "local", "A", "in time");

        assertThat(takeOrNull(second, "b")).isNull();
        first.handle().commit();

        assertThat(takeOrNull(second, "b")).isNull();
        assertThat(Audit.list(second.handle(), 100, 10)).hasSize(1);
    }

    @Test
    void aHolderThatStandsStillInATransactionHoldsNobodyUp() {
        Lease lease = take(first, "a");
        first.handle().begin();
        lease.renew(first.handle());
        Audit.record(first.handle(), Instant.ofEpochMilli(1), "local", "A", "never finished");

        await().atMost(PATIENCE).until(() -> takeOrNull(second, "b") != null);

        assertThatThrownBy(() -> first.handle().commit()).isInstanceOf(JdbiException.class);
        assertThat(Audit.list(second.handle(), 100, 10)).isEmpty();
    }

    @Test
    void aClockThatWasSetBackDoesNotKeepTheLease() {
        take(first, "a");
        Postgres.execute(Postgres.nameOf(server), "update lease set renewed_at = renewed_at + 3600000");

        assertThat(take(second, "b").epoch()).isEqualTo(2);
    }

    @Test
    void whoWritesBesideTheHolderWaitsForIt() throws InterruptedException {
        Lease lease = take(first, "a");
        first.handle().begin();
        lease.renew(first.handle());
        Audit.record(first.handle(), Instant.ofEpochMilli(1), "local", "A", "first");
        Thread beside = new Thread(() -> second.handle().useTransaction(sql -> {
            second.writeAlone();
            Audit.record(sql, Instant.ofEpochMilli(2), "local", "B", "second");
        }));
        beside.start();
        await().atMost(PATIENCE)
                .until(() -> Postgres.ask(
                                Postgres.nameOf(server),
                                "select count(*) from pg_locks where not granted and locktype in ('transactionid', 'tuple')")
                        .equals("1"));
        first.handle().commit();
        beside.join();

        assertThat(Audit.list(first.handle(), 100, 10))
                .extracting(Audit.Entry::entry)
                .containsExactly(2L, 1L);
    }
}
