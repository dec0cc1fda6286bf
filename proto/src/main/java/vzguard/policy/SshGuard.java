package vzguard.policy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The SSH guard: which new connections, to which ports, are dropped.
 *
 * @param ports TCP ports, 1-65535, ascending, 1 to 15 of them
 * @param window whole seconds, 1-86400, in which new connections are counted
 * @param hits the Nth new connection within the window is dropped, 2-20 (the limit of xt_recent's ring on old kernels)
 * @param list name of the xt_recent list, 1-24 characters of {@code [A-Za-z0-9_-]}, not {@code DEFAULT} (ufw's); the
 *     IPv6 list is this name with "6" appended
 * @param allow addresses and CIDR blocks of both families, canonical, never counted nor dropped
 */
public record SshGuard(
        Set<Placement> placement,
        Rule rule,
        List<Integer> ports,
        Duration window,
        int hits,
        String list,
        Action action,
        List<String> allow,
        boolean ipv6) {

    public SshGuard {
        placement = java.util.Collections.unmodifiableSet(new TreeSet<>(placement));
        ports = List.copyOf(ports);
        allow = List.copyOf(allow);
    }

    /** Where a guard stands. */
    public enum Placement {
        /** The node's own sshd: chain INPUT of the host. */
        HOST,
        /** Inside the VE: chain INPUT of the VE. */
        VE,
        /** The host's FORWARD chain, for one VE. */
        EDGE
    }

    /** How connections are judged. */
    public enum Rule {
        /** The two published rules with their numbers; each retry prolongs the block. */
        FIELD_REPORT,
        /** A ban of fixed length. */
        FIXED_BAN
    }

    /** What happens to a connection that is one too many. */
    public enum Action {
        DROP,
        REJECT
    }
}
