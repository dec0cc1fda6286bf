package vzguard.agent.dialect;

import java.util.List;
import java.util.Optional;
import vzguard.agent.model.ShareNames;

/**
 * vzctl, by what {@code vzctl --version} says (facts 1.1). Each row begins with its first version and ends before the next
 * row's. Versions that no row holds are {@link #UNKNOWN}: what they would make of a command is not guessed.
 */
public enum VzctlGeneration {
    /** Debian lenny has its last one: VE and VEID in all texts, blanks alone between names. */
    CLASSIC_VE("3.0.9", "VEID", Knob.MASK, "IPTABLES", 0),
    /** Texts say CT and CTID; {@code ipt_recent} is not among the names yet. */
    CLASSIC_CT("3.0.23", "CTID", Knob.MASK, "IPTABLES", 0),
    /** {@code ipt_recent} is a name (vzctl 96211077). */
    CLASSIC_RECENT("3.0.24", "CTID", Knob.MASK, "IPTABLES", 0),
    /** A key of its own for what service vz loads. */
    CLASSIC_MODULES("3.0.27", "CTID", Knob.MASK, "IPTABLES_MODULES", 0),
    /** {@code --netfilter}, which wins over {@code IPTABLES=} silently. */
    CLASSIC_NETFILTER("4.7", "CTID", Knob.NETFILTER, "IPTABLES_MODULES", 0),
    /** OpenVZ 7: UUIDs, VEID again; what is saved and waits for a restart ends with 32; its table ends before {@code ipt_recent}. */
    SEVEN("7.0", "VEID", Knob.NETFILTER, "", 32),
    /** Virtuozzo 8 and 9: neither list nor mode, every VE may use everything. */
    WITHOUT_KNOB("8.0", "VEID", Knob.NONE, "", 0),
    /** No version, or one that nobody looked at. */
    UNKNOWN("0.0", "", Knob.NONE, "", 0);

    /** By what a host limits what its VEs may use. */
    enum Knob {
        MASK,
        NETFILTER,
        NONE
    }

    private static final Version AFTER_THE_LAST_CLASSIC = Version.of("5.0");
    private static final Version AFTER_ALL = Version.of("10.0");

    private final Version since;
    private final String idWord;
    private final Knob knob;
    private final String loadingKey;
    private final int pendingExit;

    VzctlGeneration(String since, String idWord, Knob knob, String loadingKey, int pendingExit) {
        this.since = Version.of(since);
        this.idWord = idWord;
        this.knob = knob;
        this.loadingKey = loadingKey;
        this.pendingExit = pendingExit;
    }

    /** @param version as {@code vzctl --version} prints it after its name */
    public static VzctlGeneration of(String version) {
        Optional<Version> found = Version.atHeadOf(version);
        if (found.isEmpty() || found.get().compareTo(AFTER_ALL) >= 0) {
            return UNKNOWN;
        }
        Version it = found.get();
        if (it.compareTo(AFTER_THE_LAST_CLASSIC) >= 0 && it.compareTo(SEVEN.since) < 0) {
            return UNKNOWN;
        }
        VzctlGeneration generation = UNKNOWN;
        for (VzctlGeneration row : values()) {
            if (row != UNKNOWN && it.compareTo(row.since) >= 0) {
                generation = row;
            }
        }
        return generation;
    }

    public boolean isKnown() {
        return this != UNKNOWN;
    }

    /** {@code IPTABLES=} and {@code --iptables} mean something. */
    public boolean hasIptables() {
        return knob != Knob.NONE;
    }

    /** {@code NETFILTER=} and {@code --netfilter} exist, and win. */
    public boolean hasNetfilter() {
        return knob == Knob.NETFILTER;
    }

    /** Whether {@code --iptables} takes the name; for others it ends with 21, and in a config it passes them over silently. */
    public boolean knows(String name) {
        boolean recentIsOne = this == CLASSIC_RECENT || this == CLASSIC_MODULES || this == CLASSIC_NETFILTER;
        return hasIptables() && ShareNames.isKnown(name) && (recentIsOne || !name.equals("ipt_recent"));
    }

    /** What {@code vzctl status} calls a VE's id. */
    public String idWord() {
        return idWord;
    }

    /** How {@code set --save} ends for a VE that runs: saved, and not in force before its next start (facts 1.6). */
    public int pendingExit() {
        return pendingExit;
    }

    /** Key of vz.conf that names what service vz loads; empty where it loads nothing (facts 3.5). */
    public String loadingKey() {
        return loadingKey;
    }

    /** What vzctl says besides exit 9 when another one holds the lock (facts 1.5). */
    public String lockedWords() {
        return switch (this) {
            case CLASSIC_VE -> "VE already locked";
            case CLASSIC_CT, CLASSIC_RECENT, CLASSIC_MODULES, CLASSIC_NETFILTER -> "Container already locked";
            case SEVEN, WITHOUT_KNOB -> "Cannot lock the Container";
            case UNKNOWN -> "";
        };
    }

    /** Words that separate names in one value. */
    public List<String> separators() {
        return this == CLASSIC_VE ? List.of(" ", "\t") : List.of(" ", "\t", ",");
    }
}
