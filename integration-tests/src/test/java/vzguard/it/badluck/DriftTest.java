package vzguard.it.badluck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.jobs.Drift;
import vzguard.agent.jobs.Host;
import vzguard.agent.journal.Journal;
import vzguard.agent.tools.FirewallTraces;
import vzguard.v1.DriftEvent;
import vzguard.v1.Job;
import vzguard.v1.PolicyMode;

/** Someone else changes the rules of VE 101: found by the next sweep, brought back or only told, and told once. */
class DriftTest {
    @TempDir
    private Path folder;

    private BadLuckHost lucky;

    @BeforeEach
    void guarded() {
        lucky = new BadLuckHost(folder);
        lucky.luck(command -> Optional.empty());
        lucky.applyToAll("first");
    }

    private String inVe(String... argv) {
        CommandResult result = lucky.host()
                .run(Command.of(java.util.stream.Stream.concat(
                                java.util.stream.Stream.of("vzctl", "exec3", "101"), java.util.stream.Stream.of(argv))
                        .toList()));
        assertThat(result.succeeded()).as(result.explain()).isTrue();
        return result.out();
    }

    private String rules() {
        return inVe("iptables", "-S");
    }

    /** One sweep of a new agent. */
    private boolean sweep() {
        try (Journal journal = lucky.journal()) {
            Host parts = lucky.parts();
            Drift drift = new Drift(
                    parts.observer(),
                    parts.applier(),
                    parts.memory(),
                    journal,
                    new FirewallTraces(lucky.host().files()),
                    lucky.host().clock());
            return drift.look(parts.observer().observe());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<DriftEvent> events() {
        try (Journal journal = lucky.journal()) {
            Host parts = lucky.parts();
            return new Drift(
                            parts.observer(),
                            parts.applier(),
                            parts.memory(),
                            journal,
                            new FirewallTraces(lucky.host().files()),
                            lucky.host().clock())
                    .events();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The same policy, only reporting. */
    private void reportOnly() {
        Job.Builder job = BadLuckHost.job("report", "101").toBuilder();
        job.getApplyBuilder().getPolicyBuilder().setMode(PolicyMode.POLICY_MODE_REPORT);
        lucky.run(job.build());
    }

    @Test
    void whatNobodyTouchedIsNoDrift() {
        assertThat(sweep()).isFalse();
        assertThat(events()).isEmpty();
    }

    @Test
    void aFlushIsHealedByTheNextSweepAndTold() {
        String before = rules();
        inVe("iptables", "-F");
        assertThat(sweep()).isTrue();
        assertThat(rules()).isEqualTo(before);
        assertThat(events()).hasSize(1).allSatisfy(event -> {
            assertThat(event.getCtid()).isEqualTo("101");
            assertThat(event.getWhat()).contains("IPv4: its chain is empty");
            assertThat(event.getHealed()).isTrue();
        });
        assertThat(sweep()).isFalse();
        assertThat(events()).hasSize(1);
    }

    /** Every way in which another tool may spoil it, by seed; what is not ours stays as that tool left it. */
    @Test
    void whateverIsDoneToItComesBack() {
        String before = rules();
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            switch (random.nextInt(6)) {
                case 0 -> inVe("iptables", "-F", "INPUT");
                case 1 -> inVe("iptables", "-F", "VZG");
                case 2 -> inVe("iptables", "-D", "VZG", "1");
                case 3 -> inVe("iptables", "-I", "INPUT", "1", "-p", "tcp", "--dport", "22", "-j", "ACCEPT");
                case 4 -> inVe("iptables", "-A", "VZG", "-j", "RETURN");
                default -> {
                    inVe("iptables", "-F");
                    inVe("iptables", "-X");
                }
            }
            assertThat(sweep()).as("seed " + seed).isTrue();
            assertThat(rules().lines().filter(rule -> rule.contains("VZG")))
                    .as("seed " + seed)
                    .containsExactlyElementsOf(
                            before.lines().filter(rule -> rule.contains("VZG")).toList());
            assertThat(rules().lines()
                            .filter(rule -> rule.startsWith("-A INPUT"))
                            .findFirst())
                    .as("seed " + seed)
                    .hasValueSatisfying(first -> assertThat(first).endsWith("-j VZG"));
        }
        assertThat(events()).hasSize(20).allMatch(DriftEvent::getHealed);
    }

    @Test
    void aPolicyThatReportsChangesNothingAndTellsOnce() {
        reportOnly();
        inVe("iptables", "-F");
        String flushed = rules();
        assertThat(sweep()).isFalse();
        assertThat(sweep()).isFalse();
        assertThat(rules()).isEqualTo(flushed);
        assertThat(events()).singleElement().satisfies(event -> {
            assertThat(event.getHealed()).isFalse();
            assertThat(event.getDetail()).isEqualTo("mode: report");
        });

        lucky.applyToAll("again");
        assertThat(sweep()).isFalse();
        reportOnly();
        inVe("iptables", "-F");
        sweep();
        assertThat(events()).as("the same once more is told once more").hasSize(2);
    }

    @Test
    void aPlaceThatWasRevertedIsNotGuardedAgain() {
        lucky.run(Job.newBuilder()
                .setJobId("revert 101")
                .setRevert(vzguard.v1.RevertJob.newBuilder().setCtid("101"))
                .build());
        assertThat(sweep()).isFalse();
        assertThat(rules()).doesNotContain("VZG");
    }

    @Test
    void whatCannotBeBroughtBackIsToldWithTheReason() {
        inVe("iptables", "-F");
        lucky.luck(command -> command.input().startsWith("*filter\n:VZG ")
                ? Optional.of(CommandResult.of(1, "", "iptables-restore: line 3 failed\n"))
                : Optional.empty());
        sweep();
        assertThat(events()).singleElement().satisfies(event -> {
            assertThat(event.getHealed()).isFalse();
            assertThat(event.getDetail()).contains("is not as asked");
        });
        sweep();
        assertThat(events()).hasSize(1);
        lucky.luck(command -> Optional.empty());
        sweep();
        assertThat(events().get(0).getHealed()).isTrue();
    }
}
