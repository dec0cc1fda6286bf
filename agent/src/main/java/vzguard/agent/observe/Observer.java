package vzguard.agent.observe;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import vzguard.agent.dialect.Dialect;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.model.Family;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.HostSnapshot.ModulesFile;
import vzguard.agent.model.KernelSwitches;
import vzguard.agent.model.ModuleState;
import vzguard.agent.model.Place;
import vzguard.agent.model.ShareConfig;
import vzguard.agent.model.ShareNames;
import vzguard.agent.model.VeSnapshot;
import vzguard.agent.tools.ConfigText;
import vzguard.agent.tools.Iptables;
import vzguard.agent.tools.Lsmod;
import vzguard.agent.tools.ModuleFiles;
import vzguard.agent.tools.Vzctl;
import vzguard.agent.tools.Vzlist;
import vzguard.values.Ctid;

/**
 * Looks at the host and its VEs in one pass: one vzlist for all of them, one exec in each that runs. What cannot be seen is
 * a problem in the snapshot, never a failure: one broken VE hides no other. Changes nothing but the agent's own memory of
 * VE starts, and takes away scratch chains that killed agents left behind. Thread safe.
 */
public final class Observer {
    /** Not names of vzctl, but needed for IPv6 rules. */
    private static final List<String> ALSO_LOOKED_FOR =
            List.of("ip6_tables", "ip6table_filter", "ip6t_REJECT", "xt_tcpudp", "xt_hashlimit");

    /** On kernels on which VEs may load modules (K32b kernel/sysctl.c). */
    private static final String VE_MODULE_LOADING = "/proc/sys/kernel/ve_allow_module_load";

    private final CommandRunner runner;
    private final HostFiles files;
    private final Clock clock;
    private final StartMemory memory;
    private final String hostName;
    private final List<String> failsafe;
    private final ConfigReader configs;
    private final VeObserver veObserver;

    /**
     * @param random for the names of scratch chains; safe for several threads
     * @param hostName the host's name; a label
     * @param failsafe as in {@link HostSnapshot}
     */
    public Observer(
            CommandRunner runner,
            HostFiles files,
            Clock clock,
            StartMemory memory,
            RandomGenerator random,
            String hostName,
            List<String> failsafe) {
        this.runner = runner;
        this.files = files;
        this.clock = clock;
        this.memory = memory;
        this.hostName = hostName;
        this.failsafe = List.copyOf(failsafe);
        this.configs = new ConfigReader(files);
        this.veObserver = new VeObserver(runner, files, clock, memory, random);
    }

    /** The host and all of its VEs. */
    public HostSnapshot observe() {
        return observe(Optional.empty());
    }

    /** The host, and of its VEs at most the one of this place. */
    public HostSnapshot observe(Place place) {
        return observe(Optional.of(place));
    }

    private HostSnapshot observe(Optional<Place> only) {
        List<String> problems = new ArrayList<>();
        String kernel = kernelRelease();
        String vzctlVersion = new Vzctl(runner).version().orElse("");
        String globalName = configs.globalName();
        ShareConfig global = configs.share(globalName);
        if (!global.readable()) {
            problems.add(globalName + " cannot be read: this is no OpenVZ host, or vzctl's settings are elsewhere");
        }
        // Before the VEs: what another job loads meanwhile must not look as if a VE were refused what the host has.
        Lsmod.Modules found = new Lsmod(runner, files).look(kernel);
        SortedMap<String, ModuleState> modules = modules(found, globalName);
        KernelSwitches switches = new KernelSwitches(
                files.read(VE_MODULE_LOADING).map(String::strip).orElse(""), found.takesModules());
        String iptables = new Iptables(runner).version(Place.HOST, Family.V4);
        Dialect dialect = Dialect.of(vzctlVersion, kernel, switches, iptables);
        dialect.unknown().forEach(what -> problems.add(what + ": this host is only observed, nothing is changed"));
        Vzlist.Listing listing = new Vzlist(runner).all();
        problems.addAll(listing.problems());
        SortedMap<Ctid, VeSnapshot> ves = ves(listing, only, dialect, global, globalName);
        remember(ves, only.isEmpty() && listing.readable(), problems);
        HostGuards guards = HostGuards.look(runner, files, clock.instant());
        Set<Ctid> looked = new TreeSet<>(ves.keySet());
        only.flatMap(Place::ctid).ifPresent(looked::add);
        String modulesPath = ModuleFiles.path(files);
        return new HostSnapshot(
                hostName,
                kernel,
                switches,
                vzctlVersion,
                iptables,
                files.read("/proc/sys/kernel/random/boot_id").map(String::strip).orElse(""),
                modules,
                global,
                new ModulesFile(modulesPath, files.read(modulesPath).orElse("")),
                guards.of(Place.HOST),
                guards.edges(looked, listing.readable() ? listed(listing) : Set.of()),
                failsafe,
                ves,
                listing.readable(),
                problems,
                clock.instant());
    }

    private static Set<Ctid> listed(Vzlist.Listing listing) {
        return listing.rows().stream().map(Vzlist.Row::ctid).collect(Collectors.toCollection(TreeSet::new));
    }

    private SortedMap<Ctid, VeSnapshot> ves(
            Vzlist.Listing listing, Optional<Place> only, Dialect dialect, ShareConfig global, String globalName) {
        Instant globalChanged = files.modified(globalName).orElse(Instant.EPOCH);
        SortedMap<Ctid, VeSnapshot> ves = new TreeMap<>();
        for (Vzlist.Row row : listing.rows()) {
            if (only.isEmpty() || only.get().ctid().equals(Optional.of(row.ctid()))) {
                ves.put(row.ctid(), veObserver.observe(row, dialect, global, globalChanged));
            }
        }
        return ves;
    }

    /** Before anything is changed: afterwards the config no longer tells what a VE started with. */
    private void remember(Map<Ctid, VeSnapshot> ves, boolean all, List<String> problems) {
        try {
            if (all) {
                memory.keepOnly(ves.values().stream()
                        .filter(ve -> ve.startedAt().isPresent())
                        .map(VeSnapshot::ctid)
                        .collect(Collectors.toCollection(TreeSet::new)));
            }
            memory.save();
        } catch (IOException e) {
            problems.add("the agent's memory of VE starts cannot be written: " + e.getMessage());
        }
    }

    private String kernelRelease() {
        return files.read("/proc/sys/kernel/osrelease").map(String::strip).orElseGet(() -> {
            CommandResult uname = runner.run(Command.of("uname", "-r"));
            return uname.succeeded() ? uname.out().strip() : "";
        });
    }

    private SortedMap<String, ModuleState> modules(Lsmod.Modules found, String globalName) {
        Optional<ConfigText> vzConf = configs.text(globalName);
        Map<String, String> loaders = ModuleFiles.persisted(files, vzConf, files.realName(globalName));
        SortedMap<String, ModuleState> modules = new TreeMap<>();
        Stream.concat(ShareNames.TABLE.stream(), ALSO_LOOKED_FOR.stream())
                .forEach(name -> modules.put(name, module(name, found, ModuleFiles.loader(loaders, name))));
        return modules;
    }

    private static ModuleState module(String name, Lsmod.Modules found, String persistedBy) {
        return found.loaded(name)
                .map(as -> new ModuleState(name, as, ModuleState.Presence.LOADED, persistedBy))
                .or(() -> found.builtIn(name)
                        .map(as -> new ModuleState(name, as, ModuleState.Presence.BUILT_IN, persistedBy)))
                .orElseGet(() -> new ModuleState(name, "", ModuleState.Presence.ABSENT, persistedBy));
    }
}
