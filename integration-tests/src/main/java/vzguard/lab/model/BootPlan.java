package vzguard.lab.model;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import vzguard.values.Ctid;

/**
 * What a booting host does about modules and VEs, in this order: {@code /etc/modules}, then every
 * {@code /etc/modules-load.d/*.conf} by name, then service vz, which loads {@code ip_tables}, {@code IPTABLES_MODULES} (or
 * else {@code IPTABLES}: {@link VzctlRelease#loaderKeys}) of vz.conf and {@code xt_tcpudp}, with {@code IPV6=yes} also {@code ip6_tables} and
 * {@code IP6TABLES}, unless {@code MODULES_DISABLED=yes}, and starts the VEs with
 * {@code ONBOOT=yes} that are not disabled, by {@code BOOTORDER} (the highest first) and number. A module that does not
 * exist is passed over without a word, as the init script does.
 *
 * @param modules what modprobe is called with before the network is up
 * @param serviceModules what service vz calls it with
 * @param starts the VEs that are started
 */
public record BootPlan(List<String> modules, List<String> serviceModules, List<Ctid> starts) {
    public BootPlan {
        modules = List.copyOf(modules);
        serviceModules = List.copyOf(serviceModules);
        starts = List.copyOf(starts);
    }

    /**
     * Makes the plan of these files.
     *
     * @param etcModules text of {@code /etc/modules}
     * @param modulesLoad texts of the files of {@code modules-load.d} by file name
     * @param vzConf text of {@code vz.conf}
     * @param veConfigs texts of the VEs' configurations
     * @param release whose service vz it is
     */
    public static BootPlan of(
            String etcModules,
            SortedMap<String, String> modulesLoad,
            String vzConf,
            Map<Ctid, String> veConfigs,
            VzctlRelease release) {
        Stream<String> early = Stream.concat(Stream.of(etcModules), modulesLoad.values().stream())
                .flatMap(BootPlan::moduleNames);
        return new BootPlan(
                early.toList(),
                serviceModules(ConfigFile.parse(vzConf), release).toList(),
                starts(veConfigs));
    }

    private static Stream<String> moduleNames(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#") && !line.startsWith(";"))
                .map(line -> line.split("[ \t]+", 2)[0]);
    }

    private static Stream<String> serviceModules(ConfigFile vzConf, VzctlRelease release) {
        if (vzConf.value("MODULES_DISABLED").orElse("no").equals("yes")) {
            return Stream.empty();
        }
        // The init script sources vz.conf, so IPTABLES_MODULES="$IPTABLES" means what a shell makes of it.
        String iptables = vzConf.value("IPTABLES").orElse("");
        String list = release.loaderKeys().stream()
                .flatMap(key -> vzConf.value(key).stream())
                .findFirst()
                .map(value -> value.replace("${IPTABLES}", iptables).replace("$IPTABLES", iptables))
                .orElse("");
        if (release.loaderKeys().isEmpty()) {
            return Stream.empty();
        }
        String list6 = vzConf.value("IPV6").equals(Optional.of("yes"))
                ? "ip6_tables " + vzConf.value("IP6TABLES").orElse("")
                : "";
        return Stream.of("ip_tables", list, "xt_tcpudp", list6)
                .flatMap(words -> Stream.of(words.split("[ \t]+")))
                .filter(word -> !word.isEmpty());
    }

    private record Candidate(Ctid ctid, ConfigFile config) {
        boolean starts() {
            return config.value("ONBOOT").equals(Optional.of("yes"))
                    && !config.value("DISABLED").equals(Optional.of("yes"));
        }

        long order() {
            return config.value("BOOTORDER")
                    .filter(text -> text.matches("[0-9]{1,18}"))
                    .map(Long::parseLong)
                    .orElse(0L);
        }
    }

    private static List<Ctid> starts(Map<Ctid, String> veConfigs) {
        return veConfigs.entrySet().stream()
                .map(entry -> new Candidate(entry.getKey(), ConfigFile.parse(entry.getValue())))
                .filter(Candidate::starts)
                .sorted(Comparator.comparingLong(Candidate::order).reversed().thenComparing(Candidate::ctid))
                .map(Candidate::ctid)
                .toList();
    }
}
