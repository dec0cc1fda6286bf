package vzguard.lab.model;

import java.util.OptionalLong;

/**
 * A line of OpenVZ kernels and its rules about netfilter in a VE (facts.md 3.6, 4.1 and 5.4). Only the rules are pretended: in
 * the real lab the machine's own kernel carries out what they let through.
 */
public enum KernelLine {
    /** RHEL 5. */
    RHEL5("2.6.18-92.1.1.el5.028stab057.2", Untracked.MATCHES_NOTHING, true, false, Long.MAX_VALUE, true),
    /** Debian lenny; no source of it was found, what is not in the field report is inferred. */
    LENNY("2.6.26-2-openvz-amd64", Untracked.INVALID, true, false, 20, true),
    /** 2.6.32 as first released: the rules of 042stab061. */
    EARLY("2.6.32-042stab061.2", Untracked.INVALID, false, false, 20, false),
    /** {@link #EARLY}, but for hit counts, which are those of the machine that the transcripts come from. */
    OBSERVED("2.6.32-042stab061.2", Untracked.INVALID, false, false, 65_535, false),
    /** The last of 2.6.32. */
    LATE("2.6.32-042stab141.42", Untracked.ABSENT, false, true, 20, false),
    /** OpenVZ 7. */
    VZ7("3.10.0-1160.105.1.vz7.214.3", Untracked.ABSENT, false, true, 20, false),
    /** Virtuozzo 9: no mask is enforced. */
    VZ9("5.14.0-427.22.1.vz9.64.10", Untracked.ABSENT, false, true, 255, false),
    /** One that nobody has heard of; it follows the rules of the newest. */
    ODD("6.12.3-odd.1", Untracked.ABSENT, false, true, 65_535, false);

    /** What becomes of a match that needs connection tracking where a VE has none (facts.md 5.4, cause 4). */
    public enum Untracked {
        /** It is taken, and then every packet is INVALID to it: a guard silently does nothing. */
        MATCHES_NOTHING,
        /** EINVAL. */
        INVALID,
        /** ENOENT, as if it were not loaded, although it is listed. */
        ABSENT
    }

    private final String release;
    private final Untracked untracked;
    private final boolean tablesAtStart;
    private final boolean loadsForVes;
    private final long mostHits;
    private final boolean oldRecent;

    KernelLine(
            String release,
            Untracked untracked,
            boolean tablesAtStart,
            boolean loadsForVes,
            long mostHits,
            boolean oldRecent) {
        this.release = release;
        this.untracked = untracked;
        this.tablesAtStart = tablesAtStart;
        this.loadsForVes = loadsForVes;
        this.mostHits = mostHits;
        this.oldRecent = oldRecent;
    }

    /** As {@code uname -r} prints it. */
    public String release() {
        return release;
    }

    public Untracked untracked() {
        return untracked;
    }

    /** Tables and connection tracking of a VE are those whose modules were loaded when it was started. */
    public boolean setsUpAtStart() {
        return tablesAtStart;
    }

    /**
     * A VE that names a match has its module loaded, if its mask permits it, the sysctl {@code kernel.ve_allow_module_load} is
     * not 0 and no {@code blacklist} line of modprobe.d names it.
     */
    public boolean loadsForVes() {
        return loadsForVes;
    }

    /** The greatest hit count that {@code recent} takes; empty where none is refused, and one above 20 never matches. */
    public OptionalLong mostHits() {
        return mostHits == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(mostHits);
    }

    /**
     * Where {@code recent} keeps its lists: {@code ipt_recent} before 2.6.28, where writes are {@code +ADDRESS},
     * {@code -ADDRESS} and {@code clear}, else {@code xt_recent} (facts.md 5.5).
     */
    public String recentFolder() {
        return oldRecent ? "/proc/net/ipt_recent" : "/proc/net/xt_recent";
    }

    public boolean hasOldRecent() {
        return oldRecent;
    }

    /** There is {@code modules.builtin}: since 2.6.33, and in RHEL 6's kernels (facts.md 4.2). */
    public boolean listsBuiltIns() {
        return !oldRecent;
    }

    /** The beancounter {@code numiptent} limits a VE's rules (facts.md 7.14). */
    public boolean countsRules() {
        return this != VZ9 && this != ODD && this != VZ7;
    }
}
