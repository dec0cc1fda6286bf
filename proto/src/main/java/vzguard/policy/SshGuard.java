package vzguard.policy;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import vzguard.values.Cidr;

/**
 * The SSH guard: which new connections, to which ports, are dropped.
 *
 * <p>A policy without {@code sshGuard} wants no guard; it carries {@link #NONE}, whose placement is empty. A guard
 * that is there has at least one placement.
 *
 * @param placement where it stands; empty only in {@link #NONE}
 * @param ports TCP ports, 1-65535, ascending, 1 to 15 of them
 * @param window whole seconds, 1-86400, in which new connections are counted
 * @param hits the Nth new connection within the window is dropped, 2-20 (the limit of xt_recent's ring on old kernels)
 * @param list name of the xt_recent list, 1-24 characters of {@code [A-Za-z0-9_-]}, not {@code DEFAULT} (ufw's); the
 *     IPv6 list is this name with "6" appended
 * @param allow addresses and CIDR blocks of both families, canonical and sorted, never counted nor dropped, at most 256
 * @param ipv6 guard IPv6 too, with the same numbers
 * @param ban with {@link Rule#FIXED_BAN} how long a ban lasts, whole seconds, 1-604800 and not less than the window; else
 *     {@link Duration#ZERO}
 * @param escalation with {@link Rule#FIXED_BAN} longer bans for those who come back
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
        boolean ipv6,
        Duration ban,
        Optional<Escalation> escalation) {

    /** What {@code sshGuard: {}} means: the field report's numbers, inside the VE. */
    public static final SshGuard DEFAULT = new SshGuard(
            Set.of(Placement.VE),
            Rule.FIELD_REPORT,
            List.of(22),
            Duration.ofSeconds(60),
            3,
            "SSH",
            Action.DROP,
            List.of(),
            true,
            Duration.ZERO,
            Optional.empty());

    /** How long a ban lasts when the policy does not say; raised to the window where that is longer. */
    public static final Duration DEFAULT_BAN = Duration.ofMinutes(10);

    /** No guard is wanted. */
    public static final SshGuard NONE = new SshGuard(
            Set.of(),
            DEFAULT.rule,
            DEFAULT.ports,
            DEFAULT.window,
            DEFAULT.hits,
            DEFAULT.list,
            DEFAULT.action,
            DEFAULT.allow,
            DEFAULT.ipv6,
            DEFAULT.ban,
            DEFAULT.escalation);

    public SshGuard {
        placement = Collections.unmodifiableSet(new TreeSet<>(placement));
        ports = List.copyOf(ports);
        allow = List.copyOf(allow);
    }

    /** Whether a guard is wanted anywhere. */
    public boolean isWanted() {
        return !placement.isEmpty();
    }

    /** The exempt blocks, in the order of {@link #allow}. */
    public List<Cidr> allowedBlocks() {
        return allow.stream().map(Cidr::parse).toList();
    }

    /**
     * Longer bans for those who come back.
     *
     * @param after the ban with this number within {@code within} is a long one, 2-20
     * @param within whole seconds, 1-604800
     * @param ban how long it lasts, whole seconds, 1-604800, more than the ban that it takes the place of
     */
    public record Escalation(int after, Duration within, Duration ban) {}

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
        /** Who makes too many connections is banned for a fixed time, however often they retry. */
        FIXED_BAN
    }

    /** What happens to a connection that is one too many. */
    public enum Action {
        /** Nothing is answered: the client waits until it gives up. */
        DROP,
        /** The connection is refused at once by a TCP reset. */
        REJECT
    }
}
