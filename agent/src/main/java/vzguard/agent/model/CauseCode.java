package vzguard.agent.model;

/** Why something is as it is. The names are part of the contract: they appear in results and scripts match on them. */
public enum CauseCode {
    /** This vzctl or this kernel is none that the agent knows: the host is only observed. */
    GENERATION_UNKNOWN,
    /** A module that is needed is not loaded on the host. */
    MODULE_NOT_LOADED,
    /** The kernel loads no modules, and has not built in what is needed. */
    NO_MODULE_SUPPORT,
    /** A line of modprobe.d keeps a module from loading. */
    MODULE_BLACKLISTED,
    /** VEs could make this kernel load what they use, and a switch forbids it. */
    AUTOLOAD_FORBIDDEN,
    /** A module is loaded, and nothing loads it when the host boots. */
    MODULE_NOT_PERSISTED,
    /** A module is loaded, but the VE may not use it. */
    NOT_SHARED,
    /** A rule needs connection tracking, and the VE has none. */
    CONNTRACK_OFF,
    /** The SSH port is exempt from connection tracking, and rules there want a state: they match nothing. */
    PORT_UNTRACKED,
    /** {@code NETFILTER=} of the VE wins over its {@code IPTABLES=}, silently. */
    NETFILTER_WINS,
    /** {@code NETFILTER=disabled}: the VE has no tables at all. */
    NETFILTER_DISABLED,
    /** {@code NETFILTER=} in vz.conf, where vzctl passes over it. */
    NETFILTER_IGNORED,
    /** A config shares names that this vzctl does not know; it passes over them silently. */
    SHARE_NAME_UNKNOWN,
    /** The VE started before the host loaded what this kernel gives VEs at their start only. */
    STARTED_TOO_EARLY,
    /** This vzctl has no {@code --netfilter}. */
    NETFILTER_UNSUPPORTED,
    /** The config changed since the VE started; the VE runs with the old one. */
    RESTART_PENDING,
    /** A restart is needed and was not allowed. */
    RESTART_NOT_ALLOWED,
    /** Another vzctl holds the VE's lock. */
    CT_LOCKED,
    VE_STOPPED,
    VE_SUSPENDED,
    /** {@code DISABLED=yes}: a restart would stop the VE and refuse to start it. */
    VE_DISABLED,
    VE_MISSING,
    /** The VE runs but answers no exec. */
    VE_UNREACHABLE,
    /** Neither running, stopped nor suspended, or vzlist was not readable. */
    VE_STATE_UNKNOWN,
    /** After its restart the VE did not become healthy in time. */
    VE_UNHEALTHY,
    GUARD_ABSENT,
    /** The address is exempt from the guard. */
    BAN_WOULD_NOT_ACT,
    /** The next connection of somebody who is connected now would be dropped. */
    WOULD_LOCK_OUT,
    /** A guard was written and taken back: it was not confirmed that others still get in. */
    NOT_CONFIRMED,
    /** The kernel would forget an address for each more. */
    LIST_FULL,
    /** A rule that is not vzguard's counts into the guard's list: connections would count twice. */
    COUNTED_TWICE,
    /** The guard, or what counts into its lists, stands in the tables of the other backend of iptables too. */
    BOTH_BACKENDS,
    /** Own chains differ from what was applied, or nothing jumps to them. */
    GUARD_DRIFTED,
    /** The rules of a place could not be read. */
    RULES_UNREADABLE,
    /** The host knows no address of the VE, so nothing at its edge can be told to be for it. */
    NO_ADDRESS,
    /** There is no iptables where the guard is to be. */
    IPTABLES_MISSING,
    /** iptables of the place lacks an option that the guard needs there. */
    IPTABLES_TOO_OLD,
    /** iptables of the place is nft, and its kernel has no nf_tables. */
    NFT_WITHOUT_KERNEL,
    /** Another program holds the lock of iptables. */
    XTABLES_LOCKED,
    /** A rule wants more connections than the kernel keeps stamps for. */
    HITCOUNT_TOO_HIGH,
    /** The VE has as many rules as it may have (numiptent). */
    RULE_LIMIT,
    /** A rule before those that count ends every new connection to the port. */
    GUARD_BYPASSED,
    /** The port is reached over IPv6 too, and nothing guards it there. */
    IPV6_UNGUARDED,
    /** A script that is to write rules at boot is passed over by what runs scripts there. */
    BOOT_SCRIPT_IGNORED,
    /** A script that is to write rules at boot ends badly, which leaves the interface down. */
    BOOT_SCRIPT_FAILS,
    /** The guard is there, but not for the next start. */
    GUARD_NOT_PERSISTED,
    /** A config file holds a key twice: what is written would not be what is read. */
    DUPLICATE_KEY,
    CONFIG_UNREADABLE,
    /** A file that was to be put back was changed in the same lines by others. */
    CHANGED_BY_OTHERS,
    /** A program said that it succeeded, and nothing changed. */
    NO_EFFECT,
    PROGRAM_FAILED,
    PROGRAM_TIMED_OUT,
    /** Another hand ended a program in its middle by a signal. */
    PROGRAM_KILLED,
    /** The job's time passed before all of its steps were begun. */
    TIMED_OUT,
    /** The place is not what it was when the plan was made. */
    PLAN_CHANGED,
    NOT_SUPPORTED
}
