package vzguard.agent.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.agent.model.Step;
import vzguard.values.Ctid;

/** Single steps against programs that lie, refuse, or are locked; texts of vzctl 4.11.1. */
class StepRunnersTest {
    private static final Ctid CTID = new Ctid("105");
    private static final String CONFIG = "ONBOOT=\"yes\"\nIPTABLES=\"ip_tables ipt_REJECT \"\n";
    private static final CommandResult LOCKED =
            CommandResult.of(9, "", "Locked by: pid 30713, cmdline sleep 60\nContainer already locked\n");
    private static final ApplyOptions OPTIONS = new ApplyOptions("", false, Instant.MAX);
    private static final OwnRules GUARD =
            OwnRules.wanted(List.of("-j RETURN"), Optional.empty(), List.of("-p tcp -m tcp --dport 22 -j VZG"));

    private final Path root = Jimfs.newFileSystem(Configuration.unix().toBuilder()
                    .setAttributeViews("basic", "owner", "posix")
                    .build())
            .getPath("/");
    private final HostFiles files = new HostFiles(root);

    @TempDir
    Path state;

    private Instant now = Instant.EPOCH;
    private final Clock clock = new Clock() {
        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };
    private final Pause pause = time -> now = now.plus(time);
    private final LockedRetry retry = new LockedRetry(new HostGate(), ApplySettings.DEFAULT, pause, clock);
    private final Step.ShareVe share = new Step.ShareVe(CTID, List.of("ip_tables", "ipt_recent"), "", "");

    @BeforeEach
    void config() throws IOException {
        Files.createDirectories(root.resolve("etc/vz/conf"));
        Files.writeString(root.resolve("etc/vz/conf/105.conf"), CONFIG);
    }

    private GuardStepRunner runner(FakeHost host) {
        return new GuardStepRunner(
                host,
                files,
                new Reverter(host, files, state, clock, pause, new java.util.Random(1)),
                new TimedBans(host, files, state, clock),
                pause);
    }

    private String configNow() {
        return files.read("/etc/vz/conf/105.conf").orElseThrow();
    }

    private void save(String config) {
        files.replace("/etc/vz/conf/105.conf", config, "rw-r--r--");
    }

    private static CauseCode cause(StepResult result) {
        return ((StepResult.Failed) result).cause().code();
    }

    @Test
    void aVzctlThatSaysZeroAndDidNothingIsReportedByName() {
        FakeHost host = new FakeHost(command -> CommandResult.of(0, "CT configuration saved\n", ""));
        StepResult result =
                new ShareStepRunner(host, files, new FormerFiles(files, state), retry).iptables(share, new Undo());
        assertThat(cause(result)).isEqualTo(CauseCode.NO_EFFECT);
        assertThat(((StepResult.Failed) result).cause().summary()).contains("vzctl set 105");
        assertThat(host.asked()).containsExactly("vzctl set 105 --iptables ip_tables --iptables ipt_recent --save");
    }

    @Test
    void whatWasSavedCountsWhateverTheExitCode() {
        FakeHost host = new FakeHost(command -> {
            save("IPTABLES=\"ip_tables ipt_recent \"\n");
            return CommandResult.of(32, "", "Unable to set netfilter for the running Container\n");
        });
        Undo undo = new Undo();
        assertThat(new ShareStepRunner(host, files, new FormerFiles(files, state), retry).iptables(share, undo))
                .isEqualTo(StepResult.DONE);
        undo.run();
        assertThat(configNow()).isEqualTo(CONFIG);
    }

    @Test
    void anUndoDoesNotLoseAnotherHandsLaterEdit() {
        FakeHost host = new FakeHost(command -> {
            save("IPTABLES=\"ip_tables ipt_recent \"\n");
            return CommandResult.of(0, "", "");
        });
        Undo undo = new Undo();
        new ShareStepRunner(host, files, new FormerFiles(files, state), retry).iptables(share, undo);
        save("IPTABLES=\"ip_tables ipt_recent \"\nNAME=\"web\"\n");
        undo.run();
        assertThat(configNow()).contains("NAME=\"web\"");
    }

    @Test
    void aLockIsWaitedForUpToItsCap() {
        FakeHost host = new FakeHost(command -> LOCKED);
        StepResult result =
                new ShareStepRunner(host, files, new FormerFiles(files, state), retry).iptables(share, new Undo());
        assertThat(cause(result)).isEqualTo(CauseCode.CT_LOCKED);
        assertThat(Duration.between(Instant.EPOCH, now)).isEqualTo(ApplySettings.DEFAULT.lockWait());
        assertThat(configNow()).isEqualTo(CONFIG);
    }

    @Test
    void aLockThatIsGivenUpInTimeIsNoFailure() {
        FakeHost host = new FakeHost(command -> LOCKED);
        host.answer(command -> {
            if (host.asked().size() < 3) {
                return LOCKED;
            }
            save("IPTABLES=\"ip_tables ipt_recent \"\n");
            return CommandResult.of(0, "", "");
        });
        assertThat(new ShareStepRunner(host, files, new FormerFiles(files, state), retry).iptables(share, new Undo()))
                .isEqualTo(StepResult.DONE);
        assertThat(host.asked()).hasSize(3);
    }

    @Test
    void aGuardThatWasRefusedLeavesTheOldOne() {
        String before = "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p udp -j DROP\nCOMMIT\n";
        FakeHost host = new FakeHost(command -> command.argv().contains("iptables-save")
                ? CommandResult.of(0, before, "")
                : CommandResult.of(1, "", "iptables-restore: line 3 failed\n"));
        Undo undo = new Undo();
        Step.WriteGuard step = new Step.WriteGuard(
                Place.of(CTID), Family.V4, GUARD, List.of(), List.of(), false, GuardSeen.Stored.NOTHING, "", "");
        StepResult result = runner(host).write(step, OPTIONS, undo);
        assertThat(cause(result)).isEqualTo(CauseCode.PROGRAM_FAILED);
        undo.run();
        assertThat(host.asked().stream().filter(line -> line.contains("-restore") && !line.startsWith("setsid")))
                .hasSize(1);
    }

    private static final String HEAD = "*filter\n:INPUT ACCEPT [0:0]\n";
    private static final Step.WriteGuard WRITE = new Step.WriteGuard(
            Place.HOST, Family.V4, GUARD, List.of(), List.of(), false, GuardSeen.Stored.NOTHING, "", "");

    /** Versions 1.6.0 to 1.8.7 of iptables-restore do not wait for the lock of another iptables. */
    @Test
    void aCommitThatAnotherIptablesWasInTheWayOfIsMadeAgain() {
        int[] restores = {0};
        String[] table = {HEAD + "COMMIT\n"};
        FakeHost host = new FakeHost(command -> {
            if (command.argv().contains("iptables-save")) {
                return CommandResult.of(0, table[0], "");
            }
            if (!command.argv().contains("iptables-restore")) {
                return CommandResult.of(0, "", "");
            }
            if (restores[0]++ < 3) {
                return CommandResult.of(
                        4,
                        "",
                        "Another app is currently holding the xtables lock. Perhaps you want to use the -w option?\n");
            }
            table[0] = HEAD + ":VZG - [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j VZG\n-A VZG -j RETURN\nCOMMIT\n";
            return CommandResult.of(0, "", "");
        });
        assertThat(runner(host).write(WRITE, OPTIONS, new Undo())).isEqualTo(StepResult.DONE);
        assertThat(restores[0]).isEqualTo(4);
    }

    /** A jump that somebody deleted between reading and committing cannot be deleted once more. */
    @Test
    void whatOthersChangedMeanwhileIsReadAgain() {
        String jump = "-A INPUT -p tcp -m tcp --dport 23 -j VZG\n";
        String[] table = {HEAD + ":VZG - [0:0]\n[7:420] " + jump + "[5:300] -A VZG -j RETURN\nCOMMIT\n"};
        List<String> committed = new java.util.ArrayList<>();
        FakeHost host = new FakeHost(command -> {
            if (command.argv().contains("iptables-save")) {
                return CommandResult.of(0, table[0], "");
            }
            if (command.argv().contains("iptables-restore")) {
                committed.add(command.input());
                boolean gone = committed.size() == 1;
                table[0] = gone
                        ? table[0].replace("[7:420] " + jump, "")
                        : HEAD + ":VZG - [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j VZG\n-A VZG -j RETURN\nCOMMIT\n";
                return gone
                        ? CommandResult.of(1, "", "iptables-restore: line 3 failed\n")
                        : CommandResult.of(0, "", "");
            }
            return CommandResult.of(0, "", "");
        });
        assertThat(runner(host).write(WRITE, OPTIONS, new Undo())).isEqualTo(StepResult.DONE);
        assertThat(committed).hasSize(2);
        assertThat(committed.get(0)).contains("-D INPUT -p tcp -m tcp --dport 23 -j VZG\n", "[5:300] -A VZG -j RETURN");
        assertThat(committed.get(1)).doesNotContain("-D INPUT");
    }

    @Test
    void aGuardThatIsThereIsNotWritten() {
        String there =
                "*filter\n:INPUT ACCEPT [0:0]\n:VZG - [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j VZG\n-A VZG -j RETURN\nCOMMIT\n";
        FakeHost host = new FakeHost(command -> CommandResult.of(0, there, ""));
        Step.WriteGuard step = new Step.WriteGuard(
                Place.HOST, Family.V4, GUARD, List.of(), List.of(), false, GuardSeen.Stored.NOTHING, "", "");
        assertThat(runner(host).write(step, OPTIONS, new Undo())).isEqualTo(StepResult.DONE);
        assertThat(host.asked()).containsExactly("iptables-save -c -t filter");
    }

    @Test
    void aFailedWriteIsUndoneToThePreviousOwnRules() {
        String[] table = {
            "*filter\n:INPUT ACCEPT [0:0]\n:VZG - [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j VZG\n-A VZG -i lo -j RETURN\nCOMMIT\n"
        };
        FakeHost host = new FakeHost(command -> {
            if (command.argv().contains("iptables-save")) {
                return CommandResult.of(0, table[0], "");
            }
            boolean first = command.input().contains("-A VZG -j RETURN");
            table[0] = table[0].replaceAll("(?m)^-A VZG .*\n", first ? "-A VZG -j LOG\n" : "-A VZG -i lo -j RETURN\n");
            return CommandResult.of(0, "", "");
        });
        Undo undo = new Undo();
        Step.WriteGuard step = new Step.WriteGuard(
                Place.HOST, Family.V4, GUARD, List.of(), List.of(), false, GuardSeen.Stored.NOTHING, "", "");
        assertThat(cause(runner(host).write(step, OPTIONS, undo))).isEqualTo(CauseCode.NO_EFFECT);
        undo.run();
        assertThat(table[0]).contains("-A VZG -i lo -j RETURN\n").doesNotContain("LOG");
    }

    @Test
    void linesForModulesAreAddedToWhatIsThereNow() throws IOException {
        Files.writeString(root.resolve("etc/modules"), "loop\nipt-recent");
        FakeHost host = new FakeHost(command -> CommandResult.of(1, "", ""));
        Step.PersistModules step = new Step.PersistModules(
                "/etc/modules", "as it was planned", List.of("ipt_recent", "ipt_state"), "", "");
        HostStepRunner runner = new HostStepRunner(host, files, new FormerFiles(files, state), new HostGate());
        assertThat(runner.persist(step)).isEqualTo(StepResult.DONE);
        assertThat(runner.persist(step)).isEqualTo(StepResult.DONE);
        assertThat(Files.readString(root.resolve("etc/modules"))).isEqualTo("loop\nipt-recent\nipt_state\n");
    }
}
