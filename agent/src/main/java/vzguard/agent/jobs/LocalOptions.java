package vzguard.agent.jobs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Random;
import java.util.logging.Logger;
import picocli.CommandLine.Option;
import vzguard.agent.AgentConfig;
import vzguard.agent.AgentSettings;
import vzguard.agent.apply.Pause;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.exec.ProcessRunner;

/** Options that all local verbs have in common. */
public final class LocalOptions {
    private static final Logger LOG = Logger.getLogger(LocalOptions.class.getName());
    private static final Path DEFAULT_CONFIG = Path.of("/etc/vzguard/agent.conf");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "the agent's configuration (default: ${DEFAULT-VALUE}; it may be missing)",
            defaultValue = "/etc/vzguard/agent.conf")
    private Path config = DEFAULT_CONFIG;

    /** The settings were not readable; the message holds all faults, one per line. */
    public static final class BadSettings extends Exception {
        private static final long serialVersionUID = 1;

        BadSettings(String message) {
            super(message);
        }
    }

    /** Reads the configuration. Only the default file may be missing. */
    public AgentSettings settings() throws BadSettings {
        AgentConfig.Parsed parsed = AgentConfig.parse(text(), config.toString(), machineName());
        return parsed.settings().orElseThrow(() -> new BadSettings(String.join("\n", parsed.problems())));
    }

    /** This machine's parts. */
    public static Host host(AgentSettings settings) {
        return Host.of(
                settings.hostName(),
                settings.stateDirectory(),
                new ProcessRunner(LOG::warning),
                new HostFiles(Path.of("/")),
                Clock.systemUTC(),
                Pause.REAL,
                new Random(new SecureRandom().nextLong()));
    }

    private String text() throws BadSettings {
        try {
            return Files.readString(config);
        } catch (NoSuchFileException e) {
            if (config.equals(DEFAULT_CONFIG)) {
                return "";
            }
            throw new BadSettings(config + ": there is no such file");
        } catch (IOException e) {
            throw new BadSettings(config + " cannot be read: " + e.getMessage());
        }
    }

    private static String machineName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // A host whose name resolves nowhere still has one.
            return new HostFiles(Path.of("/"))
                    .read("/proc/sys/kernel/hostname")
                    .map(String::strip)
                    .orElse("localhost");
        }
    }
}
