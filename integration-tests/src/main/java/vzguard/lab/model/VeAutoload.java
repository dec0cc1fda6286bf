package vzguard.lab.model;

import java.util.List;
import java.util.Optional;

/**
 * What late kernels do for a VE whose iptables names something that is not loaded (facts.md 3.6): they load it, if the VE's mask
 * permits it, the sysctl does not forbid it and modprobe.d has no {@code blacklist} line for it.
 */
final class VeAutoload {
    private static final String SWITCH = "/proc/sys/kernel/ve_allow_module_load";
    private static final String SETTINGS = "/etc/sysctl.conf";
    private static final String BLACKLISTS = "/etc/modprobe.d";

    private final OpenVzHost host;

    VeAutoload(OpenVzHost host) {
        this.host = host;
    }

    /** At boot: the switch as sysctl.conf sets it, on kernels that have one. */
    void reset() {
        if (host.floor().generation().kernel().loadsForVes()) {
            boolean forbidden = host.tree()
                    .read(SETTINGS)
                    .orElse("")
                    .lines()
                    .anyMatch(line -> line.strip().matches("kernel\\.ve_allow_module_load\\s*=\\s*0"));
            host.tree().write(SWITCH, forbidden ? "0\n" : "1\n");
        }
    }

    /** The module to load because a VE with this mask asks for this name; empty when nothing is. */
    Optional<KernelModule> permitted(NetfilterMask mask, String name) {
        boolean allowed = host.tree().read(SWITCH).orElse("1").strip().equals("1");
        return host.modules()
                .find(name)
                .filter(module -> allowed && host.modules().loadsFor(mask, module))
                .filter(module -> !isBlacklisted(module));
    }

    private boolean isBlacklisted(KernelModule module) {
        List<String> files = host.tree().list(BLACKLISTS);
        return files.stream()
                .flatMap(file ->
                        host.tree().read(BLACKLISTS + "/" + file).orElse("").lines())
                .map(line -> line.strip().split("[ \t]+"))
                .anyMatch(words -> words.length == 2
                        && words[0].equals("blacklist")
                        && host.modules().find(words[1]).equals(Optional.of(module)));
    }
}
