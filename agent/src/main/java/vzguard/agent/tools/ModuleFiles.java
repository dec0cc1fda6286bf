package vzguard.agent.tools;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import vzguard.agent.exec.HostFiles;

/**
 * What loads modules when the host boots: {@code /etc/modules}, {@code /etc/modules-load.d/*.conf}, and service vz, which
 * takes {@code IPTABLES_MODULES} of vz.conf, or {@code IPTABLES} where that is not set.
 */
public final class ModuleFiles {
    /** Of systemd's directory; a name that does not end in .conf would be passed over without a word. */
    public static final String OWN_FILE = "/etc/modules-load.d/vzguard.conf";

    private static final String DIRECTORY = "/etc/modules-load.d";
    private static final String CLASSIC_FILE = "/etc/modules";

    private ModuleFiles() {}

    /** Where a module is written to be loaded at boot. */
    public static String path(HostFiles files) {
        return files.exists(DIRECTORY) ? OWN_FILE : CLASSIC_FILE;
    }

    /** What loads which module at boot: normalised kernel or vzctl name to path. */
    public static Map<String, String> persisted(HostFiles files, Optional<ConfigText> vzConf, String vzConfPath) {
        Map<String, String> loaders = new LinkedHashMap<>();
        names(files, CLASSIC_FILE).forEach(name -> loaders.putIfAbsent(name, CLASSIC_FILE));
        for (String file : files.list(DIRECTORY)) {
            if (file.endsWith(".conf")) {
                String path = DIRECTORY + "/" + file;
                names(files, path).forEach(name -> loaders.putIfAbsent(name, path));
            }
        }
        vzConf.filter(config -> !config.isYes("MODULES_DISABLED"))
                .ifPresent(config -> serviceModules(config).forEach(name -> loaders.putIfAbsent(name, vzConfPath)));
        return loaders;
    }

    private static Stream<String> serviceModules(ConfigText vzConf) {
        List<String> shared = vzConf.words("IPTABLES").orElse(List.of());
        // The init script sources the file, so a shell's reference to the other key occurs there.
        return vzConf.words("IPTABLES_MODULES")
                .map(words -> words.stream()
                        .flatMap(word -> word.equals("$IPTABLES") || word.equals("${IPTABLES}")
                                ? shared.stream()
                                : Stream.of(word)))
                .orElseGet(shared::stream)
                .map(KernelNames::normal);
    }

    private static Stream<String> names(HostFiles files, String path) {
        return files.read(path).stream()
                .flatMap(String::lines)
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#") && !line.startsWith(";"))
                .map(line -> KernelNames.normal(line.split("[ \\t]+", 2)[0]));
    }

    /** The path of what loads the module at boot; empty when nothing does. */
    public static String loader(Map<String, String> loaders, String module) {
        return Stream.concat(Stream.of(module), KernelNames.of(module).stream())
                .map(name -> loaders.getOrDefault(name, ""))
                .filter(path -> !path.isEmpty())
                .findFirst()
                .orElse("");
    }
}
