package vzguard.lab.model;

import java.util.List;
import java.util.Set;

/**
 * One module that a host's kernel was built with.
 *
 * @param size in bytes, as lsmod shows it
 * @param dependencies names that modprobe loads first
 * @param aliases other names by which modprobe knows it
 * @param brings what it registers with iptables and ip6tables
 */
public record KernelModule(
        String name, int size, List<String> dependencies, Set<String> aliases, Set<Registration> brings) {
    public KernelModule {
        dependencies = List.copyOf(dependencies);
        aliases = Set.copyOf(aliases);
        brings = Set.copyOf(brings);
    }

    /** What a module can register. */
    public enum Kind {
        TABLE,
        MATCH,
        TARGET
    }

    /** For which program a registration counts. */
    public enum Reach {
        IPV4,
        IPV6,
        BOTH;

        boolean covers(Reach family) {
            return this == BOTH || this == family;
        }
    }

    /** One table, match or target by the name that iptables uses. */
    public record Registration(Kind kind, String name, Reach reach) {}
}
