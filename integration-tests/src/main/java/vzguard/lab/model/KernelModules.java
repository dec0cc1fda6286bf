package vzguard.lab.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import vzguard.lab.model.KernelModule.Kind;
import vzguard.lab.model.KernelModule.Reach;
import vzguard.lab.model.KernelModule.Registration;

/**
 * The netfilter modules of kernel 2.6.32-042stab061 and what loading them means. Sizes are of the right order only. In
 * module names {@code -} and {@code _} are equal.
 */
public final class KernelModules {
    private static final Map<String, KernelModule> BY_NAME = KernelModuleTable.modules().stream()
            .collect(Collectors.toMap(KernelModule::name, module -> module, (a, b) -> a, LinkedHashMap::new));

    private KernelModules() {}

    public static Collection<KernelModule> all() {
        return BY_NAME.values();
    }

    /** The module that modprobe means by this name or alias. */
    public static Optional<KernelModule> find(String nameOrAlias) {
        String name = nameOrAlias.replace('-', '_');
        KernelModule module = BY_NAME.get(name);
        return module != null
                ? Optional.of(module)
                : all().stream().filter(each -> each.aliases().contains(name)).findFirst();
    }

    /** The modules loaded after {@code modprobe} of this one: dependencies first, what was loaded before stays. */
    public static List<String> afterLoading(List<String> loaded, KernelModule module) {
        Set<String> result = new LinkedHashSet<>(loaded);
        load(result, module);
        return List.copyOf(result);
    }

    private static void load(Set<String> loaded, KernelModule module) {
        for (String dependency : module.dependencies()) {
            load(loaded, known(dependency));
        }
        loaded.add(module.name());
    }

    /** Names of loaded modules that need this one, the latest loaded first, as lsmod lists them. */
    public static List<String> users(List<String> loaded, String name) {
        List<String> users = new ArrayList<>();
        for (String other : loaded) {
            if (known(other).dependencies().contains(name)) {
                users.add(0, other);
            }
        }
        return users;
    }

    /** The text of {@code /proc/modules}: the latest loaded first. */
    public static String procModules(List<String> loaded) {
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

    /** What iptables may do on the host itself: everything that is loaded. */
    public static NetfilterRights hostRights(List<String> loaded) {
        return new NetfilterRights(hostFamily(loaded, Reach.IPV4), hostFamily(loaded, Reach.IPV6));
    }

    /**
     * What iptables may do in a VE. Matches and targets are global: loaded on the host is found in the VE. Tables and
     * conntrack follow the mask; a match that needs conntrack is found, and refused, where there is none.
     */
    public static NetfilterRights veRights(List<String> loaded, NetfilterMask mask) {
        return mask.ipTables()
                ? new NetfilterRights(
                        veFamily(loaded, mask, Reach.IPV4, "nf_conntrack_ipv4"),
                        veFamily(loaded, mask, Reach.IPV6, "nf_conntrack_ipv6"))
                : NetfilterRights.NONE;
    }

    private static NetfilterRights.Family hostFamily(List<String> loaded, Reach family) {
        return new NetfilterRights.Family(
                everything(names(loaded, Kind.TABLE, family, true)),
                everything(names(loaded, Kind.MATCH, family, true)),
                everything(names(loaded, Kind.TARGET, family, true)));
    }

    private static NetfilterRights.Family veFamily(
            List<String> loaded, NetfilterMask mask, Reach family, String conntrackModule) {
        boolean conntrack = mask.conntrack() && loaded.contains(conntrackModule);
        Set<String> tables = names(loaded, Kind.TABLE, family, true);
        Set<String> permittedTables = tables.stream()
                .filter(table -> switch (table) {
                    case "filter" -> mask.filter();
                    case "mangle" -> mask.mangle();
                    case "nat" -> mask.nat() && conntrack;
                    default -> true;
                })
                .collect(Collectors.toSet());
        return new NetfilterRights.Family(
                new NetfilterRights.Grants(tables, permittedTables),
                new NetfilterRights.Grants(
                        names(loaded, Kind.MATCH, family, true), names(loaded, Kind.MATCH, family, conntrack)),
                new NetfilterRights.Grants(
                        names(loaded, Kind.TARGET, family, true), names(loaded, Kind.TARGET, family, conntrack)));
    }

    private static NetfilterRights.Grants everything(Set<String> names) {
        return new NetfilterRights.Grants(names, names);
    }

    private static Set<String> names(List<String> loaded, Kind kind, Reach family, boolean conntrack) {
        return loaded.stream()
                .map(KernelModules::known)
                .filter(module -> conntrack || kind == Kind.TABLE || !needsConntrack(module))
                .flatMap(module -> module.brings().stream())
                .filter(registration ->
                        registration.kind() == kind && registration.reach().covers(family))
                .map(Registration::name)
                .collect(Collectors.toSet());
    }

    private static boolean needsConntrack(KernelModule module) {
        return module.dependencies().stream()
                .anyMatch(name -> name.equals("nf_conntrack") || needsConntrack(known(name)));
    }

    static KernelModule known(String name) {
        KernelModule module = BY_NAME.get(name);
        if (module == null) {
            throw new IllegalStateException("no module of this kernel: " + name);
        }
        return module;
    }
}
