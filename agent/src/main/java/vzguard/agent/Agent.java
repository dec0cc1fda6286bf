package vzguard.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import vzguard.agent.apply.Pause;
import vzguard.agent.enrol.Identity;
import vzguard.agent.enrol.IdentityFolder;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.jobs.Drift;
import vzguard.agent.jobs.Host;
import vzguard.agent.jobs.HostJobs;
import vzguard.agent.jobs.JobWire;
import vzguard.agent.jobs.OutsideLooks;
import vzguard.agent.journal.Journal;
import vzguard.agent.link.ControllerLink;
import vzguard.agent.link.LinkSettings;
import vzguard.agent.link.Sections;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Place;
import vzguard.agent.observe.Canary;
import vzguard.agent.outside.OutsideEye;
import vzguard.agent.tools.FirewallTraces;
import vzguard.agent.wire.FactsWire;
import vzguard.v1.VeFacts;

/**
 * One host's agent, whole: observes, holds a stream to its controller, carries out its jobs. Many may run in one JVM, each
 * with a state directory of its own. Without a controller it does nothing; the local verbs need no running agent.
 */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Agent.class.getName());

    private final FileChannel lockFile;
    private final Journal journal;
    private final ControllerLink link;
    private final OutsideEye eye;

    private Agent(FileChannel lockFile, Journal journal, ControllerLink link, OutsideEye eye) {
        this.eye = eye;
        this.lockFile = lockFile;
        this.journal = journal;
        this.link = link;
    }

    /**
     * Starts an agent. It enrols itself first when it has no identity and a token file is configured; until that has
     * succeeded it tries again and again.
     *
     * @throws IOException when the state directory cannot be used, or another agent uses it
     */
    public static Agent start(AgentSettings settings, CommandRunner runner, HostFiles files, Clock clock)
            throws IOException {
        return start(settings, runner, files, clock, Pause.REAL);
    }

    /** As {@link #start(AgentSettings, CommandRunner, HostFiles, Clock)}; a simulated host lets its own time pass. */
    public static Agent start(AgentSettings settings, CommandRunner runner, HostFiles files, Clock clock, Pause pause)
            throws IOException {
        String controller = settings.controller()
                .orElseThrow(() -> new IOException("no controller is configured (key controller=HOST:PORT)"));
        Path state = settings.stateDirectory();
        FileChannel lockFile = lock(Files.createDirectories(state));
        try {
            Journal journal = Journal.open(state);
            journal.problems().forEach(LOG::warning);
            Random random = new Random(new SecureRandom().nextLong());
            Host host = Host.of(settings.hostName(), settings.failsafe(), state, runner, files, clock, pause, random);
            host.prover().cleanLeftovers();
            host.applier().reverter().conclude();
            String bootId = files.read("/proc/sys/kernel/random/boot_id")
                    .map(String::strip)
                    .orElse("");
            LinkSettings linkSettings = new LinkSettings(
                    AgentSettings.addresses(controller),
                    settings.hostName(),
                    settings.labels(),
                    state,
                    version(),
                    bootId);
            OutsideEye eye = new OutsideEye(linkSettings.controllers(), state);
            Canary canary = new Canary(files);
            Drift drift = new Drift(
                    host.observer(), host.applier(), host.memory(), journal, new FirewallTraces(files), clock);
            AtomicReference<Optional<ControllerLink>> own = new AtomicReference<>(Optional.empty());
            ControllerLink link = new ControllerLink(
                    linkSettings,
                    settings.sweepInterval(),
                    settings.tokenFile(),
                    () -> sections(host, drift, canary, () -> healed(own)),
                    canary::dead,
                    clock,
                    random);
            own.set(Optional.of(link));
            link.start(new HostJobs(
                    host.observer(),
                    host.applier(),
                    journal,
                    host.proving(),
                    host.diagnoser(),
                    host.memory(),
                    new JobWire(() -> hostId(state), settings.hostName()),
                    link::sweepSoon,
                    Optional.of(new OutsideLooks(eye, settings.confirmWithin(), runner, files, state, clock)),
                    link::sweepAfterWriting));
            return new Agent(lockFile, journal, link, eye);
        } catch (IOException | RuntimeException e) {
            lockFile.close();
            throw e;
        }
    }

    /** The controller has answered on a stream that stands. */
    public boolean isConnected() {
        return link.isConnected();
    }

    /** Version of this agent, as in its archive. */
    public static String version() {
        return Optional.ofNullable(Agent.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    /** Ends stream and sweeps at once. A job that runs is left in the middle, as by a crash: the next start concludes it. */
    @Override
    public void close() {
        eye.close();
        link.close();
        try (journal;
                lockFile) {
            LOG.fine("the agent ended");
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the agent's state could not be closed", e);
        }
    }

    /** Looked up each time: at its first start an agent has none yet. */
    private static String hostId(Path state) {
        try {
            return new IdentityFolder(state).load().map(Identity::hostId).orElse("");
        } catch (IOException e) {
            LOG.log(Level.WARNING, "no identity: {0}", e.getMessage());
            return "";
        }
    }

    private static void healed(AtomicReference<Optional<ControllerLink>> link) {
        Optional.ofNullable(link.get()).flatMap(own -> own).ifPresent(ControllerLink::sweepAfterHealing);
    }

    private static Sections sections(Host host, Drift drift, Canary canary, Runnable healed) {
        HostSnapshot looked = host.observer().observe();
        boolean changed = drift.look(looked);
        if (changed) {
            healed.run();
        }
        HostSnapshot snapshot = changed ? host.observer().observe() : looked;
        host.applier().timedBans().look(snapshot);
        canary.watch(snapshot);
        SortedMap<String, VeFacts> ves = new TreeMap<>();
        snapshot.ves().forEach((ctid, ve) -> {
            VeFacts.Builder facts = FactsWire.ve(ve, snapshot).toBuilder();
            JobWire.worst(host.memory().proofs(Place.of(ctid))).ifPresent(facts::setLastProof);
            ves.put(ctid.text(), facts.build());
        });
        return new Sections(
                FactsWire.host(snapshot).toBuilder()
                        .addAllDrifts(drift.events())
                        .build(),
                ves);
    }

    /** Two agents with one state directory would spoil each other's journal. */
    private static FileChannel lock(Path state) throws IOException {
        FileChannel file = FileChannel.open(state.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = file.tryLock();
            if (lock != null) {
                return file;
            }
        } catch (OverlappingFileLockException e) {
            LOG.log(Level.FINE, "held by this JVM", e);
        }
        file.close();
        throw new IOException("another agent uses " + state);
    }
}
