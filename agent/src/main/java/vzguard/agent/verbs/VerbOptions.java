package vzguard.agent.verbs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import picocli.CommandLine.Option;
import vzguard.agent.AgentConfig;
import vzguard.agent.AgentSettings;
import vzguard.agent.apply.Pause;
import vzguard.agent.apply.Reverter;
import vzguard.agent.enrol.Identity;
import vzguard.agent.enrol.IdentityFolder;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.jobs.Host;
import vzguard.agent.jobs.HostJobs;
import vzguard.agent.jobs.HostLock;
import vzguard.agent.jobs.JobWire;
import vzguard.agent.journal.Journal;

/** Options of the verbs that look at and change this host. */
final class VerbOptions {
    private static final Duration LOCK_AGAIN = Duration.ofMillis(100);
    static final Path CONFIG = Path.of("/etc/vzguard/agent.conf");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "TABLE",
            description = "table, wide, json or yaml; default table")
    Format format = Format.TABLE;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "the agent's configuration; default /etc/vzguard/agent.conf")
    Path config = CONFIG;

    @Option(names = "--state", paramLabel = "DIR", description = "the agent's state; default as configured")
    Optional<Path> state = Optional.empty();

    @Option(names = "--root", paramLabel = "DIR", hidden = true, description = "reads the host's files below DIR")
    Path root = Path.of("/");

    /** Output formats. */
    enum Format {
        TABLE,
        /** A table with more in it: where a fact comes from, and how old it is. */
        WIDE,
        JSON,
        YAML;

        /** For people, not for programs. */
        boolean isText() {
            return this == TABLE || this == WIDE;
        }
    }

    HostFiles files() {
        return new HostFiles(root);
    }

    /** Settings of the configuration file, defaults where there is none; the state is where the option says. */
    AgentSettings settings() {
        AgentSettings configured = configured();
        return state.map(configured::withStateDirectory).orElse(configured);
    }

    private AgentSettings configured() {
        String machine =
                files().read("/proc/sys/kernel/hostname").map(String::strip).orElse("localhost");
        boolean there = Files.exists(config);
        if (!there && !config.equals(CONFIG)) {
            throw new CommandFailed(ExitCode.BAD_INPUT, config + ": there is no such file");
        }
        try {
            String text = there ? Files.readString(config) : "";
            AgentConfig.Parsed parsed = AgentConfig.parse(text, config.toString(), machine);
            return parsed.settings()
                    .orElseThrow(() -> new CommandFailed(ExitCode.BAD_INPUT, String.join("\n", parsed.problems())));
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.BAD_INPUT, config + " cannot be read: " + e.getMessage());
        }
    }

    /**
     * The verbs of this host. Their journal is not the running agent's: that one has its own jobs.
     *
     * @param closing what ends them
     * @param lock held by a verb that changes something
     */
    record Local(HostJobs jobs, Journal closing, String hostName, Optional<HostLock> lock) implements AutoCloseable {
        @Override
        public void close() {
            lock.ifPresent(HostLock::close);
            try {
                closing.close();
            } catch (IOException e) {
                throw new CommandFailed(ExitCode.FAILED, "the journal cannot be closed: " + e.getMessage());
            }
        }
    }

    /** As {@link #open}, for a verb that changes something: while it runs, the running agent brings nothing back. */
    Local openToChange(Surroundings surroundings) {
        Path directory = settings().stateDirectory();
        boolean told = false;
        try {
            Optional<HostLock> lock = HostLock.take(directory);
            while (lock.isEmpty()) {
                if (!told) {
                    surroundings.err().println("another program changes guards of this host; waiting for it");
                    told = true;
                }
                Pause.REAL.pause(LOCK_AGAIN);
                lock = HostLock.take(directory);
            }
            Local local = open(surroundings.runner());
            return new Local(local.jobs(), local.closing(), local.hostName(), lock);
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitCode.FAILED, "the state directory " + directory + " cannot be used: " + e.getMessage());
        }
    }

    /** Guards of this host that wait for a confirmation. */
    Reverter reverter(CommandRunner runner) {
        return new Reverter(
                runner,
                files(),
                settings().stateDirectory(),
                Clock.systemUTC(),
                Pause.REAL,
                new Random(new SecureRandom().nextLong()));
    }

    Local open(CommandRunner runner) {
        AgentSettings settings = settings();
        Path directory = settings.stateDirectory();
        try {
            Journal journal = Journal.open(directory.resolve("local"));
            Host host = Host.of(
                    settings.hostName(),
                    settings.failsafe(),
                    directory,
                    runner,
                    files(),
                    Clock.systemUTC(),
                    Pause.REAL,
                    new Random(new SecureRandom().nextLong()));
            String hostId =
                    new IdentityFolder(directory).load().map(Identity::hostId).orElse("");
            HostJobs jobs = new HostJobs(
                    host.observer(),
                    host.applier(),
                    journal,
                    host.proving(),
                    host.diagnoser(),
                    host.memory(),
                    new JobWire(() -> hostId, settings.hostName()),
                    () -> {});
            return new Local(jobs, journal, settings.hostName(), Optional.empty());
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitCode.FAILED,
                    "the state directory " + directory + " cannot be used: " + e.getMessage()
                            + "; run as root, or name another with --state");
        }
    }
}
