package vzguard.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.cli.Call;
import vzguard.cli.Rollouts;
import vzguard.cli.ScriptedController;
import vzguard.v1.ControlRolloutRequest;
import vzguard.v1.GetRolloutRequest;
import vzguard.v1.ListRolloutsReply;
import vzguard.v1.ListRolloutsRequest;
import vzguard.v1.RestartVesRequest;
import vzguard.v1.RolloutAction;
import vzguard.v1.RolloutState;
import vzguard.v1.RolloutView;
import vzguard.v1.SelectorSpec;
import vzguard.v1.StartRolloutRequest;
import vzguard.v1.TaskState;

class RolloutCommandsTest {
    @TempDir
    Path config = Path.of("");

    private final ScriptedController controller = new ScriptedController();

    @Test
    void startWatchesToTheEndAndExitsByTheOutcome() {
        controller
                .answers("StartRollout", Rollouts.first())
                .answers("WatchRollout", Rollouts.first(), Rollouts.second(), Rollouts.third(), Rollouts.last());
        Call.Result result = run("rollout", "start", "ssh-guard");
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.out())
                .contains("hn1/101 running: step 2/4: restart VE 101\n")
                .endsWith("4 targets = 1 done + 1 no-op + 1 failed + 0 refused + 0 unreachable + 1 skipped + 0 pending"
                        + " + 0 running\n")
                .doesNotContain("\u001b");
        assertThat(result.err()).isEqualTo("rollout r3 started\n");
    }

    @Test
    void startWithoutWatchReturnsAtOnce() {
        controller.answers("StartRollout", Rollouts.first());
        Call.Result result = run("rollout", "start", "ssh-guard", "--no-watch", "--revision", "2");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("4 targets = 0 done");
        assertThat(controller.request())
                .isEqualTo(StartRolloutRequest.newBuilder()
                        .setPolicy("ssh-guard")
                        .setRevision(2)
                        .build());
    }

    @Test
    void aPartOfThePolicysTargetsCanBeAskedFor() {
        controller.answers("StartRollout", Rollouts.first());
        assertThat(run("rollout", "start", "ssh-guard", "--no-watch", "--select", "hn2/101-103")
                        .exitCode())
                .isZero();
        assertThat(controller.request())
                .isEqualTo(StartRolloutRequest.newBuilder()
                        .setPolicy("ssh-guard")
                        .setWithin(
                                SelectorSpec.newBuilder().setHosts("name=hn2").setVes("101-103"))
                        .build());
        Call.Result faulty = run("rollout", "start", "ssh-guard", "--select", "hn2/120-101");
        assertThat(faulty.exitCode()).isEqualTo(2);
        assertThat(run("rollout", "start", "ssh-guard", "--select", "").exitCode())
                .isEqualTo(2);
        assertThat(faulty.err()).contains("--select \"hn2/120-101\"", "120-101");
    }

    @Test
    void onATerminalTheBlockIsRedrawnInPlace() {
        controller.answers("WatchRollout", Rollouts.first(), Rollouts.third(), Rollouts.last());
        String out = Call.to(config, controller)
                .onTerminal()
                .run("rollout", "watch", "r3")
                .out();
        // Three counts and one running task are four lines; they are drawn over.
        assertThat(out)
                .contains("\u001b[4A\u001b[J")
                .contains("1 done, 1 no-op, 1 failed")
                .contains("] 4/4");
    }

    @Test
    void programsGetALinePerMessage() {
        controller.answers("WatchRollout", Rollouts.first(), Rollouts.last());
        String out = run("rollout", "watch", "r3", "-o", "json").out();
        assertThat(out.lines()).hasSize(2).allMatch(line -> line.startsWith("{\"rolloutId\":\"r3\""));
    }

    @Test
    void aBrokenConnectionIsWaitedForAndTheWatchGoesOn() {
        controller
                .plays("WatchRollout", Status.UNAVAILABLE.withDescription("going away"), Rollouts.first())
                .answers("WatchRollout", Rollouts.third(), Rollouts.last())
                .answers("GetRollout", Rollouts.third());
        Call.Result result = run("rollout", "watch", "r3");
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.err()).contains("waiting for it to come back");
        assertThat(result.out()).containsOnlyOnce("hn1/101 done");
    }

    @Test
    void aControllerThatGoesAwayOnceMoreWhileItComesBackIsWaitedFor() {
        controller
                .plays("WatchRollout", Status.UNAVAILABLE.withDescription("going away"), Rollouts.first())
                .answers("WatchRollout", Rollouts.last())
                .refuses("GetRollout", Status.UNAVAILABLE.withDescription("killed again"))
                .answers("GetRollout", Rollouts.third());
        assertThat(run("rollout", "watch", "r3").exitCode()).isEqualTo(3);
    }

    @Test
    void aWatchThatNeverWorkedFails() {
        controller.refuses("WatchRollout", Status.NOT_FOUND.withDescription("no rollout r9"));
        Call.Result result = run("rollout", "watch", "r9");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).isEqualTo("vzguard: no rollout r9\n");
    }

    @Test
    void aStoppedRolloutIsLeftWithAWayOn() {
        RolloutView stopped = Rollouts.third().toBuilder()
                .setState(RolloutState.ROLLOUT_STATE_STOPPED)
                .setWaitingFor("1 of at most 1 targets failed")
                .build();
        controller.answers("WatchRollout", Rollouts.first(), stopped);
        Call.Result result = run("rollout", "watch", "r3");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .contains("stopped itself: 1 of at most 1 targets failed")
                .contains("vzguard why r3");
    }

    @Test
    void everyControlIsSentAsSuch() {
        controller.answers("ControlRollout", Rollouts.third());
        for (RolloutAction action : RolloutAction.values()) {
            boolean answersItself = switch (action) {
                case UNRECOGNIZED, ROLLOUT_ACTION_UNSPECIFIED, ROLLOUT_ACTION_ROLLBACK -> false;
                default -> true;
            };
            if (answersItself) {
                String word =
                        action.name().substring("ROLLOUT_ACTION_".length()).toLowerCase(java.util.Locale.ROOT);
                assertThat(run("rollout", word, "r3").out()).contains("rollout r3: ssh-guard r2");
                assertThat(controller.requests())
                        .last()
                        .isEqualTo(ControlRolloutRequest.newBuilder()
                                .setRolloutId("r3")
                                .setAction(action)
                                .build());
            }
        }
    }

    @Test
    void aRollbackIsWatchedToItsEnd() {
        controller
                .answers("ControlRollout", Rollouts.first())
                .answers("WatchRollout", Rollouts.first(), Rollouts.last());
        Call.Result result = run("rollout", "rollback", "r2");
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.err()).isEqualTo("rollout r3 started\n");
        assertThat(result.out()).endsWith("+ 0 pending + 0 running\n");
        assertThat(controller.requests())
                .first()
                .isEqualTo(ControlRolloutRequest.newBuilder()
                        .setRolloutId("r2")
                        .setAction(RolloutAction.ROLLOUT_ACTION_ROLLBACK)
                        .build());
        controller.answers("ControlRollout", Rollouts.first());
        assertThat(run("rollout", "rollback", "r2", "--no-watch").out()).contains("4 targets = 0 done");
    }

    @Test
    void ofALargeRolloutShowListsWhatIsNotWell() {
        RolloutView page = Rollouts.last().toBuilder()
                .setTargets(9000)
                .setNextPageToken("200")
                .build();
        RolloutView troubled = page.toBuilder().clearNextPageToken().build();
        controller.answers("GetRollout", page).answers("GetRollout", troubled);
        assertThat(run("rollout", "show", "r3").out())
                .contains(troubled.getTasksCount()
                        + " of 9000 targets are listed; all of them: vzguard rollout show r3 --all");
        assertThat(controller.requests())
                .last()
                .isEqualTo(GetRolloutRequest.newBuilder()
                        .setRolloutId("r3")
                        .setPageSize(200)
                        .addStates(TaskState.TASK_STATE_RUNNING)
                        .addStates(TaskState.TASK_STATE_FAILED)
                        .addStates(TaskState.TASK_STATE_REFUSED)
                        .addStates(TaskState.TASK_STATE_UNREACHABLE)
                        .build());
    }

    @Test
    void showGathersAllPagesOfTheStatesAskedFor() {
        RolloutView page = Rollouts.last().toBuilder().setNextPageToken("4").build();
        controller.answers("GetRollout", page).answers("GetRollout", Rollouts.last());
        assertThat(run("-o", "json", "rollout", "show", "r3", "--state", "failed,no-op")
                        .out())
                .containsPattern("(?s)(\"attempt\".*){" + 2 * Rollouts.last().getTasksCount() + "}")
                .doesNotContain("nextPageToken");
        assertThat(controller.requests())
                .last()
                .isEqualTo(GetRolloutRequest.newBuilder()
                        .setRolloutId("r3")
                        .setPageSize(5000)
                        .setPageToken("4")
                        .addStates(TaskState.TASK_STATE_FAILED)
                        .addStates(TaskState.TASK_STATE_NO_OP)
                        .build());
    }

    @Test
    void aStateThatIsNoneIsRefusedWithTheWordsThatAre() {
        Call.Result result = run("rollout", "show", "r3", "--state", "broken");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("--state \"broken\" (permitted: pending, running, done, no-op, failed");
    }

    @Test
    void listAndShow() {
        controller
                .answers(
                        "ListRollouts",
                        ListRolloutsReply.newBuilder()
                                .addRollouts(Rollouts.last())
                                .build())
                .answers("GetRollout", Rollouts.first());
        assertThat(run("rollout", "list", "--active").out()).contains("r3 ");
        assertThat(run("rollout", "show", "r3").out()).contains("hn2/102");
        assertThat(((ListRolloutsRequest) controller.requests().get(0)).getActiveOnly())
                .isTrue();
    }

    @Test
    void restartIsARolloutWithLimits() {
        controller.answers("RestartVes", Rollouts.first()).answers("WatchRollout", Rollouts.last());
        Call.Result result =
                run("restart", "--select", "hn1/101-103", "--batch", "5", "--max-per-host", "2", "--pending");
        assertThat(result.exitCode()).isEqualTo(3);
        RestartVesRequest request = (RestartVesRequest) controller.requests().get(0);
        assertThat(request.getSelector().getHosts()).isEqualTo("name=hn1");
        assertThat(request.getBatch()).isEqualTo(5);
        assertThat(request.getMaxPerHost()).isEqualTo(2);
        assertThat(request.getOnlyPending()).isTrue();
    }

    @Test
    void restartRefusesWhatWouldSurprise() {
        assertThat(run("restart", "--select", "").exitCode()).isEqualTo(2);
        assertThat(run("restart").exitCode()).isEqualTo(2);
        assertThat(run("restart", "--select", "hn1", "--batch", "0").err()).contains("permitted: 1-10000");
        assertThat(run("restart", "--select", "hn1", "--max-per-host", "51").err())
                .contains("permitted: 1-50");
        assertThat(controller.requests()).isEmpty();
    }

    private Call.Result run(String... arguments) {
        return Call.to(config, controller).run(arguments);
    }
}
