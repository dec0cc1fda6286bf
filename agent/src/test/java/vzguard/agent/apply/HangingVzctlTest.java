package vzguard.agent.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.exec.ProcessRunner;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Step;
import vzguard.values.Ctid;

/** A real program in vzctl's place that hangs on one VE, with children, one of them an orphan. */
class HangingVzctlTest {
    private static final String PROGRAM = """
            #!/bin/sh
            # set CTID --iptables NAME --save
            if [ "$2" = 105 ]; then
                echo $$ >>"$0.pids"
                (sleep 67.5 & echo $! >>"$0.pids")
                sleep 67.5 &
                echo $! >>"$0.pids"
                wait
            fi
            if [ "$2" = 107 ]; then
                kill -KILL $$
            fi
            echo 'IPTABLES="ip_tables ipt_recent "' >"${0%%/*}/etc/vz/conf/$2.conf"
            """;

    @TempDir
    private Path root;

    @Test
    void itIsKilledWithAllThatItStartedAndTheOthersGoOn() throws IOException {
        Files.createDirectories(root.resolve("etc/vz/conf"));
        for (String ctid : List.of("105", "106", "107")) {
            Files.writeString(root.resolve("etc/vz/conf/" + ctid + ".conf"), "ONBOOT=\"yes\"\n");
        }
        Path program = Files.writeString(root.resolve("vzctl"), PROGRAM.replace("%%", "%"));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> log = new ArrayList<>();
        ProcessRunner real = new ProcessRunner(log::add);
        CommandRunner runner = command -> {
            List<String> argv = new ArrayList<>(command.argv());
            argv.set(0, program.toString());
            boolean hangs = argv.contains("105");
            return real.run(new Command(
                    argv, command.stdin(), hangs ? Duration.ofMillis(700) : command.deadline(), command.outputLimit()));
        };
        LockedRetry retry = new LockedRetry(new HostGate(), ApplySettings.DEFAULT, time -> {}, Clock.systemUTC());
        ShareStepRunner steps = new ShareStepRunner(
                runner, new HostFiles(root), new FormerFiles(new HostFiles(root), root.resolve("state")), retry);
        assertThat(cause(steps.iptables(share("105"), new Undo()))).isEqualTo(CauseCode.PROGRAM_TIMED_OUT);
        assertThat(steps.iptables(share("106"), new Undo())).isEqualTo(StepResult.DONE);
        assertThat(cause(steps.iptables(share("107"), new Undo()))).isEqualTo(CauseCode.PROGRAM_KILLED);
        List<String> pids = Files.readAllLines(root.resolve("vzctl.pids"));
        assertThat(pids)
                .hasSize(3)
                .allSatisfy(pid -> assertThat(
                                ProcessHandle.of(Long.parseLong(pid)).filter(handle -> !ProcessRunner.hasEnded(handle)))
                        .isEmpty());
        assertThat(log).isEmpty();
    }

    private static Step.ShareVe share(String ctid) {
        return new Step.ShareVe(new Ctid(ctid), List.of("ip_tables", "ipt_recent"), "", "");
    }

    private static CauseCode cause(StepResult result) {
        return ((StepResult.Failed) result).cause().code();
    }
}
