package vzguard.agent.tools;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import vzguard.agent.dialect.KernelNames;
import vzguard.agent.exec.HostFiles;

/**
 * What loads modules when the host boots (facts 6.2): {@code /etc/modules} and {@code /etc/modules-load.d/*.conf}, or on RHEL and
 * CentOS 5 and 6, which read neither, the executable {@code /etc/sysconfig/modules/*.modules}; and service vz, which takes
 * {@code IPTABLES_MODULES} of vz.conf, or {@code IPTABLES} where that is not set.
 */
public final class ModuleFiles {
    /** Of systemd's directory; a name that does not end in .conf would be passed over without a word. */
    public static final String OWN_FILE = "/etc/modules-load.d/vzguard.conf";

    /** Of RHEL 5 and 6: a script, which must be executable. */
    public static final String OWN_SCRIPT = "/etc/sysconfig/modules/vzguard.modules";

    private static final String SCRIPTS = "/etc/sysconfig/modules";
    private static final String RHEL = "/etc/rc.d/rc3.d";
    private static final Pattern LOADS =
            Pattern.compile("(?:exec\\s+)?(?:/sbin/)?modprobe\\s+(?:-\\S+\\s+)*([\\w-]+).*");

    private static final String DIRECTORY = "/etc/modules-load.d";
    private static final String CLASSIC_FILE = "/etc/modules";

    private ModuleFiles() {}

    /** Where a module is written to be loaded at boot. */
    public static String path(HostFiles files) {
        if (files.exists(DIRECTORY)) {
            return OWN_FILE;
        }
        return files.exists(RHEL) ? OWN_SCRIPT : CLASSIC_FILE;
    }

    /** Whether a file from which modules are loaded is a script that does it, and not a list of names. */
    public static boolean isScript(String path) {
        return path.startsWith(SCRIPTS);
    }

    /** What loads which module at boot: normalised kernel or vzctl name to path. */
    public static Map<String, String> persisted(HostFiles files, Optional<ConfigText> vzConf, String vzConfPath) {
        Map<String, String> loaders = new LinkedHashMap<>();
        for (String path : sources(files)) {
            named(path, files.read(path).orElse("")).forEach(name -> loaders.putIfAbsent(name, path));
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

    private static List<String> sources(HostFiles files) {
        if (isScript(path(files))) {
            return files.list(SCRIPTS).stream()
                    .filter(file -> file.endsWith(".modules"))
                    .map(file -> SCRIPTS + "/" + file)
                    .filter(files::isExecutable)
                    .toList();
        }
        Stream<String> listed = files.list(DIRECTORY).stream()
                .filter(file -> file.endsWith(".conf"))
                .map(file -> DIRECTORY + "/" + file);
        return Stream.concat(Stream.of(CLASSIC_FILE), listed).toList();
    }

    /** Which modules a file with this text loads, by normalised names. */
    public static Stream<String> named(String path, String text) {
        if (isScript(path)) {
            return text.lines()
                    .map(String::strip)
                    .map(LOADS::matcher)
                    .filter(Matcher::matches)
                    .map(line -> KernelNames.normal(line.group(1)));
        }
        return text.lines()
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
