package vzguard.agent.dialect;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import vzguard.agent.model.KernelSwitches;

/**
 * What a kernel permits VEs, by its release and, where releases do not tell, by what it has below {@code /proc} (facts 3.6,
 * 5.4, 5.5). Releases that no row holds are {@link #UNKNOWN}.
 */
public enum KernelGeneration {
    /** 2.6.18-028stab: connection tracking is bound when a VE starts; {@code -m state} without it takes packets for INVALID. */
    EL5(Loading.NEVER, true, "ipt_recent", Hitcount.UNCHECKED),
    /** 2.6.26, Debian lenny: as {@link #EL5} (inferred), with the check of the hitcount that came in 2.6.25. */
    LENNY(Loading.NEVER, true, "ipt_recent", Hitcount.PARAMETER),
    /** 2.6.32 up to where VEs may load (seen in 042stab061), and Debian squeeze's. */
    EL6_EARLY(Loading.NEVER, false, "xt_recent", Hitcount.PARAMETER),
    /** 2.6.32 with {@code kernel.ve_allow_module_load} (seen in 042stab141). */
    EL6_LATE(Loading.WHITELIST, false, "xt_recent", Hitcount.PARAMETER),
    /** 3.10, OpenVZ 7: as {@link #EL6_LATE}. */
    OVZ7(Loading.WHITELIST, false, "xt_recent", Hitcount.PARAMETER),
    /** Plain Linux from 3.11 on, Virtuozzo 8 and 9 among them: VEs are namespaces, and nothing is masked. */
    UPSTREAM(Loading.AS_THE_HOST, false, "xt_recent", Hitcount.OWN),
    /** No release, or one that nobody looked at: 2.4, 2.6.27, 3.2. */
    UNKNOWN(Loading.NEVER, false, "xt_recent", Hitcount.PARAMETER);

    /** Whether a rule in a VE makes the host load what it names. */
    enum Loading {
        NEVER,
        WHITELIST,
        AS_THE_HOST
    }

    /** What bounds {@code --hitcount}. */
    private enum Hitcount {
        /** Nothing: one above {@code ip_pkt_list_tot} is taken and never matches. */
        UNCHECKED,
        /** {@code ip_pkt_list_tot}: more is refused as an invalid argument. */
        PARAMETER,
        /** The rule's own, as far as the parameter is 0. */
        OWN
    }

    /** Features that a VE gets when it starts, or never, where the kernel binds them then. */
    private static final Set<String> BOUND_AT_START = Set.of(
            "ip_tables",
            "iptable_filter",
            "iptable_mangle",
            "iptable_nat",
            "ip6_tables",
            "ip6table_filter",
            "ip_conntrack",
            "ip_conntrack_ftp",
            "ip_conntrack_irc",
            "ip_nat_ftp",
            "ip_nat_irc");

    private static final Version UPSTREAM_SINCE = Version.of("3.11");

    private final Loading loading;
    private final boolean bindsAtStart;
    private final String recentFolder;
    private final Hitcount hitcount;

    KernelGeneration(Loading loading, boolean bindsAtStart, String recentFolder, Hitcount hitcount) {
        this.loading = loading;
        this.bindsAtStart = bindsAtStart;
        this.recentFolder = recentFolder;
        this.hitcount = hitcount;
    }

    /** @param release as {@code uname -r} */
    public static KernelGeneration of(String release, KernelSwitches switches) {
        Optional<Version> version = Version.atHeadOf(release);
        if (version.isEmpty()) {
            return UNKNOWN;
        }
        if (version.get().compareTo(UPSTREAM_SINCE) >= 0) {
            return UPSTREAM;
        }
        String three = release.strip().replaceFirst("^(\\d+\\.\\d+(?:\\.\\d+)?).*", "$1");
        return switch (three) {
            case "2.6.18" -> EL5;
            case "2.6.26" -> LENNY;
            case "2.6.32" -> switches.veModuleLoading().isEmpty() ? EL6_EARLY : EL6_LATE;
            case "3.10", "3.10.0" -> OVZ7;
            default -> UNKNOWN;
        };
    }

    public boolean isKnown() {
        return this != UNKNOWN;
    }

    /** A rule in a VE may make the host load a module, as far as the switch permits. */
    public boolean vesMayLoad(KernelSwitches switches) {
        return loading == Loading.WHITELIST && !switches.veModuleLoading().equals("0");
    }

    /** VEs could load modules, and somebody switched it off. */
    public boolean forbidsLoading(KernelSwitches switches) {
        return loading == Loading.WHITELIST && switches.veModuleLoading().equals("0");
    }

    /**
     * Whether a running VE must be restarted after the host loaded this. Matches and targets are there for all VEs at once
     * on every kernel.
     */
    public boolean boundAtStart(String module) {
        return bindsAtStart && BOUND_AT_START.contains(module);
    }

    /** Name of the folder of the match recent below {@code /proc/net}. */
    public String recentFolder() {
        return recentFolder;
    }

    /** The match recent counts IPv6 too: since it is xt_recent, 2.6.28. */
    public boolean recentCountsIpv6() {
        return recentFolder.equals("xt_recent");
    }

    /** The kernel has what iptables-nft speaks to, or may have: nf_tables came with 3.13, and to 3.10 of OpenVZ 7. */
    public boolean mayHaveNfTables() {
        return switch (this) {
            case EL5, LENNY, EL6_EARLY, EL6_LATE -> false;
            case OVZ7, UPSTREAM, UNKNOWN -> true;
        };
    }

    /** What comes of a rule with this hitcount. */
    public enum Counting {
        FINE,
        /** Refused: "Invalid argument". */
        REFUSED,
        /** Taken, and it never matches. */
        NEVER_MATCHES
    }

    /** @param packets {@code ip_pkt_list_tot}; 0: as many as the rule wants (since 3.19) */
    public Counting counting(int hitcount, int packets) {
        boolean fits = packets == 0 || hitcount <= packets;
        if (fits) {
            return Counting.FINE;
        }
        return this.hitcount == Hitcount.UNCHECKED ? Counting.NEVER_MATCHES : Counting.REFUSED;
    }

    /** Where the parameters of the match recent stand below {@code /sys/module}. */
    public List<String> recentParameters() {
        return List.of(
                "/sys/module/" + recentFolder + "/parameters/",
                "/sys/module/" + (recentFolder.equals("xt_recent") ? "ipt_recent" : "xt_recent") + "/parameters/");
    }
}
