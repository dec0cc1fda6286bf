package vzguard.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;
import vzguard.controller.audit.Audit;
import vzguard.controller.store.AgentRows;
import vzguard.controller.store.AppliedRows;
import vzguard.controller.store.Database;
import vzguard.controller.store.PlanRows;
import vzguard.controller.store.PolicyRows;
import vzguard.controller.store.PostgresServer;
import vzguard.controller.store.RolloutRows;
import vzguard.controller.store.SqliteFile;
import vzguard.controller.store.VeRows;
import vzguard.controller.testing.Client;
import vzguard.controller.testing.Postgres;
import vzguard.controller.testing.RunningController;
import vzguard.controller.testing.Store;
import vzguard.v1.TokenRole;

/** Backup, restore and copy, by their commands, from and to each kind of database. */
class BackupTest {
    private static final int TASKS = 2_345;

    @TempDir
    private Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = ControllerMain.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    private static String[] with(Optional<PostgresServer> server, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        server.ifPresent(address -> all.addAll(List.of("--database", address.toString())));
        return all.toArray(String[]::new);
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    void aRunningControllerIsBackedUpAndRestoredWithItsAgentsAndOperators(Store store) throws IOException {
        Path state = folder.resolve("state");
        Path restored = folder.resolve("restored");
        Path file = folder.resolve("backup.db");
        Optional<PostgresServer> server = store.server();
        Client alice;
        try (RunningController controller = RunningController.start(state, Clock.systemUTC(), server)) {
            alice = controller.operatorClient();
            var unused = controller.token(TokenRole.TOKEN_ROLE_AGENT);
            assertThat(run(with(server, "backup", file.toString(), "--state", state.toString())))
                    .as("%s", err)
                    .isZero();
        }
        assertThat(out.toString()).contains("tokens: 2 rows").contains("can issue identities");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("state", "backup.db");
        }
        byte[] before = Files.readAllBytes(file);

        Optional<PostgresServer> other = store.server();
        assertThat(run(with(other, "restore", file.toString(), "--state", restored.toString())))
                .as("%s", err)
                .isZero();

        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(restored.resolve("ca").resolve("ca-key.pem"))))
                .isEqualTo("rw-------");
        try (Controller again = RunningController.start(restored, Clock.systemUTC(), other, 0)) {
            var channel = alice.channel(again.port());
            assertThat(Client.operator(channel)
                            .listAudit(vzguard.v1.ListAuditRequest.getDefaultInstance())
                            .getEntriesList())
                    .anyMatch(entry -> entry.getActor().equals("operator/alice"));
            channel.shutdownNow();
        }
        assertThat(run(with(other, "restore", file.toString(), "--state", restored.toString())))
                .isEqualTo(1);
        assertThat(err.toString()).contains("is not empty").contains("name one in which nothing is yet");
    }

    @Test
    void aBackupOfOneKindIsRestoredToTheOther() {
        Path state = folder.resolve("state");
        assertThat(run("init", "--state", state.toString())).isZero();
        fill(state.resolve("controller.db"));
        String server = Postgres.newDatabase();
        String file = folder.resolve("backup.db").toString();
        assertThat(run("backup", file, "--state", state.toString()))
                .as("%s", err)
                .isZero();
        assertThat(run("restore", file, "--state", folder.resolve("other").toString(), "--database", server))
                .as("%s", err)
                .isZero();
        assertThat(out.toString()).contains("tasks: " + TASKS + " rows");

        assertThat(run("backup", file + "2", "--state", folder.resolve("other").toString(), "--database", server))
                .as("%s", err)
                .isZero();

        assertThat(content(Path.of(file + "2"))).isEqualTo(content(state.resolve("controller.db")));
    }

    @Test
    void copiedToPostgresAndBackNothingHasChanged() {
        Path state = folder.resolve("state");
        assertThat(run("init", "--state", state.toString())).isZero();
        Path file = state.resolve("controller.db");
        fill(file);
        String server = Postgres.newDatabase();
        Path back = folder.resolve("back.db");

        assertThat(run("database", "copy", "--from", file.toString(), "--to", server))
                .as("%s", err)
                .isZero();
        assertThat(run("database", "copy", "--from", server, "--to", back.toString()))
                .as("%s", err)
                .isZero();

        assertThat(content(back)).isEqualTo(content(file));
        assertThat(run("database", "copy", "--from", file.toString(), "--to", server))
                .isEqualTo(1);
        assertThat(err.toString()).contains("is not empty");
    }

    @Test
    void aCopyOfWhatAControllerWorksOnIsRefused() {
        PostgresServer server = Postgres.newServer();
        Path alone = folder.resolve("alone");
        Path shared = folder.resolve("shared");
        String target = folder.resolve("target.db").toString();
        try (RunningController one = RunningController.start(alone);
                RunningController other = RunningController.start(shared, Clock.systemUTC(), Optional.of(server))) {
            assertThat(one.port()).isNotEqualTo(other.port());
            assertThat(run(
                            "database",
                            "copy",
                            "--from",
                            alone.resolve("controller.db").toString(),
                            "--to",
                            target))
                    .isEqualTo(1);
            assertThat(err.toString()).contains("another controller uses the state folder");
            assertThat(run("database", "copy", "--from", server.toString(), "--to", target))
                    .isEqualTo(1);
            assertThat(err.toString())
                    .contains("127.0.0.1:" + other.port() + " works on")
                    .contains("stop it");
        }
        assertThat(run("database", "copy", "--from", server.toString(), "--to", target))
                .as("%s", err)
                .isZero();
    }

    @Test
    void whatIsNoBackupIsRefused() throws IOException {
        Path state = folder.resolve("state");
        assertThat(run("init", "--state", state.toString())).isZero();
        String other = folder.resolve("other").toString();
        String nothing = folder.resolve("nothing").toString();

        assertThat(run("restore", nothing, "--state", other)).isEqualTo(1);
        assertThat(err.toString()).contains("there is no file " + nothing);
        assertThat(run("restore", state.resolve("controller.db").toString(), "--state", other))
                .isEqualTo(1);
        assertThat(err.toString()).contains("without its CA").contains("database copy");
        Path text = Files.writeString(folder.resolve("text"), "no database".repeat(100));
        assertThat(run("restore", text.toString(), "--state", other)).isEqualTo(1);
        assertThat(err.toString()).contains(text.toString());
        assertThat(run("backup", text.toString(), "--state", state.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("is there already");
        assertThat(run("backup", nothing, "--state", nothing)).isEqualTo(1);
        assertThat(err.toString()).contains("there is no state folder");
        assertThat(run("database", "copy", "--from", nothing, "--to", "postgresql://x:secret@y/z"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("--to: ")
                .contains("permitted: postgresql://USER@")
                .doesNotContain("secret");
    }

    @Test
    void aBackupThatNamesFilesElsewhereIsRefused() {
        Path state = folder.resolve("state");
        String file = folder.resolve("backup.db").toString();
        assertThat(run("init", "--state", state.toString())).isZero();
        assertThat(run("backup", file, "--state", state.toString())).isZero();
        try (Database database = Database.open(Path.of(file))) {
            database.handle().execute("update files set name = '../../elsewhere.pem' where name = 'server.pem'");
        }

        assertThat(run("restore", file, "--state", folder.resolve("other").toString()))
                .isEqualTo(1);

        assertThat(err.toString()).contains("../../elsewhere.pem").contains("nothing was restored");
        assertThat(folder.resolve("other").resolve("ca")).doesNotExist();
    }

    private static void fill(Path file) {
        try (Database database = Database.open(file)) {
            Handle sql = database.handle();
            sql.begin();
            AgentRows.insert(sql, new AgentRows.Row("h", "hn\u65e5", 1, Long.MAX_VALUE, 0, "", "", new byte[] {0, -1}));
            AgentRows.setLabels(sql, "h", AgentRows.FROM_AGENT, Map.of("dc", "tokyo"));
            VeRows.upsert(sql, List.of(new VeRows.Row("h", "101", 1, "d", new byte[0])));
            PolicyRows.add(sql, new PolicyRows.Revision("p", 1, "text", new byte[] {1}, 5, "operator/a"));
            AppliedRows.upsert(sql, new AppliedRows.Row("h", "101", "p", 1, 1));
            Audit.record(sql, Instant.ofEpochMilli(1), "local", "A", "detail");
            PlanRows.insert(
                    sql,
                    new PlanRows.Plan("p1", 1, "p", new byte[] {3}, "digest", 1, 4, "operator/a"),
                    Map.of("h", "101 hash"));
            RolloutRows.insert(
                    sql,
                    new RolloutRows.Terms("r1", 1, "APPLY", "p", 1, new byte[] {2}, 5, "operator/a", "ALL", "", "p1"),
                    new RolloutRows.Progress("RUNNING", 0, 5, null, 9L, 0, 0, "", 5L, ""));
            List<RolloutRows.Task> tasks = new ArrayList<>();
            for (int position = 0; position < TASKS; position++) {
                boolean odd = position % 2 == 1;
                tasks.add(new RolloutRows.Task(
                        "r1",
                        position,
                        "h",
                        "hn1",
                        "" + position,
                        0,
                        1,
                        0,
                        "WAITING",
                        1,
                        odd,
                        !odd,
                        odd ? "job" : null,
                        odd ? 5L : null,
                        null,
                        null,
                        0,
                        "",
                        "",
                        odd));
            }
            RolloutRows.insertTasks(sql, tasks);
            RolloutRows.setResult(sql, "r1", 3, new byte[] {0, 1, 2});
            sql.commit();
        }
    }

    /** Every row of every table but the lease and Flyway's. */
    private static List<String> content(Path file) {
        List<String> all = new ArrayList<>();
        try (Database database = Database.read(new SqliteFile(file))) {
            for (String table : List.of(
                    "agents",
                    "labels",
                    "ves",
                    "policies",
                    "policy_revisions",
                    "applied",
                    "tokens",
                    "audit",
                    "rollouts",
                    "tasks",
                    "authority")) {
                database.handle().createQuery("select * from " + table).mapToMap().list().stream()
                        .map(row -> table + " " + text(row))
                        .sorted()
                        .forEach(all::add);
            }
        }
        return all;
    }

    private static String text(Map<String, Object> row) {
        Map<String, Object> sorted = new java.util.TreeMap<>(row);
        sorted.replaceAll(
                (name, value) -> value instanceof byte[] bytes ? java.util.Arrays.toString(bytes) : "" + value);
        return sorted.toString();
    }
}
