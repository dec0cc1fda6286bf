package vzguard.lab.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import vzguard.lab.model.FleetSeed;
import vzguard.lab.model.Floor;
import vzguard.lab.model.Generation;
import vzguard.lab.model.KernelModules;
import vzguard.lab.model.NetfilterRights;
import vzguard.lab.model.VeStart;
import vzguard.lab.model.VeState;
import vzguard.values.Ctid;

/** The floor of one boot of one host: its namespaces, seen from the machine. A reboot makes a new floor. */
final class NamespaceFloor implements Floor {
    private static final Duration NO_LIMIT = Duration.ofDays(1);
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(5).toNanos();

    private final HostNode host;
    private final long init;
    private final Generation generation;
    private final KernelModules kernel;
    private final Publication publication;
    private final Map<Ctid, VeProcess> ves = new ConcurrentHashMap<>();
    private final VeTrees trees;
    private List<String> loaded = List.of();
    private final AtomicReference<Duration> nextWait = new AtomicReference<>(NO_LIMIT);

    /** @param init the host's process 1 by its number on the machine */
    NamespaceFloor(HostNode host, long init) {
        this.host = host;
        this.init = init;
        this.generation = host.generation();
        this.kernel = KernelModules.of(generation.kernel());
        this.publication = new Publication(host.directory(), kernel);
        this.trees = new VeTrees(host, init);
    }

    long init() {
        return init;
    }

    /** The host's root with /proc/modules in it, which the kernel of this machine may not have. */
    @Override
    public Path root() {
        return Path.of("/proc/" + init + "/root/run/vzguard-lab/tree");
    }

    /** What the kernel shows of one of the host's processes. */
    private Path process(long pid) {
        return Path.of("/proc/" + init + "/root/proc", Long.toString(pid));
    }

    @Override
    public String hostName() {
        return host.name();
    }

    @Override
    public Generation generation() {
        return generation;
    }

    @Override
    public String kernelRelease() {
        if (!generation.equals(Generation.OBSERVED)) {
            return generation.kernel().release();
        }
        try {
            return Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean waitUntil(BooleanSupplier condition, Duration limit) {
        long end = System.nanoTime()
                + Math.min(
                        limit.toNanos() / host.hurry(),
                        nextWait.getAndSet(NO_LIMIT).toNanos());
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end >= 0) {
                return condition.getAsBoolean();
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
        return true;
    }

    /** The next wait ends after this time at the latest, as if the rest of its own limit had passed too. */
    void shortenNextWait(Duration longest) {
        nextWait.set(longest);
    }

    @Override
    public boolean pidAlive(long pid) {
        return Files.exists(process(pid));
    }

    @Override
    public String cmdline(long pid) {
        try {
            return Files.readString(process(pid).resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ')
                    .strip();
        } catch (IOException gone) {
            return "";
        }
    }

    @Override
    public synchronized List<String> loadedModules() {
        return loaded;
    }

    @Override
    public synchronized void setLoadedModules(List<String> names) {
        loaded = List.copyOf(names);
        publication.modules(loaded);
    }

    @Override
    public Optional<String> moduleParameter(String module, String name) {
        return publication.parameter(module, name);
    }

    @Override
    public void setModuleParameter(String module, String name, String value) {
        publication.setParameter(module, name, value);
    }

    @Override
    public boolean isMounted(Ctid ctid) {
        return trees.isMounted(ctid);
    }

    @Override
    public void mount(Ctid ctid) {
        trees.mount(ctid);
    }

    @Override
    public void unmount(Ctid ctid) {
        trees.unmount(ctid);
    }

    @Override
    public VeState state(Ctid ctid) {
        VeProcess process = ves.get(ctid);
        return process == null ? VeState.DOWN : process.state();
    }

    @Override
    public SortedSet<Ctid> liveVes() {
        TreeSet<Ctid> live = new TreeSet<>();
        ves.forEach((ctid, process) -> {
            if (process.state() != VeState.DOWN) {
                live.add(ctid);
            }
        });
        return live;
    }

    @Override
    public void start(Ctid ctid, VeStart start) {
        // The boot hooks of the VE may call iptables before the caller publishes.
        publication.ve(ctid, kernel.veRights(loadedModules(), start));
        List<String> command = inHost("unshare", "--mount", "--pid", "--net", "--uts", "--ipc", "--fork");
        command.addAll(List.of(
                "bash",
                "/run/vzguard-lab/library/ve-init",
                ctid.text(),
                Integer.toString(host.number()),
                Integer.toString(FleetSeed.numberOf(ctid)),
                start.hostname().orElse("ve" + ctid.text()),
                generation.kernel().recentFolder().replaceFirst(".*/", "")));
        VeProcess process = VeProcess.start(command, host.name() + "/" + ctid.text(), start);
        if (!kernel.veRights(loadedModules(), start).ipv4().matches().blind().isEmpty()) {
            Untracking.of(process);
        }
        ves.put(ctid, process);
        // One that ended already has nothing to show.
        var unused = Programs.run(inHost(
                "bash",
                "-c",
                ". /run/vzguard-lab/library/env-id; show_env \"$1\" \"$2\"",
                "bash",
                Long.toString(process.pidOnHost()),
                ctid.text()));
    }

    @Override
    public OptionalLong halt(Ctid ctid) {
        return live(ctid).halt();
    }

    @Override
    public void kill(Ctid ctid) {
        live(ctid).kill();
    }

    @Override
    public int processCount(Ctid ctid) {
        VeProcess process = ves.get(ctid);
        if (process == null || process.state() == VeState.DOWN) {
            return 0;
        }
        try (Stream<Path> entries = Files.list(Path.of("/proc/" + process.init() + "/root/proc/.real"))) {
            return (int) entries.filter(entry -> entry.getFileName().toString().matches("[0-9]+"))
                    .count();
        } catch (IOException | UncheckedIOException ending) {
            return 0;
        }
    }

    @Override
    public VeStart startedWith(Ctid ctid) {
        return live(ctid).start();
    }

    @Override
    public void publishRights(NetfilterRights own, Map<Ctid, NetfilterRights> rightsOfVes) {
        publication.host(own);
        rightsOfVes.forEach(publication::ve);
    }

    @Override
    public void setHostname(Ctid ctid, String hostname) {
        Programs.check(List.of("nsenter", "--target=" + live(ctid).init(), "--uts", "hostname", hostname));
    }

    /** Returns when the services of all VEs that were started are up. */
    void awaitVes() {
        ves.values().forEach(VeProcess::awaitBooted);
    }

    /** The running VE's init: by its number on the machine, and on the host. */
    VeProcess live(Ctid ctid) {
        VeProcess process = ves.get(ctid);
        if (process == null) {
            throw new IllegalStateException("VE " + ctid.text() + " of " + host.name() + " never ran");
        }
        return process;
    }

    /** The command as a process of the host, ready to take more arguments. */
    List<String> inHost(String... command) {
        return Entry.into(init, command);
    }
}
