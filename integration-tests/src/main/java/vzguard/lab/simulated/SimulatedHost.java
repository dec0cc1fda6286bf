package vzguard.lab.simulated;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.lab.model.Generation;
import vzguard.lab.model.HostPrograms;
import vzguard.lab.model.VeState;
import vzguard.lab.simulated.netfilter.Addresses;
import vzguard.lab.simulated.netfilter.KernelTime;
import vzguard.lab.simulated.netfilter.Netfilter;
import vzguard.lab.simulated.shell.Outcome;
import vzguard.lab.simulated.shell.PlaceFiles;
import vzguard.values.Ctid;

/**
 * One host in memory. As a {@link CommandRunner} it is what an agent on that host sees: vzctl, vzlist, lsmod, modprobe, ip,
 * iptables and the usual small programs; {@link #root} is its file tree. Several threads may use it at once. Its clock is its
 * own ({@link SimulatedClock}).
 */
public final class SimulatedHost implements CommandRunner {
    /** A clock that stands still, so that two runs are the same. */
    static final Clock SAME_OLD_DAY = Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);

    private static final Duration UP_BEFORE = Duration.ofHours(1);

    private final String name;
    private final Generation generation;
    private final SimulatedClock clock;
    private final Path root;
    private final KernelTime kernelTime;
    private final SimulatedFloor floor;
    private final HostPrograms programs;
    private final HostCommands commands;
    private final AtomicLong boots = new AtomicLong();
    private final Map<String, List<InetAddress>> logins = new ConcurrentHashMap<>();
    private volatile long bootedAt;
    private volatile Netfilter netfilter;
    private volatile PlaceUserland userland;
    private volatile Function<Command, Optional<CommandResult>> interceptor = command -> Optional.empty();

    /** A host that is up, with nothing loaded and no VEs; its time moves only when something on it takes time. */
    public SimulatedHost(String name, SimulatedNetwork network) {
        this(name, network, SAME_OLD_DAY);
    }

    /** @param time what the host's clock follows */
    public SimulatedHost(String name, SimulatedNetwork network, Clock time) {
        this(name, network, time, Generation.OBSERVED);
    }

    /** As the others, of a generation: see {@link Generation} for what it then shows. */
    public SimulatedHost(String name, SimulatedNetwork network, Clock time, Generation generation) {
        this.name = name;
        this.generation = generation;
        this.clock = new SimulatedClock(time);
        this.root = HostFolder.create(clock, generation);
        this.kernelTime = new KernelTime(() -> clock.millis() - bootedAt);
        this.floor = new SimulatedFloor(root, name, clock, kernelTime, generation, this::startVe, this::autoloadFor);
        this.programs = new HostPrograms(floor);
        this.commands = new HostCommands(this, floor, programs, network);
        this.bootedAt = clock.millis() - UP_BEFORE.toMillis();
        this.netfilter = freshNetfilter();
        this.userland = freshUserland();
        beginBoot();
    }

    private Netfilter freshNetfilter() {
        return new Netfilter(floor::hostRights, programs::autoload, kernelTime, generation);
    }

    private PlaceUserland freshUserland() {
        LivingProc proc = new LivingProc(
                netfilter, clock, bootedAt, bootedAt, this::ports, () -> peers(""), Optional.of(kernelTime));
        return new PlaceUserland(new PlaceFiles(root, proc), netfilter, () -> name, clock, generation, commands);
    }

    private void beginBoot() {
        String seed = name + " " + boots.incrementAndGet();
        HostFolder.write(
                root,
                "/proc/sys/kernel/random/boot_id",
                UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8)) + "\n");
        floor.setLoadedModules(List.of());
        programs.publishRights();
        showProc();
    }

    public String name() {
        return name;
    }

    /** What programs and rules the host has. */
    public Generation generation() {
        return generation;
    }

    /** The host's file tree, an in-memory file system. */
    public Path root() {
        return root;
    }

    /** The host's file tree, in which the kernel takes what is written into its files. */
    public HostFiles files() {
        return new HostFiles(root, this::tell);
    }

    private void tell(Path file, String text, BooleanSupplier still) throws IOException {
        if (!Files.exists(file) || !still.getAsBoolean()) {
            throw new NoSuchFileException(file.toString());
        }
        Optional<String> refusal = userland.files().write(file.toString(), text, false);
        if (refusal.isPresent()) {
            throw new IOException(file + ": " + refusal.get());
        }
        showProc();
    }

    /** The host's own time. */
    public Clock clock() {
        return clock;
    }

    /** Lets the host's time pass. */
    public void advance(Duration time) {
        clock.advance(time);
        showProc();
    }

    /**
     * Somebody is logged in by SSH from now on, in the eyes of the kernel.
     *
     * @param ctid of the VE; empty: on the host itself
     */
    public void login(String ctid, String address) {
        logins.computeIfAbsent(ctid, place -> new CopyOnWriteArrayList<>()).add(Addresses.of(address));
        showProc();
    }

    private List<InetAddress> peers(String ctid) {
        return logins.getOrDefault(ctid, List.of());
    }

    /** Looks at every command first, and answers in the host's place when it has an answer: for faults. */
    public void intercept(Function<Command, Optional<CommandResult>> first) {
        interceptor = first;
    }

    @Override
    public CommandResult run(Command command) {
        Optional<CommandResult> answer = interceptor.apply(command);
        if (answer.isPresent()) {
            return answer.get();
        }
        return ProcessThreads.run(() -> {
            CommandResult result = commands.run(command);
            showProc();
            return result;
        });
    }

    /** Runs a command in a VE that runs, as one who is logged in there, without vzctl. */
    public CommandResult runInside(Ctid ctid, Command command) {
        SimulatedVe ve = live(ctid).orElseThrow(() -> new IllegalArgumentException("VE " + ctid + " does not run"));
        return ProcessThreads.run(() -> {
            CommandResult result = veUserland(ve)
                    .run(command.argv(), command.input())
                    .map(outcome -> CommandResult.of(outcome.exit(), outcome.out(), outcome.err()))
                    .orElseGet(() -> CommandResult.notStarted(command.argv().get(0) + ": No such file or directory\n"));
            showProc();
            return result;
        });
    }

    /** Makes the private area of a VE that has, or will have, a configuration. */
    public Path createVe(Ctid ctid) {
        return HostFolder.createVe(root, ctid, generation);
    }

    /** Writes a file of the host. */
    public void write(String path, String text) {
        HostFolder.write(root, path, text);
    }

    /** Makes a symbolic link of the host. */
    public void link(String path, String target) {
        HostFolder.link(root, path, target);
    }

    /** The VE's init will not hear the next {@code halt}: stopping it takes vzctl's full 120 seconds. */
    public void makeDeaf(Ctid ctid) {
        floor.makeDeaf(ctid);
    }

    /** A process of the host that does nothing but live. */
    public long startProcess(String cmdline) {
        return commands.newProcess(cmdline);
    }

    public void endProcess(long pid) {
        floor.processes().remove(pid);
    }

    /** Boots the host for the first time: modules and VEs come up as its files say. */
    public void boot() {
        programs.boot(1, commands.silence(), () -> BootHooks.run(userland, List.of("lo", "eth0")));
        showProc();
    }

    /** Cuts the power and boots again. */
    public void reboot() {
        floor.powerOff();
        clock.advance(Duration.ofSeconds(20));
        bootedAt = clock.millis();
        netfilter = freshNetfilter();
        userland = freshUserland();
        beginBoot();
        boot();
    }

    public VeState state(Ctid ctid) {
        return floor.state(ctid);
    }

    /** The mask in force, as names; empty when the VE is down. */
    public Optional<String> effectiveMask(Ctid ctid) {
        return floor.live(ctid).map(ve -> ve.start().mask().toString());
    }

    private void autoloadFor(Ctid ctid, String module) {
        programs.autoloadFor(ctid, module);
    }

    private void startVe(SimulatedVe ve) {
        if (!BootHooks.run(veUserland(ve), List.of("lo", "venet0"))) {
            ve.networkFailed();
        }
    }

    Netfilter netfilter() {
        return netfilter;
    }

    SortedSet<Integer> ports() {
        return new TreeSet<>(List.of(SimulatedNetwork.SSH));
    }

    Optional<SimulatedVe> live(Ctid ctid) {
        return floor.live(ctid);
    }

    PlaceUserland userland() {
        return userland;
    }

    PlaceUserland veUserland(SimulatedVe ve) {
        Path area = root.resolve(generation.rootOf(ve.ctid()).substring(1));
        LivingProc proc = new LivingProc(
                ve.netfilter(),
                clock,
                bootedAt,
                ve.startedAt(),
                ve::ports,
                () -> peers(ve.ctid().text()),
                Optional.empty());
        return new PlaceUserland(
                new PlaceFiles(area, proc),
                ve.netfilter(),
                ve::hostname,
                clock,
                generation,
                (command, stdin) -> veOnly(ve, command));
    }

    /** What a VE has and the host has not, or has otherwise. */
    private Optional<Outcome> veOnly(SimulatedVe ve, List<String> command) {
        return switch (command.get(0)) {
            case "halt", "poweroff" -> {
                ve.endAt(0);
                yield Optional.of(Outcome.OK);
            }
            case "modprobe" ->
                Optional.of(Outcome.failed(
                        1,
                        "modprobe: FATAL: Module " + command.get(command.size() - 1)
                                + " not found in directory /lib/modules/"
                                + generation.kernel().release()));
            default -> Optional.empty();
        };
    }

    /** Brings the files that the kernel makes up in line, for those who read them without a program. */
    void showProc() {
        ProcFiles.show(root, netfilter, userland.files(), generation.kernel().recentFolder());
        if (generation.kernel().countsRules()) {
            HostFolder.write(root, "/proc/user_beancounters", Beancounters.text(floor.live()));
        }
    }
}
