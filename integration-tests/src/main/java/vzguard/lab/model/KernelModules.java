package vzguard.lab.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import vzguard.lab.model.KernelModule.Kind;
import vzguard.lab.model.KernelModule.Reach;
import vzguard.lab.model.KernelModule.Registration;

/**
 * The netfilter modules of one line of kernels and what loading them means. Sizes are of the right order only. In module names
 * {@code -} and {@code _} are equal. Immutable.
 */
public final class KernelModules {
    private static final Map<KernelLine, KernelModules> OF_LINES = new ConcurrentHashMap<>();
    private static final Set<String> CONNTRACK = Set.of("nf_conntrack", "ip_conntrack");

    private final KernelLine line;
    private final Map<String, KernelModule> byName;

    private KernelModules(KernelLine line) {
        this.line = line;
        this.byName = KernelNaming.modules(line).stream()
                .collect(Collectors.toMap(KernelModule::name, module -> module, (a, b) -> a, LinkedHashMap::new));
    }

    public static KernelModules of(KernelLine line) {
        return OF_LINES.computeIfAbsent(line, KernelModules::new);
    }

    public Collection<KernelModule> all() {
        return byName.values();
    }

    /** The module that modprobe means by this name or alias. */
    public Optional<KernelModule> find(String nameOrAlias) {
        String name = nameOrAlias.replace('-', '_');
        KernelModule module = byName.get(name);
        return module != null
                ? Optional.of(module)
                : all().stream().filter(each -> each.aliases().contains(name)).findFirst();
    }

    /** The modules loaded after {@code modprobe} of this one: dependencies first, what was loaded before stays. */
    public List<String> afterLoading(List<String> loaded, KernelModule module) {
        Set<String> result = new LinkedHashSet<>(loaded);
        load(result, module);
        return List.copyOf(result);
    }

    private void load(Set<String> loaded, KernelModule module) {
        for (String dependency : module.dependencies()) {
            load(loaded, known(dependency));
        }
        loaded.add(module.name());
    }

    /** Names of loaded modules that need this one, the latest loaded first, as lsmod lists them. */
    public List<String> users(List<String> loaded, String name) {
        List<String> users = new ArrayList<>();
        for (String other : loaded) {
            if (known(other).dependencies().contains(name)) {
                users.add(0, other);
            }
        }
        return users;
    }

    /** The text of {@code /proc/modules}: the latest loaded first. */
    public String procModules(List<String> loaded) {
        StringBuilder text = new StringBuilder();
        for (int i = loaded.size() - 1; i >= 0; i--) {
            KernelModule module = known(loaded.get(i));
            List<String> users = users(loaded, module.name());
            String list = users.isEmpty() ? "-" : String.join(",", users) + ",";
            text.append(String.format(
                    "%s %d %d %s Live 0xffffffffa%07x\n",
                    module.name(), module.size(), users.size(), list, (i + 1) << 12));
        }
        return text.toString();
    }

    /**
     * What iptables may do on the host itself: everything that is loaded.
     *
     * @param tracks whether connections of the host are tracked; if not, what needs that is as in a VE without
     */
    public NetfilterRights hostRights(List<String> loaded, boolean tracks) {
        return new NetfilterRights(hostFamily(loaded, Reach.IPV4, tracks), hostFamily(loaded, Reach.IPV6, tracks));
    }

    /**
     * What iptables may do in a VE. Matches and targets are global: loaded on the host is found in the VE. Tables and
     * conntrack follow the mask, on old kernels also what was loaded when the VE was started; what becomes of a match that
     * needs conntrack where there is none is {@link KernelLine#untracked}.
     */
    public NetfilterRights veRights(List<String> loaded, VeStart start) {
        return start.mask().ipTables()
                ? new NetfilterRights(
                        veFamily(loaded, start, Reach.IPV4, List.of("nf_conntrack_ipv4", "ip_conntrack")),
                        veFamily(loaded, start, Reach.IPV6, List.of("nf_conntrack_ipv6")))
                : NetfilterRights.NONE;
    }

    /** Whether a VE with this mask may have the module loaded by asking for it, on kernels that do so. */
    public boolean loadsFor(NetfilterMask mask, KernelModule module) {
        boolean tables = module.brings().stream()
                .filter(each -> each.kind() == Kind.TABLE)
                .allMatch(each -> permits(mask, each.name(), mask.conntrack()));
        return line.loadsForVes()
                && mask.ipTables()
                && !module.brings().isEmpty()
                && tables
                && (mask.conntrack() || !needsConntrack(module));
    }

    /** Whether it tracks connections: such a match has the kernel ask for {@code nf_conntrack_ipv4} as well. */
    public boolean tracks(KernelModule module) {
        return needsConntrack(module);
    }

    private NetfilterRights.Family hostFamily(List<String> loaded, Reach family, boolean tracks) {
        if (!tracks) {
            Set<String> tables = names(loaded, Kind.TABLE, family, true);
            Set<String> others =
                    tables.stream().filter(table -> !table.equals("nat")).collect(Collectors.toSet());
            return new NetfilterRights.Family(
                    new NetfilterRights.Grants(tables, others),
                    tracked(loaded, Kind.MATCH, family, false),
                    tracked(loaded, Kind.TARGET, family, false));
        }
        return new NetfilterRights.Family(
                everything(names(loaded, Kind.TABLE, family, true)),
                everything(names(loaded, Kind.MATCH, family, true)),
                everything(names(loaded, Kind.TARGET, family, true)));
    }

    private NetfilterRights.Family veFamily(
            List<String> loaded, VeStart start, Reach family, List<String> conntrackModules) {
        List<String> setUp = line.setsUpAtStart() ? start.modules() : loaded;
        boolean conntrack = start.mask().conntrack()
                && conntrackModules.stream().anyMatch(module -> setUp.contains(module) && loaded.contains(module));
        Set<String> tables = names(loaded, Kind.TABLE, family, true);
        Set<String> instantiated = names(setUp, Kind.TABLE, family, true);
        Set<String> permittedTables = tables.stream()
                .filter(table -> instantiated.contains(table) && permits(start.mask(), table, conntrack))
                .collect(Collectors.toSet());
        return new NetfilterRights.Family(
                new NetfilterRights.Grants(tables, permittedTables),
                tracked(loaded, Kind.MATCH, family, conntrack),
                tracked(loaded, Kind.TARGET, family, conntrack));
    }

    private static boolean permits(NetfilterMask mask, String table, boolean conntrack) {
        return switch (table) {
            case "filter" -> mask.filter();
            case "mangle" -> mask.mangle();
            case "nat" -> mask.nat() && conntrack;
            default -> true;
        };
    }

    /** Matches or targets, and what the kernel makes of those that need the conntrack that there is not. */
    private NetfilterRights.Grants tracked(List<String> loaded, Kind kind, Reach family, boolean conntrack) {
        Set<String> all = names(loaded, kind, family, true);
        Set<String> usable = names(loaded, kind, family, conntrack);
        Set<String> others = all.stream().filter(name -> !usable.contains(name)).collect(Collectors.toSet());
        return switch (line.untracked()) {
            case INVALID -> new NetfilterRights.Grants(all, usable);
            case ABSENT -> new NetfilterRights.Grants(all, usable, others, Set.of());
            case MATCHES_NOTHING ->
                kind == Kind.MATCH
                        ? new NetfilterRights.Grants(all, all, Set.of(), others)
                        : new NetfilterRights.Grants(all, usable);
        };
    }

    private static NetfilterRights.Grants everything(Set<String> names) {
        return new NetfilterRights.Grants(names, names);
    }

    private Set<String> names(List<String> loaded, Kind kind, Reach family, boolean conntrack) {
        return loaded.stream()
                .map(this::known)
                .filter(module -> conntrack || kind == Kind.TABLE || !needsConntrack(module))
                .flatMap(module -> module.brings().stream())
                .filter(registration ->
                        registration.kind() == kind && registration.reach().covers(family))
                .map(Registration::name)
                .collect(Collectors.toSet());
    }

    private boolean needsConntrack(KernelModule module) {
        return module.dependencies().stream().anyMatch(name -> CONNTRACK.contains(name) || needsConntrack(known(name)));
    }

    KernelModule known(String name) {
        KernelModule module = byName.get(name);
        if (module == null) {
            throw new IllegalStateException("no module of this kernel: " + name);
        }
        return module;
    }
}
