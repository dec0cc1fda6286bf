package vzguard.lab.model;

import java.util.List;

/**
 * Connection tracking of the host itself, which an update may have switched off for good: vzctl 4.7's package wrote the option, and
 * it counts from the next load of the module on (facts.md 7.1). VEs keep theirs.
 */
final class HostConntrack {
    private static final List<String> MODULES = List.of("nf_conntrack", "ip_conntrack");
    private static final String PARAMETER = "ip_conntrack_disable_ve0";
    private static final String OPTIONS = "/etc/modprobe.d";

    private final OpenVzHost host;

    HostConntrack(OpenVzHost host) {
        this.host = host;
    }

    /** What modprobe.d says becomes the parameter of a module that was not loaded before. */
    void afterLoading(List<String> before) {
        host.floor().loadedModules().stream()
                .filter(module -> MODULES.contains(module) && !before.contains(module))
                .filter(module -> isOptionOf(module) || isOff())
                .forEach(module -> host.floor().setModuleParameter(module, PARAMETER, isOptionOf(module) ? "1" : "0"));
    }

    private boolean isOptionOf(String module) {
        return host.tree().list(OPTIONS).stream()
                .flatMap(file ->
                        host.tree().read(OPTIONS + "/" + file).orElse("").lines())
                .map(line -> List.of(line.strip().split("[ \t]+")))
                .anyMatch(words -> words.size() > 2
                        && words.get(0).equals("options")
                        && host.modules()
                                .find(words.get(1))
                                .filter(named -> named.name().equals(module)
                                        || named.dependencies().contains(module))
                                .isPresent()
                        && words.contains(PARAMETER + "=1"));
    }

    boolean isOff() {
        return MODULES.stream()
                .anyMatch(module -> host.floor().loadedModules().contains(module)
                        && host.floor()
                                .moduleParameter(module, PARAMETER)
                                .filter(value -> value.strip().equals("1"))
                                .isPresent());
    }
}
