package vzguard.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.controller.testing.Operations;
import vzguard.controller.testing.RunningController;
import vzguard.controller.testing.Samples;
import vzguard.controller.testing.ScriptedAgent;
import vzguard.v1.AuditEntry;
import vzguard.v1.ListAuditReply;
import vzguard.v1.ListAuditRequest;
import vzguard.v1.RolloutAction;
import vzguard.v1.RolloutKind;
import vzguard.v1.RolloutView;

/** What comes to the fleet, or changes in it, after a policy was rolled out; over real mutual TLS. */
class ControllerEnforcementTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String QUICK = "{canary: 1, waves: [100%], soak: 0s}";

    private RunningController controller;
    private Operations fleet;
    private ScriptedAgent hn1;
    private ScriptedAgent hn2;

    @BeforeEach
    void start(@TempDir Path folder) {
        controller = RunningController.start(folder.resolve("state"));
        fleet = new Operations(controller);
        hn1 = controller.agent("hn1", "101", "102").connect();
        hn2 = controller.agent("hn2", "101").connect();
        fleet.awaitVes(3);
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void aVeThatIsCreatedAfterTheRolloutIsGuardedWithNobodyTypingAnything() {
        rollOut("ssh-guard", "*", 3, "enforce");

        hn1.host().create("103");
        hn1.report();

        awaitGuard(hn1, "103");
        RolloutView newest = fleet.awaitEnd(fleet.rollouts().get(0).getRolloutId());
        assertThat(newest.getStartedBy()).isEqualTo("enforcement");
        assertThat(newest.getTargets()).isEqualTo(1);
        assertThat(newest.getDone()).isEqualTo(1);
        assertThat(hn1.host().changes("101")).as("the others were not touched").isEqualTo(1);
    }

    @Test
    void anEnforcedRevisionIsThatOfTheLastRolloutNotTheLastStored() {
        rollOut("ssh-guard", "*", 3, "enforce");
        fleet.apply(Samples.policy("ssh-guard", "*", QUICK, 7, "enforce"));

        hn2.host().create("102");
        hn2.report();

        awaitGuard(hn2, "102");
        assertThat(hn2.host().hits("102")).isEqualTo(3);
        assertThat(hn1.host().hits("101")).isEqualTo(3);
    }

    @Test
    void aStoredPolicyThatWasNeverRolledOutTouchesNothing() {
        fleet.apply(Samples.policy("never", "101-200", QUICK, 3, "enforce"));
        rollOut("other", "900", 3, "enforce");
        hn1.host().create("900");
        hn1.report();
        awaitGuard(hn1, "900");

        assertThat(hn1.host().isGuarded("101")).isFalse();
        assertThat(hn2.host().isGuarded("101")).isFalse();
    }

    @Test
    void aPolicyThatOnlyReportsSaysSoAndDoesNothing() {
        rollOut("ssh-guard", "*", 3, "report");

        hn1.host().create("103");
        hn1.report();

        await().atMost(PATIENCE).until(() -> fleet.attention().contains("hn1/103"));
        assertThat(fleet.why("hn1/103")).contains("only reports").contains("--select hn1/103");
        assertThat(hn1.host().isGuarded("103")).isFalse();
        assertThat(fleet.rollouts()).hasSize(1);
    }

    @Test
    void aHostThatWasAwayCatchesUpToTheLatestRevisionOnly() {
        hn2.disconnect();
        await().atMost(PATIENCE).until(() -> fleet.attention().contains("hn2 is not connected"));
        fleet.apply(Samples.policy("ssh-guard", "*", "{canary: 0, waves: [100%], soak: 0s}", 3, "enforce"));
        String first = fleet.startRollout("ssh-guard");
        await().atMost(PATIENCE).until(() -> hn1.host().hits("102") == 3);
        assertThat(fleet.control(first, RolloutAction.ROLLOUT_ACTION_ABORT).getSkipped())
                .isEqualTo(1);
        fleet.awaitEnd(first);
        fleet.apply(Samples.policy("ssh-guard", "101-102", QUICK, 5, "enforce"));

        String second = fleet.startRollout("ssh-guard");
        hn2.connect();

        fleet.awaitEnd(second);
        await().atMost(PATIENCE).until(() -> hn2.host().hits("101") == 5);
        assertThat(hn2.host().changes("101"))
                .as("revision 1 was never sent to it")
                .isEqualTo(1);
    }

    @Test
    void aVeThatWasStoppedIsGuardedOnceItsOwnerStartsIt() {
        hn1.host().stop("102");
        hn1.report();
        fleet.awaitRunning(2);
        rollOut("ssh-guard", "*", 3, "enforce");
        assertThat(hn1.host().isGuarded("102")).isFalse();
        int rollouts = fleet.rollouts().size();

        hn1.host().start("102");
        hn1.report();

        awaitGuard(hn1, "102");
        assertThat(fleet.rollouts()).as("one more, and none for nothing before").hasSize(rollouts + 1);
    }

    @Test
    void whatFailedIsLeftToTheOperator() {
        rollOut("ssh-guard", "*", 3, "enforce");
        hn1.host().create("103");
        hn1.host().fail("103", true);
        hn1.report();
        await().atMost(PATIENCE).until(() -> fleet.attention().contains("hn1/103"));

        assertThat(fleet.rollouts()).hasSize(2);
        String failed = fleet.rollouts().get(0).getRolloutId();
        assertThat(fleet.why("hn1/103")).contains("rollout retry " + failed);

        hn1.host().fail("103", false);
        assertThat(fleet.control(failed, RolloutAction.ROLLOUT_ACTION_RETRY).getTargets())
                .isEqualTo(1);
        awaitGuard(hn1, "103");
        await().atMost(PATIENCE).until(() -> !fleet.attention().contains("hn1/103"));
    }

    @Test
    void aVeThatCameFromAnotherHostIsGuardedAndSoIsOneThatTakesAnOldNumber() {
        rollOut("ssh-guard", "*", 3, "enforce");

        hn1.host().destroy("102");
        hn1.report();
        fleet.awaitVes(2);
        hn2.host().create("102");
        hn2.report();
        awaitGuard(hn2, "102");
        hn1.host().create("102");
        hn1.report();

        awaitGuard(hn1, "102");
    }

    @Test
    void aRestartedControllerStillKnowsWhatItEnforces() {
        rollOut("ssh-guard", "*", 3, "enforce");
        controller.restart();
        fleet.awaitVes(3);

        hn2.host().create("105");
        hn2.report();

        awaitGuard(hn2, "105");
    }

    @Test
    void aRollbackBringsEachTargetToWhatItHadAndEnforcementFollows() {
        rollOut("ssh-guard", "*", 3, "enforce");
        hn1.host().create("103");
        fleet.apply(Samples.policy("ssh-guard", "*", QUICK, 6, "enforce"));
        String second = fleet.startRollout("ssh-guard");
        assertThat(fleet.awaitEnd(second).getDone()).isEqualTo(3);

        RolloutView started = fleet.control(second, RolloutAction.ROLLOUT_ACTION_ROLLBACK);
        RolloutView back = fleet.awaitEnd(started.getRolloutId());

        assertThat(back.getKind()).isEqualTo(RolloutKind.ROLLOUT_KIND_ROLLBACK);
        assertThat(back.getTakesBack()).isEqualTo(second);
        assertThat(back.getDone()).isEqualTo(3);
        assertThat(back.getTasksList()).allMatch(task -> task.getFromRevision() == 2 && task.getToRevision() == 1);
        assertThat(hn1.host().hits("101")).isEqualTo(3);
        assertThat(hn2.host().hits("101")).isEqualTo(3);
        hn1.report();
        awaitGuard(hn1, "103");
        assertThat(hn1.host().hits("103"))
                .as("the fleet is at revision 1 again")
                .isEqualTo(3);
    }

    @Test
    void theAuditTellsWhoStartedWhatNewestFirstPageByPage() {
        rollOut("ssh-guard", "*", 3, "enforce");
        ListAuditReply newest = controller
                .operator()
                .listAudit(ListAuditRequest.newBuilder().setPageSize(1).build());
        assertThat(newest.getEntriesList()).hasSize(1);
        assertThat(newest.getEntries(0).getActor()).isEqualTo("operator/alice");
        assertThat(newest.getEntries(0).getDetail()).contains("policy ssh-guard revision 1, 3 targets");

        ListAuditReply rest = controller
                .operator()
                .listAudit(ListAuditRequest.newBuilder()
                        .setPageToken(newest.getNextPageToken())
                        .build());
        assertThat(rest.getEntriesList()).isNotEmpty();
        assertThat(rest.getEntriesList())
                .isSortedAccordingTo(Comparator.comparing(AuditEntry::getNumber).reversed());
        assertThat(rest.getEntries(0).getNumber())
                .isEqualTo(newest.getEntries(0).getNumber() - 1);
        assertThat(rest.getNextPageToken()).isEmpty();
    }

    private void rollOut(String policy, String ves, int hits, String mode) {
        fleet.apply(Samples.policy(policy, ves, QUICK, hits, mode));
        if (ves.equals("900")) {
            hn2.host().create("900");
            hn2.report();
            fleet.awaitVes(4);
        }
        RolloutView end = fleet.awaitEnd(fleet.startRollout(policy));
        assertThat(end.getFailed()).isZero();
    }

    private void awaitGuard(ScriptedAgent agent, String ctid) {
        await().atMost(PATIENCE).until(() -> agent.host().isGuarded(ctid));
    }
}
