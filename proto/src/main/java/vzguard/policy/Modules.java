package vzguard.policy;

import java.util.List;

/**
 * Kernel modules on the host, and how VEs may use them.
 *
 * @param require names as vzctl knows them ({@code ipt_recent}, {@code ipt_state}, {@code ip_conntrack}), in the
 *     operator's order, each once
 * @param persist keep them loaded over a reboot of the host
 */
public record Modules(List<String> require, Share share, boolean persist) {

    /** What a policy without {@code modules} means: what the guard needs, shared as the planner thinks best. */
    public static final Modules DEFAULT = new Modules(List.of(), Share.AUTO, true);

    public Modules {
        require = List.copyOf(require);
    }

    /** How a host lets VEs use modules. */
    public enum Share {
        /** {@code vzctl set CTID --iptables ... --save}. */
        PER_VE,
        /** {@code IPTABLES=} in vz.conf. */
        GLOBAL,
        /** {@code vzctl set CTID --netfilter MODE --save}; vzctl 4.7 and later. */
        NETFILTER,
        /** The planner takes what costs least. */
        AUTO
    }
}
