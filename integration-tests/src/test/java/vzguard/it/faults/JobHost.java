package vzguard.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.jobs.Host;
import vzguard.agent.jobs.HostJobs;
import vzguard.agent.jobs.JobWire;
import vzguard.agent.journal.Journal;
import vzguard.lab.simulated.SimulatedFleet;
import vzguard.lab.simulated.SimulatedHost;
import vzguard.policy.Policy;
import vzguard.policy.PolicyParser;
import vzguard.policy.PolicyWire;
import vzguard.v1.ApplyJob;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;

/** A simulated host with two VEs that need a restart, one job for the first of them, and agents that die on it. */
final class JobHost {
    private static final String CTID = "101";
    private static final String POLICY = """
            apiVersion: vzguard/v1
            kind: Policy
            metadata: {name: guard}
            spec:
              modules: {require: [ipt_recent, ipt_state], share: per-ve, persist: true}
              sshGuard: {placement: [ve], hits: 3, window: 60s, allow: [192.0.2.0/24]}
              rollout: {restarts: {allow: true}}
            """;

    private final SimulatedHost host = SimulatedFleet.boot(2, 2).host("hn2");
    private final Path state;
    private int startsOfVes;

    JobHost(Path state) {
        this.state = state;
        host.intercept(this::count);
        // As in life: the agent looked around before the first job came.
        observeOnce();
    }

    private Optional<CommandResult> count(Command command) {
        List<String> argv = command.argv();
        if (argv.size() > 2
                && argv.get(0).equals("vzctl")
                && List.of("restart", "start").contains(argv.get(1))) {
            startsOfVes++;
        }
        return Optional.empty();
    }

    private void observeOnce() {
        run(
                host,
                Job.newBuilder()
                        .setJobId("look")
                        .setObserve(vzguard.v1.ObserveJob.getDefaultInstance())
                        .build());
    }

    SimulatedHost host() {
        return host;
    }

    Path journal() {
        return state.resolve("journal");
    }

    CrashingRunner runner(Optional<CrashingRunner.Boundary> dies, Runnable passed) {
        return new CrashingRunner(host, dies, passed);
    }

    /** A new agent runs the job, or goes on with it. */
    JobResult run(CommandRunner runner) {
        Policy policy = policy(POLICY);
        return run(
                runner,
                Job.newBuilder()
                        .setJobId("j1")
                        .setDeadline(Durations.fromMinutes(15))
                        .setApply(ApplyJob.newBuilder()
                                .setCtid(CTID)
                                .setPolicy(PolicyWire.toProto(policy))
                                .setRestartAllowed(true))
                        .build());
    }

    /** A new agent runs a job. */
    JobResult run(CommandRunner runner, Job job) {
        try (Journal journal = Journal.open(state)) {
            Host parts = Host.of(
                    host.name(), List.of(), state, runner, host.files(), host.clock(), host::advance, new Random(7));
            HostJobs jobs = new HostJobs(
                    parts.observer(),
                    parts.applier(),
                    journal,
                    parts.proving(),
                    parts.diagnoser(),
                    parts.memory(),
                    new JobWire(() -> "", host.name()),
                    () -> {});
            return jobs.run(job, progress -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Policy policy(String text) {
        PolicyParser.Parsed parsed = PolicyParser.parse(text);
        assertThat(parsed.problems()).isEmpty();
        return parsed.policy().orElseThrow();
    }

    int journalLines() {
        try {
            return Files.exists(journal()) ? Files.readAllLines(journal()).size() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves so many lines; of the next one, if there was one, the first half. Whether there is such a half. */
    boolean cutJournal(int lines, int present) throws IOException {
        if (lines == present) {
            return false;
        }
        List<String> all = Files.readAllLines(journal());
        String torn = all.get(lines);
        String kept = all.subList(0, lines).stream().map(line -> line + "\n").collect(Collectors.joining());
        Files.writeString(journal(), kept + torn.substring(0, torn.length() / 2), StandardCharsets.UTF_8);
        return true;
    }

    List<String> problemsOfJournal() {
        try (Journal journal = Journal.open(state)) {
            return journal.problems();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The job succeeded, the VE runs and was started once since, its guard is there once, and nothing is left to do. */
    void assertConcluded(JobResult result, String where) {
        assertThat(result.getOutcome())
                .as("%s: %s", where, result.getSummary())
                .isIn(Outcome.OUTCOME_DONE, Outcome.OUTCOME_NO_OP);
        assertThat(startsOfVes).as("starts of the VE, %s", where).isEqualTo(1);
        assertOneGuard(host, CTID, where);
        JobResult next = run(
                host,
                Job.newBuilder()
                        .setJobId("next " + where)
                        .setApply(ApplyJob.newBuilder()
                                .setCtid(CTID)
                                .setPolicy(PolicyWire.toProto(policy(POLICY)))
                                .setRestartAllowed(true))
                        .build());
        assertThat(next.getOutcome())
                .as("afterwards, %s: %s", where, next.getSummary())
                .isEqualTo(Outcome.OUTCOME_NO_OP);
        assertThat(startsOfVes).as("starts of the VE afterwards, %s", where).isEqualTo(1);
    }

    /** The VE runs, and has one chain, one jump to it and one rule that drops, in each family. */
    static void assertOneGuard(SimulatedHost host, String ctid, String where) {
        assertThat(host.run(Command.of("vzctl", "status", ctid)).out())
                .as(where)
                .contains("running");
        for (String program : List.of("iptables", "ip6tables")) {
            List<String> rules = host.run(Command.of("vzctl", "exec3", ctid, program, "-S"))
                    .out()
                    .lines()
                    .toList();
            assertThat(rules.stream().filter("-N VZG"::equals))
                    .as("%s: %s", where, rules)
                    .hasSize(1);
            assertThat(rules.stream().filter(rule -> rule.startsWith("-A INPUT")))
                    .as("%s: %s", where, rules)
                    .hasSize(1);
            assertThat(rules.stream().filter(rule -> rule.contains("--update")))
                    .as("%s: %s", where, rules)
                    .hasSize(1);
        }
    }
}
