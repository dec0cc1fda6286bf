package vzguard.it.badluck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.jobs.Drift;
import vzguard.agent.jobs.Host;
import vzguard.agent.jobs.HostJobs;
import vzguard.agent.jobs.JobWire;
import vzguard.agent.journal.Journal;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.tools.FirewallTraces;
import vzguard.lab.simulated.SimulatedHost;
import vzguard.v1.Job;
import vzguard.v1.JobResult;

/** Agents of one simulated host, each for one job or one sweep; any may die before or after any program that it runs. */
final class MortalAgents {
    private final SimulatedHost host;
    private final Path state;
    private final String failsafe;
    private int agents;

    MortalAgents(SimulatedHost host, Path state, String failsafe) {
        this.host = host;
        this.state = state;
        this.failsafe = failsafe;
    }

    /** An agent is gone, and what it knew in memory with it. An error, so that no handler takes it for a failure of a job. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1L;

        Death(String where) {
            super(where);
        }
    }

    /**
     * When an agent dies.
     *
     * @param programs that it has begun by then
     * @param after the last of them has ended
     */
    record Fate(int programs, boolean after) {
        static final Fate LIVES = new Fate(Integer.MAX_VALUE, false);

        static Fate draw(Random random) {
            return new Fate(1 + random.nextInt(random.nextBoolean() ? 12 : 50), random.nextBoolean());
        }
    }

    private final class Runner implements CommandRunner {
        private final Fate fate;
        private int programs;

        Runner(Fate fate) {
            this.fate = fate;
        }

        @Override
        public CommandResult run(Command command) {
            List<String> argv = command.argv();
            assertThat(argv.get(0).equals("vzctl")
                            && argv.stream()
                                    .anyMatch(word ->
                                            List.of("start", "restart", "stop").contains(word)))
                    .as("the agent starts or stops a VE: %s", argv)
                    .isFalse();
            programs++;
            String where = String.join(" ", argv).lines().findFirst().orElse("");
            if (programs == fate.programs() && !fate.after()) {
                throw new Death("before program " + programs + ", " + where);
            }
            if (programs > fate.programs()) {
                throw new Death("dead already at " + where);
            }
            CommandResult result = host.run(command);
            if (programs == fate.programs()) {
                throw new Death("after program " + programs + ", " + where);
            }
            return result;
        }
    }

    private <T> T live(Fate fate, Function<Host, Function<Journal, T>> life) {
        try (Journal journal = Journal.open(state)) {
            Host parts = Host.of(
                    host.name(),
                    List.of(failsafe),
                    state,
                    new Runner(fate),
                    host.files(),
                    host.clock(),
                    host::advance,
                    new Random(agents++));
            parts.applier().reverter().conclude();
            return life.apply(parts).apply(journal);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JobResult run(Job job, Fate fate) {
        return live(
                fate,
                parts -> journal -> new HostJobs(
                                parts.observer(),
                                parts.applier(),
                                journal,
                                parts.proving(),
                                parts.diagnoser(),
                                parts.memory(),
                                new JobWire(() -> "", host.name()),
                                () -> {})
                        .run(job, progress -> {}));
    }

    /** One sweep; whether it changed anything. */
    boolean sweep(Fate fate) {
        return live(fate, parts -> journal -> {
            HostSnapshot seen = parts.observer().observe();
            boolean changed = new Drift(
                            parts.observer(),
                            parts.applier(),
                            parts.memory(),
                            journal,
                            new FirewallTraces(host.files()),
                            host.clock())
                    .look(seen);
            parts.applier().timedBans().look(changed ? parts.observer().observe() : seen);
            return changed;
        });
    }
}
