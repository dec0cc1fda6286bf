package vzguard.controller.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import vzguard.controller.audit.Audit;
import vzguard.controller.testing.Store;

/** What the store promises, on each kind of database: rows come back as they went in. */
@ParameterizedClass
@EnumSource(Store.class)
class RowsTest {
    private static final byte[] EVERY_BYTE = everyByte();

    private final Store store;

    @TempDir
    private Path folder = Path.of("");

    private DatabaseAddress address;
    private Database database;
    private Handle sql;

    RowsTest(Store store) {
        this.store = store;
    }

    @BeforeEach
    void open() {
        address = store.fresh(folder);
        database = Database.open(address);
        sql = database.handle();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void reopen() {
        database.close();
        database = Database.open(address);
        sql = database.handle();
    }

    @Test
    void agents() {
        AgentRows.insert(sql, new AgentRows.Row("h1", "hn1", 1, 2, 0, "", "", new byte[0]));
        AgentRows.insert(sql, new AgentRows.Row("h2", "hn2", Long.MAX_VALUE, 2, 0, "", "", new byte[0]));
        AgentRows.greet(sql, "h1", "new name \u65e5\u672c \"'%", 7, "1.2");
        AgentRows.setFacts(sql, "h1", "digest", EVERY_BYTE);
        AgentRows.setLastSeen(sql, Map.of("h1", 30L, "h2", 40L));
        AgentRows.setLabels(sql, "h1", AgentRows.FROM_AGENT, Map.of("dc", "tokyo", "rack", "1"));
        AgentRows.setLabels(sql, "h1", AgentRows.FROM_OPERATOR, Map.of("dc", ""));
        AgentRows.setLabels(sql, "h1", AgentRows.FROM_AGENT, Map.of("dc", "osaka"));
        reopen();

        assertThat(AgentRows.all(sql))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactlyInAnyOrder(
                        new AgentRows.Row("h1", "new name \u65e5\u672c \"'%", 1, 30, 7, "1.2", "digest", EVERY_BYTE),
                        new AgentRows.Row("h2", "hn2", Long.MAX_VALUE, 40, 0, "", "", new byte[0]));
        assertThat(AgentRows.labels(sql))
                .containsExactlyInAnyOrder(
                        new AgentRows.Label("h1", AgentRows.FROM_AGENT, "dc", "osaka"),
                        new AgentRows.Label("h1", AgentRows.FROM_OPERATOR, "dc", ""));
    }

    @Test
    void aHostGoesWithAllThatHangsOnIt() {
        AgentRows.insert(sql, new AgentRows.Row("h", "hn1", 1, 1, 0, "", "", new byte[0]));
        AgentRows.setLabels(sql, "h", AgentRows.FROM_AGENT, Map.of("dc", "tokyo"));
        VeRows.upsert(sql, List.of(new VeRows.Row("h", "101", 1, "d", new byte[] {1})));
        AppliedRows.upsert(sql, new AppliedRows.Row("h", "101", "p", 1, 1));

        AgentRows.delete(sql, "h");

        assertThat(AgentRows.all(sql)).isEmpty();
        assertThat(AgentRows.labels(sql)).isEmpty();
        assertThat(VeRows.all(sql)).isEmpty();
        assertThat(AppliedRows.all(sql)).isEmpty();
    }

    @Test
    void ves() {
        AgentRows.insert(sql, new AgentRows.Row("h", "hn1", 1, 1, 0, "", "", new byte[0]));
        VeRows.upsert(
                sql,
                List.of(
                        new VeRows.Row("h", "101", 1, "d", new byte[] {1, 2}),
                        new VeRows.Row("h", "102", 1, "d", new byte[0])));
        // One VE twice in one message: the last one counts.
        VeRows.upsert(
                sql,
                List.of(
                        new VeRows.Row("h", "101", 2, "e", new byte[] {3}),
                        new VeRows.Row("h", "101", 3, "f", EVERY_BYTE)));
        VeRows.delete(sql, "h", List.of("102", "103"));
        VeRows.delete(sql, "h", List.of());
        reopen();

        assertThat(VeRows.all(sql))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(new VeRows.Row("h", "101", 3, "f", EVERY_BYTE));
    }

    @Test
    void policies() {
        PolicyRows.Revision first = new PolicyRows.Revision("p", 1, "text: \n  \u00e4", EVERY_BYTE, 5, "operator/a");
        PolicyRows.Revision second = new PolicyRows.Revision("p", 2, "", new byte[0], 6, "operator/b");
        PolicyRows.add(sql, first);
        PolicyRows.enforce(sql, "p", 1);
        assertThat(PolicyRows.heads(sql)).containsExactly(new PolicyRows.Head("p", 1, null, 1));
        PolicyRows.delete(sql, "p", 9);
        assertThat(PolicyRows.heads(sql)).containsExactly(new PolicyRows.Head("p", 1, 9L, 0));
        PolicyRows.add(sql, second);
        reopen();

        assertThat(PolicyRows.heads(sql)).containsExactly(new PolicyRows.Head("p", 2, null, 0));
        assertThat(PolicyRows.revisions(sql))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(first, second);
    }

    @Test
    void applied() {
        AgentRows.insert(sql, new AgentRows.Row("h", "hn1", 1, 1, 0, "", "", new byte[0]));
        AppliedRows.upsert(sql, new AppliedRows.Row("h", "", "p", 1, 1));
        AppliedRows.upsert(sql, new AppliedRows.Row("h", "", "p", 2, 3));
        AppliedRows.upsert(sql, new AppliedRows.Row("h", "101", "p", 1, 1));
        AppliedRows.upsert(sql, new AppliedRows.Row("h", "102", "p", 1, 1));
        AppliedRows.upsert(sql, new AppliedRows.Row("h", "103", "p", 1, 1));
        AppliedRows.delete(sql, "h", "103", "p");
        AppliedRows.deleteAll(sql, "h", List.of("101", "102"));
        reopen();

        assertThat(AppliedRows.all(sql)).containsExactly(new AppliedRows.Row("h", "", "p", 2, 3));
    }

    @Test
    void tokens() {
        TokenRows.Row row = new TokenRows.Row("a", "hash", "agent", 2, 1, 10);
        TokenRows.insert(sql, row);
        TokenRows.insert(sql, new TokenRows.Row("b", "hash", "agent", 1, 0, 20));
        assertThat(TokenRows.find(sql, "a")).contains(row);
        assertThat(TokenRows.find(sql, "c")).isEmpty();
        assertThat(TokenRows.good(sql, 9)).extracting(TokenRows.Row::tokenId).containsExactly("b", "a");
        assertThat(TokenRows.takeUse(sql, "a", 10)).isFalse();
        assertThat(TokenRows.takeUse(sql, "a", 9)).isTrue();
        assertThat(TokenRows.takeUse(sql, "a", 9)).isTrue();
        assertThat(TokenRows.takeUse(sql, "a", 9)).isFalse();
        reopen();

        assertThat(TokenRows.find(sql, "a")).map(TokenRows.Row::usesLeft).contains(0);
        assertThat(TokenRows.good(sql, 9)).extracting(TokenRows.Row::tokenId).containsExactly("b");
    }

    @Test
    void rollouts() {
        RolloutRows.Terms terms =
                new RolloutRows.Terms("r1", 1, "APPLY", "p", 2, EVERY_BYTE, 5, "operator/a", "ALL", "", "p7");
        RolloutRows.Terms later =
                new RolloutRows.Terms("r0", 2, "ROLLBACK", "p", 1, new byte[0], 6, "enforcement", "PART", "r1", "");
        RolloutRows.Progress open = new RolloutRows.Progress("RUNNING", 0, 5, null, null, 0, 0, "", null, "");
        RolloutRows.Progress ended =
                new RolloutRows.Progress("STOPPED", 3, 6, 7L, 8L, 1, 2, "3 failures", 6L, "1 2 3 4 5 6 7 8");
        RolloutRows.insert(sql, later, ended);
        RolloutRows.insert(sql, terms, open);
        RolloutRows.Task free = task("r1", 1, "101", false, null, null);
        RolloutRows.Task held = task("r1", 0, "", true, "r1/0/1", 77L);
        RolloutRows.insertTasks(sql, List.of(free, held));
        RolloutRows.insertTasks(sql, List.of());
        assertThat(RolloutRows.tasks(sql, "r1")).containsExactly(held, free);

        RolloutRows.update(sql, "r1", ended);
        RolloutRows.Task taken = task("r1", 1, "101", true, "r1/1/2", 99L);
        RolloutRows.updateTasks(sql, List.of(taken));
        RolloutRows.setResult(sql, "r1", 0, EVERY_BYTE);
        reopen();

        assertThat(RolloutRows.all(sql))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(terms, later);
        assertThat(RolloutRows.progress(sql, "r1")).isEqualTo(ended);
        assertThat(RolloutRows.tasks(sql, "r1")).containsExactly(held, taken);
        assertThat(RolloutRows.result(sql, "r1", 0))
                .hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo(EVERY_BYTE));
        assertThat(RolloutRows.result(sql, "r1", 1)).isEmpty();

        RolloutRows.delete(sql, "r1");

        assertThat(RolloutRows.all(sql))
                .extracting(RolloutRows.Terms::rolloutId)
                .containsExactly("r0");
        assertThat(RolloutRows.tasks(sql, "r1")).isEmpty();
    }

    private static RolloutRows.Task task(
            String rollout,
            int position,
            String ctid,
            boolean flag,
            @org.jspecify.annotations.Nullable String job,
            @org.jspecify.annotations.Nullable Long at) {
        return new RolloutRows.Task(
                rollout, position, "h", "hn1", ctid, 1, 2, 0, "WAITING", 1, flag, flag, job, at, at, at, 3, "sum",
                "A,B", flag);
    }

    @Test
    void plans() {
        PlanRows.Plan first = new PlanRows.Plan("p1", 1, "p", EVERY_BYTE, "digest", 3, 4, "operator/a");
        PlanRows.insert(sql, first, Map.of("h", "- a\n101 b", "i", "- c"));
        PlanRows.Plan second = new PlanRows.Plan("p2", 2, "p", new byte[0], "other", 0, 5, "operator/b");
        PlanRows.insert(sql, second, Map.of());
        PlanRows.setHashes(sql, "p1", "i", "- d");
        RolloutRows.insert(
                sql,
                new RolloutRows.Terms("r1", 1, "APPLY", "p", 2, EVERY_BYTE, 5, "operator/a", "ALL", "", "p1"),
                new RolloutRows.Progress("RUNNING", 0, 5, null, null, 0, 0, "", 5L, ""));
        reopen();

        assertThat(PlanRows.lastNumber(sql)).isEqualTo(2);
        assertThat(PlanRows.find(sql, "p1").stream())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(first);
        assertThat(PlanRows.hosts(sql, "p1"))
                .containsExactly(new PlanRows.Host("h", "- a\n101 b"), new PlanRows.Host("i", "- d"));
        assertThat(PlanRows.hashes(sql, "p1", "h")).contains("- a\n101 b");

        PlanRows.forget(sql, 100, 0);

        assertThat(PlanRows.find(sql, "p2")).as("old, and nobody's").isEmpty();
        assertThat(PlanRows.find(sql, "p1")).as("a rollout is held to it").isPresent();
        assertThat(PlanRows.hosts(sql, "p1")).hasSize(2);
    }

    @Test
    void audit() {
        Audit.record(sql, Instant.ofEpochMilli(1), "local", "A", "first");
        Audit.record(sql, Instant.ofEpochMilli(2), "operator/a", "B", "second");
        Audit.record(sql, Instant.ofEpochMilli(3), "operator/a", "C", "third");
        reopen();

        assertThat(Audit.list(sql, Long.MAX_VALUE, 2))
                .containsExactly(
                        new Audit.Entry(3, 3, "operator/a", "C", "third"),
                        new Audit.Entry(2, 2, "operator/a", "B", "second"));
        assertThat(Audit.list(sql, 2, 2)).extracting(Audit.Entry::detail).containsExactly("first");
    }

    private static byte[] everyByte() {
        byte[] bytes = new byte[256];
        for (int index = 0; index < bytes.length; index++) {
            bytes[index] = (byte) index;
        }
        return bytes;
    }
}
