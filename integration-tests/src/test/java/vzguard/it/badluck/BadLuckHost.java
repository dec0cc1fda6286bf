package vzguard.it.badluck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
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
import vzguard.v1.JobProgress;
import vzguard.v1.JobResult;
import vzguard.v1.ObserveJob;
import vzguard.v1.Outcome;

/** A simulated host with VEs 101 and 102, which need a restart, and an agent that applies a policy to host and VEs. */
final class BadLuckHost {
    static final List<String> TARGETS = List.of("", "101", "102");

    private static final String POLICY = """
            apiVersion: vzguard/v1
            kind: Policy
            metadata: {name: guard}
            spec:
              modules: {require: [ipt_recent, ipt_state], share: per-ve, persist: true}
              sshGuard: {placement: [host, ve], hits: 3, window: 60s, allow: [192.0.2.0/24]}
              rollout: {restarts: {allow: true}}
            """;

    private final SimulatedHost host = SimulatedFleet.boot(2, 2).host("hn2");
    private final Path state;
    private int starts;
    private int agents;
    private int sweepsAsked;

    BadLuckHost(Path state) {
        this.state = state;
        // As in life: the agent looked around before the first job came.
        run(Job.newBuilder()
                .setJobId("look")
                .setObserve(ObserveJob.getDefaultInstance())
                .build());
    }

    SimulatedHost host() {
        return host;
    }

    /** From now on these come instead of what a program does. Counts real starts of VE 101 all the same. */
    void luck(Function<Command, Optional<CommandResult>> luck) {
        host.intercept(command -> {
            Optional<CommandResult> instead = luck.apply(command);
            if (instead.isEmpty() && (is(command, "restart") || is(command, "start"))) {
                starts++;
            }
            return instead;
        });
    }

    /** Restarts and starts of VE 101 that were really begun since {@link #luck}. */
    int starts() {
        return starts;
    }

    /** How often a job asked that the whole host be looked at again. */
    int sweepsAsked() {
        return sweepsAsked;
    }

    /** Whether it is this verb of vzctl, on VE 101. */
    static boolean is(Command command, String verb) {
        List<String> argv = command.argv();
        return argv.get(0).equals("vzctl")
                && argv.contains("101")
                && argv.get(argv.indexOf("101") - 1).equals(verb);
    }

    /** What a program that hangs is to its caller: its time passes, and it is killed, or left alone. */
    CommandResult hung(Command command) {
        host.advance(command.deadline());
        return new CommandResult(137, new byte[0], new byte[0], true, false);
    }

    static CommandResult killed() {
        return CommandResult.of(137, "", "");
    }

    static CommandResult idle() {
        return CommandResult.of(0, "", "");
    }

    /** Applies to host and VEs, one after the other, each by a job of its own. */
    Map<String, JobResult> applyToAll(String name) {
        Map<String, JobResult> results = new LinkedHashMap<>();
        TARGETS.forEach(ctid -> results.put(ctid, run(job(name, ctid))));
        return results;
    }

    static Job job(String name, String ctid) {
        PolicyParser.Parsed parsed = PolicyParser.parse(POLICY);
        Policy policy = parsed.policy().orElseThrow();
        return Job.newBuilder()
                .setJobId(name + " " + ctid)
                .setApply(ApplyJob.newBuilder()
                        .setCtid(ctid)
                        .setPolicy(PolicyWire.toProto(policy))
                        .setRestartAllowed(true))
                .build();
    }

    JobResult run(Job job) {
        return run(job, Instant.MAX, progress -> {});
    }

    /** A new agent runs a job. */
    JobResult run(Job job, Instant deadline, Consumer<JobProgress> progress) {
        try (Journal journal = Journal.open(state)) {
            Host parts = parts();
            HostJobs jobs = new HostJobs(
                    parts.observer(),
                    parts.applier(),
                    journal,
                    parts.proving(),
                    parts.diagnoser(),
                    parts.memory(),
                    new JobWire(() -> "", host.name()),
                    () -> sweepsAsked++);
            return jobs.run(job, deadline, progress);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An agent's parts; each agent throws its own dice. */
    Host parts() {
        Random random = new Random(agents++);
        return Host.of(host.name(), List.of(), state, host, host.files(), host.clock(), host::advance, random);
    }

    Journal journal() throws IOException {
        return Journal.open(state);
    }

    void assertMendedLater() {
        host.intercept(command -> Optional.empty());
        assertThat(applyToAll("later"))
                .allSatisfy((ctid, result) -> assertThat(result.getOutcome())
                        .as("VE %s: %s", ctid, result.getSummary())
                        .isIn(Outcome.OUTCOME_DONE, Outcome.OUTCOME_NO_OP));
        assertThat(applyToAll("again"))
                .allSatisfy((ctid, result) -> assertThat(result.getOutcome())
                        .as("VE %s: %s", ctid, result.getSummary())
                        .isEqualTo(Outcome.OUTCOME_NO_OP));
    }
}
