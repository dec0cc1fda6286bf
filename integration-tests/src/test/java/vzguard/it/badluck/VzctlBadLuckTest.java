package vzguard.it.badluck;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.apply.ApplySettings;
import vzguard.agent.exec.Command;
import vzguard.lab.model.VeState;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;
import vzguard.values.Ctid;

/** Bad luck with vzctl on one VE: its cause is named, host and other VE are done, and a later run mends it. */
class VzctlBadLuckTest {
    private static final Ctid CTID = new Ctid("101");

    @TempDir
    private Path state;

    private BadLuckHost lucky;

    @BeforeEach
    void host() {
        lucky = new BadLuckHost(state);
    }

    private JobResult applied(Outcome outcome, String code) {
        Map<String, JobResult> results = lucky.applyToAll("bad luck");
        assertThat(results.get("").getOutcome()).isEqualTo(Outcome.OUTCOME_DONE);
        assertThat(results.get("102").getOutcome())
                .as(results.get("102").getSummary())
                .isEqualTo(Outcome.OUTCOME_DONE);
        JobResult own = results.get("101");
        assertThat(own.getOutcome()).as(own.getSummary()).isEqualTo(outcome);
        if (!code.isEmpty()) {
            assertThat(own.getCauses(0).getCode()).as(own.getSummary()).isEqualTo(code);
        }
        return own;
    }

    private String config() {
        return lucky.host().run(Command.of("cat", "/etc/vz/conf/101.conf")).out();
    }

    @Test
    void aSetThatHangs() {
        String before = config();
        lucky.luck(command -> BadLuckHost.is(command, "set") ? Optional.of(lucky.hung(command)) : Optional.empty());
        assertThat(applied(Outcome.OUTCOME_FAILED, "PROGRAM_TIMED_OUT").getSummary())
                .contains("vzctl set 101");
        assertThat(config()).isEqualTo(before);
        lucky.assertMendedLater();
    }

    @Test
    void aSetThatIsKilled() {
        String before = config();
        lucky.luck(command -> BadLuckHost.is(command, "set") ? Optional.of(BadLuckHost.killed()) : Optional.empty());
        assertThat(applied(Outcome.OUTCOME_FAILED, "PROGRAM_KILLED").getSummary())
                .contains("vzctl set 101", "signal 9");
        assertThat(config()).isEqualTo(before);
        lucky.assertMendedLater();
    }

    @Test
    void aSetThatSaysZeroAndDoesNothing() {
        lucky.luck(command -> BadLuckHost.is(command, "set") ? Optional.of(BadLuckHost.idle()) : Optional.empty());
        assertThat(applied(Outcome.OUTCOME_FAILED, "NO_EFFECT").getSummary()).contains("vzctl set 101");
        lucky.assertMendedLater();
    }

    @Test
    void aRestartThatHangsIsWatchedAndNeverKilled() {
        lucky.luck(command -> {
            if (!BadLuckHost.is(command, "restart")) {
                return Optional.empty();
            }
            assertThat(command.leaveRunning()).isTrue();
            return Optional.of(lucky.hung(command));
        });
        JobResult result = applied(Outcome.OUTCOME_FAILED, "PROGRAM_TIMED_OUT");
        assertThat(result.getSummary()).contains("left running, not killed");
        assertThat(result.getCauses(0).getCure()).contains("vzctl status 101");
        lucky.assertMendedLater();
    }

    @Test
    void aRestartThatIsKilledHalfwayIsBroughtToItsEnd() {
        lucky.luck(command -> {
            if (!BadLuckHost.is(command, "restart")) {
                return Optional.empty();
            }
            lucky.host().run(Command.of("vzctl", "stop", "101").withDeadline(Duration.ofMinutes(5)));
            return Optional.of(BadLuckHost.killed());
        });
        JobResult result = applied(Outcome.OUTCOME_DONE, "");
        assertThat(result.getRestarted()).isTrue();
        assertThat(lucky.host().state(CTID)).isEqualTo(VeState.RUNNING);
        assertThat(lucky.starts()).isEqualTo(1);
        lucky.assertMendedLater();
    }

    @Test
    void aRestartThatIsKilledBeforeItDidAnything() {
        lucky.luck(
                command -> BadLuckHost.is(command, "restart") ? Optional.of(BadLuckHost.killed()) : Optional.empty());
        assertThat(applied(Outcome.OUTCOME_FAILED, "PROGRAM_KILLED").getSummary())
                .contains("was not restarted");
        assertThat(lucky.host().state(CTID)).isEqualTo(VeState.RUNNING);
        lucky.assertMendedLater();
    }

    @Test
    void aRestartThatSaysZeroAndDoesNothing() {
        lucky.luck(command -> BadLuckHost.is(command, "restart") ? Optional.of(BadLuckHost.idle()) : Optional.empty());
        JobResult result = applied(Outcome.OUTCOME_FAILED, "NO_EFFECT");
        assertThat(result.getSummary()).contains("vzctl restart 101");
        assertThat(result.getRestarted()).isFalse();
        lucky.assertMendedLater();
    }

    @Test
    void aRestartWhoseStopAloneHadAnEffect() {
        lucky.luck(command -> {
            if (!BadLuckHost.is(command, "restart")) {
                return Optional.empty();
            }
            lucky.host().run(Command.of("vzctl", "stop", "101").withDeadline(Duration.ofMinutes(5)));
            return Optional.of(BadLuckHost.idle());
        });
        applied(Outcome.OUTCOME_DONE, "");
        assertThat(lucky.starts()).isEqualTo(1);
        lucky.assertMendedLater();
    }

    @Test
    void aStopThatDidNothingLeavesTheVeAsItWas() {
        // The stop within a restart: vzctl then finds the VE running and does not start it (exit 32).
        lucky.luck(command -> BadLuckHost.is(command, "restart")
                ? Optional.of(vzguard.agent.exec.CommandResult.of(32, "", "Container is already running\n"))
                : Optional.empty());
        JobResult result = applied(Outcome.OUTCOME_FAILED, "PROGRAM_FAILED");
        assertThat(result.getCauses(0).getEvidence(0).getText()).contains("already running");
        assertThat(lucky.host().state(CTID)).isEqualTo(VeState.RUNNING);
        lucky.assertMendedLater();
    }

    @Test
    void aStartThatDoesNothingOnceIsRepeated() {
        int[] idle = {1};
        stoppedByItsRestart(command -> BadLuckHost.is(command, "start") && idle[0]-- > 0);
        applied(Outcome.OUTCOME_DONE, "");
        assertThat(lucky.host().state(CTID)).isEqualTo(VeState.RUNNING);
        lucky.assertMendedLater();
    }

    @Test
    void aStartThatNeverDoesAnythingIsNamedWithItsCure() {
        stoppedByItsRestart(command -> BadLuckHost.is(command, "start"));
        JobResult result = applied(Outcome.OUTCOME_FAILED, "NO_EFFECT");
        assertThat(result.getSummary()).contains("is down after its restart", "vzctl start 101");
        assertThat(result.getCauses(0).getCure()).isEqualTo("vzctl start 101");
        lucky.luck(command -> Optional.empty());
        // A stopped VE is not started on suspicion: it may be meant to be.
        JobResult stopped = lucky.run(BadLuckHost.job("stopped", "101"));
        assertThat(stopped.getCauses(0).getCode()).isEqualTo("VE_STOPPED");
        assertThat(lucky.starts()).isZero();
        lucky.host().run(Command.of("vzctl", "start", "101"));
        lucky.assertMendedLater();
    }

    private void stoppedByItsRestart(java.util.function.Predicate<Command> idleToo) {
        lucky.luck(command -> {
            if (BadLuckHost.is(command, "restart")) {
                lucky.host().run(Command.of("vzctl", "stop", "101").withDeadline(Duration.ofMinutes(5)));
                return Optional.of(BadLuckHost.killed());
            }
            return idleToo.test(command) ? Optional.of(BadLuckHost.idle()) : Optional.empty();
        });
    }

    @Test
    void anExecThatHangs() {
        lucky.luck(command -> BadLuckHost.is(command, "exec2") ? Optional.of(lucky.hung(command)) : Optional.empty());
        assertThat(applied(Outcome.OUTCOME_FAILED, "VE_UNREACHABLE").getSummary())
                .contains("not ended at its deadline");
        lucky.assertMendedLater();
    }

    @Test
    void aLockThatIsHeldForLongerThanIsWaited() {
        long backup = lucky.host().startProcess("vzdump 101");
        lucky.host().write("/vz/lock/101.lck", backup + "\n\n");
        String before = config();
        Instant begun = lucky.host().clock().instant();
        JobResult result = applied(Outcome.OUTCOME_SKIPPED, "CT_LOCKED");
        assertThat(result.getCauses(0).getEvidence(0).getText()).contains("vzdump 101");
        assertThat(Duration.between(begun, lucky.host().clock().instant()))
                .isGreaterThanOrEqualTo(ApplySettings.DEFAULT.lockWait());
        assertThat(config()).isEqualTo(before);
        lucky.host().endProcess(backup);
        lucky.assertMendedLater();
    }
}
