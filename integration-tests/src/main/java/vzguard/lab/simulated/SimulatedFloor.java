package vzguard.lab.simulated;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import vzguard.lab.model.Floor;
import vzguard.lab.model.Generation;
import vzguard.lab.model.KernelModules;
import vzguard.lab.model.NetfilterRights;
import vzguard.lab.model.VeStart;
import vzguard.lab.model.VeState;
import vzguard.lab.simulated.netfilter.KernelTime;
import vzguard.values.Ctid;

/** The machine below one simulated host. Time passes on the host's own clock when a program waits. */
final class SimulatedFloor implements Floor {
    private static final Duration STEP = Duration.ofMillis(100);
    private static final Duration START_TIME = Duration.ofMillis(200);
    private static final Duration HALT_TIME = Duration.ofMillis(1000);
    private static final Duration KILL_TIME = Duration.ofMillis(100);
    private static final long CHILD_OF_HALT = 5267;

    private final Path root;
    private final String name;
    private final SimulatedClock clock;
    private final KernelTime kernelTime;
    private final Generation generation;
    private final KernelModules kernel;
    private final Map<Long, String> processes = new ConcurrentHashMap<>(Map.of(1L, "/sbin/init"));
    private final Set<Ctid> mounted = ConcurrentHashMap.newKeySet();
    private final Set<Ctid> deaf = ConcurrentHashMap.newKeySet();
    private final Map<Ctid, SimulatedVe> ves = new ConcurrentHashMap<>();
    private final Consumer<SimulatedVe> bootScripts;
    private final BiConsumer<Ctid, String> autoloadFor;
    private volatile List<String> modules = List.of();
    private volatile NetfilterRights hostRights = NetfilterRights.NONE;

    /**
     * @param bootScripts runs what a VE's own files start with its network
     * @param autoloadFor what the kernel does when a VE's iptables asks for a module
     */
    SimulatedFloor(
            Path root,
            String name,
            SimulatedClock clock,
            KernelTime kernelTime,
            Generation generation,
            Consumer<SimulatedVe> bootScripts,
            BiConsumer<Ctid, String> autoloadFor) {
        this.root = root;
        this.name = name;
        this.clock = clock;
        this.kernelTime = kernelTime;
        this.generation = generation;
        this.kernel = KernelModules.of(generation.kernel());
        this.bootScripts = bootScripts;
        this.autoloadFor = autoloadFor;
    }

    NetfilterRights hostRights() {
        return hostRights;
    }

    Map<Long, String> processes() {
        return processes;
    }

    Optional<SimulatedVe> live(Ctid ctid) {
        return Optional.ofNullable(ves.get(ctid)).filter(ve -> ve.state() != VeState.DOWN);
    }

    /** All that run, by number. */
    List<SimulatedVe> live() {
        return liveVes().stream().flatMap(ctid -> live(ctid).stream()).toList();
    }

    /** The VE's init will not hear the next {@code halt}, as one that has only just started. */
    void makeDeaf(Ctid ctid) {
        deaf.add(ctid);
    }

    /** The power goes: nothing runs, nothing is mounted or loaded. */
    void powerOff() {
        ves.clear();
        mounted.clear();
        modules = List.of();
        processes.keySet().removeIf(pid -> pid != 1);
    }

    @Override
    public Path root() {
        return root;
    }

    @Override
    public String hostName() {
        return name;
    }

    @Override
    public Generation generation() {
        return generation;
    }

    @Override
    public String kernelRelease() {
        return generation.kernel().release();
    }

    @Override
    public boolean waitUntil(BooleanSupplier condition, Duration limit) {
        long end = clock.millis() + limit.toMillis();
        while (!condition.getAsBoolean() && clock.millis() < end) {
            clock.advance(STEP);
        }
        return condition.getAsBoolean();
    }

    @Override
    public boolean pidAlive(long pid) {
        return processes.containsKey(pid);
    }

    @Override
    public String cmdline(long pid) {
        return processes.getOrDefault(pid, "");
    }

    @Override
    public List<String> loadedModules() {
        return modules;
    }

    @Override
    public void setLoadedModules(List<String> names) {
        modules = List.copyOf(names);
        HostFolder.write(root, "/proc/modules", kernel.procModules(modules));
    }

    @Override
    public Optional<String> moduleParameter(String module, String parameter) {
        try {
            Path file = root.resolve("sys/module/" + module + "/parameters/" + parameter);
            return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void setModuleParameter(String module, String parameter, String value) {
        try {
            Files.createDirectories(root.resolve("sys/module/" + module + "/parameters"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        HostFolder.write(root, "/sys/module/" + module + "/parameters/" + parameter, value + "\n");
    }

    @Override
    public boolean isMounted(Ctid ctid) {
        return mounted.contains(ctid);
    }

    @Override
    public void mount(Ctid ctid) {
        try {
            Files.createDirectories(root.resolve("vz/root/" + ctid));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        mounted.add(ctid);
    }

    @Override
    public void unmount(Ctid ctid) {
        mounted.remove(ctid);
    }

    @Override
    public VeState state(Ctid ctid) {
        return live(ctid).map(SimulatedVe::state).orElse(VeState.DOWN);
    }

    @Override
    public SortedSet<Ctid> liveVes() {
        SortedSet<Ctid> live = new TreeSet<>();
        ves.values().stream()
                .filter(ve -> ve.state() != VeState.DOWN)
                .map(SimulatedVe::ctid)
                .forEach(live::add);
        return live;
    }

    @Override
    public void start(Ctid ctid, VeStart start) {
        clock.advance(START_TIME);
        SimulatedVe ve =
                new SimulatedVe(ctid, start, clock, kernelTime, generation, module -> autoloadFor.accept(ctid, module));
        ve.setRights(kernel.veRights(modules, start));
        ves.put(ctid, ve);
        bootScripts.accept(ve);
    }

    @Override
    public OptionalLong halt(Ctid ctid) {
        if (deaf.remove(ctid)) {
            return OptionalLong.of(CHILD_OF_HALT);
        }
        live(ctid).ifPresent(ve -> ve.endAt(clock.millis() + HALT_TIME.toMillis()));
        return OptionalLong.empty();
    }

    @Override
    public void kill(Ctid ctid) {
        live(ctid).ifPresent(ve -> ve.endAt(clock.millis() + KILL_TIME.toMillis()));
    }

    @Override
    public int processCount(Ctid ctid) {
        return live(ctid).map(SimulatedVe::processes).orElse(0);
    }

    @Override
    public VeStart startedWith(Ctid ctid) {
        return live(ctid).map(SimulatedVe::start).orElseThrow();
    }

    @Override
    public void publishRights(NetfilterRights host, Map<Ctid, NetfilterRights> rights) {
        hostRights = host;
        rights.forEach((ctid, own) -> live(ctid).ifPresent(ve -> ve.setRights(own)));
    }

    @Override
    public void setHostname(Ctid ctid, String hostname) {
        live(ctid).ifPresent(ve -> ve.setHostname(hostname));
    }
}
