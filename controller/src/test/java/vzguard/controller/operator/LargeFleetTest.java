package vzguard.controller.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.stub.ServerCallStreamObserver;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.controller.core.Transaction;
import vzguard.controller.dispatch.Rollouts;
import vzguard.controller.enforcement.Enforcer;
import vzguard.controller.fleet.Host;
import vzguard.controller.fleet.Hosts;
import vzguard.controller.fleet.Streams;
import vzguard.controller.policy.Policies;
import vzguard.controller.rollout.Limits;
import vzguard.controller.store.Database;
import vzguard.v1.ApplyPolicyRequest;
import vzguard.v1.ControlRolloutRequest;
import vzguard.v1.FleetStatus;
import vzguard.v1.GetRolloutRequest;
import vzguard.v1.ListVesReply;
import vzguard.v1.ListVesRequest;
import vzguard.v1.PolicyView;
import vzguard.v1.RolloutAction;
import vzguard.v1.RolloutView;
import vzguard.v1.StartRolloutRequest;
import vzguard.v1.Target;
import vzguard.v1.TaskState;
import vzguard.v1.TaskView;
import vzguard.v1.VeFacts;
import vzguard.v1.VeReport;
import vzguard.v1.VeState;
import vzguard.v1.VeView;

/** What one message cannot hold comes in pages and parts, and nothing is lost between them. */
class LargeFleetTest {
    private static final int HOSTS = 13;
    private static final int VES = 101;
    private static final String POLICY = """
            apiVersion: vzguard/v1
            kind: Policy
            metadata: {name: guard}
            spec:
              selector: {hosts: "*"}
              sshGuard: {placement: [ve], allow: [192.0.2.0/24]}
            """;

    @TempDir
    Path folder = Path.of("");

    private final Clock clock = Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);
    private final Hosts hosts = new Hosts();
    private final Policies policies = new Policies();
    private final Streams streams = new Streams();
    private final Rollouts rollouts = new Rollouts(hosts, policies, streams, clock, Limits.standard());
    private final Lookup lookup = new Lookup(hosts, policies);
    private final Targets targets = new Targets(hosts, policies, rollouts);
    private final HostCounts counts = new HostCounts(policies);
    private final RolloutCalls rolloutCalls = new RolloutCalls(policies, rollouts, lookup, targets, clock);
    private final PolicyCalls policyCalls = new PolicyCalls(policies, lookup, targets, rolloutCalls, clock);
    private final HostCalls hostCalls =
            new HostCalls(hosts, streams, lookup, new FleetViews(streams, policies, counts, clock), clock);
    private final StatusCalls statusCalls = new StatusCalls(
            hosts, streams, policies, rollouts, new Enforcer(hosts, streams, policies, rollouts), counts);
    private final Transaction transaction = new Transaction() {
        @Override
        public Handle sql() {
            return database().handle();
        }

        @Override
        public void afterCommit(Runnable effect) {
            effect.run();
        }
    };
    private @Nullable Database database;

    private Database database() {
        if (database == null) {
            database = Database.open(folder.resolve("controller.db"));
        }
        return database;
    }

    @BeforeEach
    void enrol() {
        for (int number = 0; number < HOSTS; number++) {
            String id = "00000000-0000-4000-8000-0000000000" + (10 + number);
            hosts.enrol(transaction.sql(), id, "hn" + number, Map.of(), clock.instant());
            report(hosts.byId(id).orElseThrow(), VES, true);
        }
        apply(POLICY);
    }

    @AfterEach
    void close() {
        database().close();
    }

    @Test
    void pagesOfVesJoinWithoutGapAndEndWhereTheListEnds() {
        List<String> listed = new ArrayList<>();
        String token = "";
        do {
            ListVesReply page = hostCalls.listVes(ListVesRequest.newBuilder()
                    .setPageSize(100)
                    .setPageToken(token)
                    .build());
            assertThat(page.getVesCount()).isPositive().isLessThanOrEqualTo(100);
            page.getVesList().forEach(ve -> listed.add(name(ve)));
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        List<String> all = new ArrayList<>();
        for (Host host : hosts.all()) {
            host.ves().keySet().forEach(ctid -> all.add(host.name() + "/" + ctid));
        }
        assertThat(listed).hasSize(HOSTS * VES).isEqualTo(all);
    }

    @Test
    void tasksComeInPagesAndByState() {
        RolloutView started = start();
        assertThat(started.getTasksCount()).isZero();
        assertThat(started.getTargets()).isEqualTo(HOSTS * VES);
        List<TaskView> tasks = tasks(100, List.of());
        assertThat(tasks).hasSize(HOSTS * VES).doesNotHaveDuplicates();
        assertThat(tasks(7, List.of())).isEqualTo(tasks);
        assertThat(tasks(100, List.of(TaskState.TASK_STATE_FAILED, TaskState.TASK_STATE_DONE)))
                .isEmpty();
        assertThat(tasks(100, List.of(TaskState.TASK_STATE_PENDING))).isEqualTo(tasks);
        assertThatThrownBy(() -> rolloutCalls.get(GetRolloutRequest.newBuilder()
                        .setRolloutId("r1")
                        .setPageToken("next")
                        .build()))
                .hasMessageContaining("page_token \"next\" (permitted: empty, or the next_page_token of an answer)");
        assertThatThrownBy(() -> rolloutCalls.get(GetRolloutRequest.newBuilder()
                        .setRolloutId("r1")
                        .addStatesValue(99)
                        .build()))
                .hasMessageContaining("states [99]");
    }

    @Test
    void aWatcherOfALargeRolloutGetsWhatHappensInPartsAndTheEndAfterTheLast() {
        RolloutWatches watches = new RolloutWatches(clock);
        rollouts.listen(watches);
        start();
        Watcher watcher = new Watcher();
        watches.add(rollouts.byId("r1").orElseThrow(), watcher);
        assertThat(watcher.messages).hasSize(1);
        assertThat(watcher.messages.get(0).getTasksCount()).isZero();

        rolloutCalls.control(
                transaction,
                "operator/akiko",
                ControlRolloutRequest.newBuilder()
                        .setRolloutId("r1")
                        .setAction(RolloutAction.ROLLOUT_ACTION_ABORT)
                        .build());
        watches.flush();
        assertThat(watcher.messages).hasSize(2);
        assertThat(watcher.ended).isFalse();
        while (!watcher.ended) {
            watches.flush();
        }
        List<Target> told = new ArrayList<>();
        for (RolloutView message : watcher.messages) {
            assertThat(message.getTasksCount()).isLessThanOrEqualTo(RolloutWatches.MOST);
            message.getTasksList().forEach(task -> {
                assertThat(task.getState()).isEqualTo(TaskState.TASK_STATE_SKIPPED);
                told.add(task.getTarget());
            });
        }
        assertThat(told).hasSize(HOSTS * VES).doesNotHaveDuplicates();
    }

    @Test
    void aSlowWatcherGetsNothingUntilItReads() {
        RolloutWatches watches = new RolloutWatches(clock);
        rollouts.listen(watches);
        start();
        Watcher watcher = new Watcher();
        watches.add(rollouts.byId("r1").orElseThrow(), watcher);
        watcher.ready = false;
        rolloutCalls.control(
                transaction,
                "operator/akiko",
                ControlRolloutRequest.newBuilder()
                        .setRolloutId("r1")
                        .setAction(RolloutAction.ROLLOUT_ACTION_PAUSE)
                        .build());
        for (int flush = 0; flush < 10; flush++) {
            watches.flush();
        }
        assertThat(watcher.messages).hasSize(1);
        watcher.ready = true;
        watches.flush();
        watches.flush();
        assertThat(watcher.messages).hasSize(2);
    }

    @Test
    void aGlanceSeesWhatChangedSinceTheLast() {
        FleetStatus before = statusCalls.status();
        assertThat(before.getVes()).isEqualTo(HOSTS * VES);
        assertThat(before.getVesRunning()).isEqualTo(HOSTS * VES);
        assertThat(before.getAttentionList()).hasSize(HOSTS).allMatch(line -> line.contains("is not connected"));

        Host changed = hosts.all().get(3);
        report(changed, 50, false);
        FleetStatus after = statusCalls.status();
        assertThat(after.getVesRunning()).isEqualTo(HOSTS * VES - 50);

        hosts.applied(transaction.sql(), hosts.all().get(4), "198", "guard", 1, clock.instant());
        assertThat(statusCalls.status().getVesDrifted()).isEqualTo(1);
        apply(POLICY.replace("[ve]", "[host]"));
        assertThat(statusCalls.status().getVesDrifted()).isZero();
    }

    @Test
    void aPolicysTargetsAreCountedAsTheyAreListed() {
        PolicyView view = apply(POLICY.replace("\"*\"", "\"name!=hn3\"").replace("[ve]", "[host, ve]"));
        assertThat(view.getHostsSelected()).isEqualTo(12);
        assertThat(view.getVesSelected()).isEqualTo(12 * VES);
        assertThat(targets.of(policies.latest("guard").orElseThrow().policy())).hasSize(12 + 12 * VES);
        // Guards that it put there before, and no longer wants, are targets too.
        hosts.applied(transaction.sql(), hosts.all().get(1), "101", "guard", 1, clock.instant());
        PolicyView narrowed = apply(POLICY.replace("\"*\"", "\"name!=hn3\"").replace("[ve]", "[host]"));
        assertThat(narrowed.getHostsSelected()).isEqualTo(12);
        assertThat(narrowed.getVesSelected()).isEqualTo(1);
    }

    private List<TaskView> tasks(int size, List<TaskState> states) {
        List<TaskView> tasks = new ArrayList<>();
        String token = "";
        do {
            RolloutView page = rolloutCalls.get(GetRolloutRequest.newBuilder()
                    .setRolloutId("r1")
                    .setPageSize(size)
                    .setPageToken(token)
                    .addAllStates(states)
                    .build());
            assertThat(page.getTasksCount()).isLessThanOrEqualTo(size);
            tasks.addAll(page.getTasksList());
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        return tasks;
    }

    private RolloutView start() {
        return rolloutCalls.start(
                transaction,
                "operator/akiko",
                StartRolloutRequest.newBuilder().setPolicy("guard").build());
    }

    private PolicyView apply(String text) {
        return policyCalls
                .apply(
                        transaction,
                        "operator/akiko",
                        ApplyPolicyRequest.newBuilder().setText(text).build())
                .getPolicy();
    }

    private void report(Host host, int ves, boolean running) {
        VeReport.Builder report = VeReport.newBuilder();
        for (int ve = 0; ve < ves; ve++) {
            report.addChanged(VeFacts.newBuilder()
                    .setCtid("" + (101 + ve * 97))
                    .setState(running ? VeState.VE_STATE_RUNNING : VeState.VE_STATE_STOPPED)
                    .build());
        }
        hosts.report(transaction.sql(), host, report.build());
    }

    private static String name(VeView ve) {
        return ve.getHostName() + "/" + ve.getFacts().getCtid();
    }

    private static final class Watcher extends ServerCallStreamObserver<RolloutView> {
        private final List<RolloutView> messages = new ArrayList<>();
        private boolean ready = true;
        private boolean ended;

        @Override
        public void onNext(RolloutView message) {
            messages.add(message);
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onCompleted() {
            ended = true;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}
    }
}
