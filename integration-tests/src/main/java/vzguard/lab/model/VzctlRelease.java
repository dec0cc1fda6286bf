package vzguard.lab.model;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One release of vzctl and what it can do, by its number alone. Every answer is that of facts.md sections 1 to 3; the words
 * it says are in {@link VzctlWords}.
 *
 * @param text as {@code vzctl --version} prints it: {@code 3.0.22}
 */
public record VzctlRelease(String text) implements Comparable<VzctlRelease> {
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})(?:\\.(\\d{1,4}))?(?:\\.(\\d{1,4}))?.*");

    /** The release that the transcripts were observed with. */
    public static final VzctlRelease OBSERVED = new VzctlRelease("4.11.1");

    /** How it calls what it manages. */
    enum Wording {
        /** Up to 3.0.22: VE, VEID (facts.md 1.3). */
        VE,
        /** 3.0.23 to 4.11: container, CTID. */
        CONTAINER,
        /** From 7 on: Container with a capital, VEID again. */
        CAPITAL
    }

    /** @throws IllegalArgumentException for a text that does not begin with a number */
    public VzctlRelease {
        if (!NUMBERS.matcher(text).matches()) {
            throw new IllegalArgumentException("not a release of vzctl: " + text);
        }
    }

    private long number() {
        Matcher matcher = NUMBERS.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalStateException(text);
        }
        long number = 0;
        for (int i = 1; i <= 3; i++) {
            number = number * 10_000 + (matcher.group(i) == null ? 0 : Long.parseLong(matcher.group(i)));
        }
        return number;
    }

    @Override
    public int compareTo(VzctlRelease other) {
        return Long.compare(number(), other.number());
    }

    /** Whether it is this release or a later one. */
    public boolean since(String release) {
        return compareTo(new VzctlRelease(release)) >= 0;
    }

    Wording wording() {
        return since("7.0") ? Wording.CAPITAL : since("3.0.23") ? Wording.CONTAINER : Wording.VE;
    }

    /** {@code --iptables} and {@code IPTABLES=} exist: until 8 took everything away (facts.md 1.1). */
    public boolean hasIptables() {
        return !since("8.0");
    }

    /** {@code --netfilter} and {@code NETFILTER=} exist, and win over {@code IPTABLES=} without a word (facts.md 3.4). */
    public boolean hasNetfilter() {
        return since("4.7") && !since("8.0");
    }

    /** Whether {@code --iptables} takes this name: ipt_recent since 3.0.24 and no more in 7 (facts.md 3.3). */
    public boolean takes(IptablesName name) {
        return hasIptables() && (name != IptablesName.IPT_RECENT || (since("3.0.24") && !since("7.0")));
    }

    /** Names in a list may be separated by commas too (facts.md 3.3). */
    boolean splitsAtCommas() {
        return since("4.0");
    }

    /** VEs are UUIDs unless a number was asked for (facts.md 1.7). */
    public boolean hasUuids() {
        return since("7.0");
    }

    /** A VE's configuration is a link to {@code VE_PRIVATE/ve.conf} (facts.md 3.1). */
    public boolean keepsConfigInArea() {
        return since("7.0");
    }

    /** What {@code set} of a running VE's mask exits with although it has saved (facts.md 1.6). */
    int savedButPending() {
        return since("7.0") ? ExitCode.RUNNING : ExitCode.OK;
    }

    /** A name that another VE has (facts.md 1.4). */
    int nameTaken() {
        return since("7.0") ? 137 : ExitCode.NAME_TAKEN;
    }

    /** An option that it does not know, among those of {@code set}. */
    int unknownOption() {
        return ExitCode.INVALID_PARAMETER;
    }

    /** {@code status} tells a suspended VE: as a fourth word, or from 7 on in place of the third (facts.md 1.3). */
    boolean tellsSuspended() {
        return since("3.0.24");
    }

    /**
     * Which keys of vz.conf service vz loads modules by, the first that is set: until 3.0.26 the list of what is shared, from
     * 7 on none (facts.md 3.5).
     */
    List<String> loaderKeys() {
        if (since("7.0")) {
            return List.of();
        }
        return since("3.0.27") ? List.of("IPTABLES_MODULES", "IPTABLES") : List.of("IPTABLES");
    }

    /** vzlist prints JSON (facts.md 2). */
    boolean hasJson() {
        return since("4.0");
    }
}
