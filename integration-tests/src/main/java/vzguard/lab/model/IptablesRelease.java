package vzguard.lab.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One release of iptables: which options it knows and how it writes (facts.md 5.1 to 5.3; what is not there is marked). The
 * labs run 1.8.9 underneath: this says what is refused, and worded otherwise, in front of it.
 *
 * @param text as {@code iptables --version} prints it, without the v
 * @param waiting what it makes of {@code -w}
 */
public record IptablesRelease(String text, Waiting waiting) {
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

    /** The release that the labs really run. */
    public static final IptablesRelease OBSERVED = new IptablesRelease("1.8.9", Waiting.NUMBER_OR_NOT);

    /** What {@code -w} is (facts.md 5.2). */
    public enum Waiting {
        /** An unknown option: before 1.4.20. */
        UNKNOWN,
        /** It takes no number: 1.4.20 and 1.4.21. */
        FLAG,
        /** It wants a number: the late 1.4.7 of RHEL 6. */
        NUMBER,
        /** Since 1.6.0. */
        NUMBER_OR_NOT
    }

    /** @throws IllegalArgumentException for a text that is not three numbers */
    public IptablesRelease {
        if (!NUMBERS.matcher(text).matches()) {
            throw new IllegalArgumentException("not a release of iptables: " + text);
        }
    }

    private static long number(String release) {
        Matcher matcher = NUMBERS.matcher(release);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a release of iptables: " + release);
        }
        return (Long.parseLong(matcher.group(1)) * 1000 + Long.parseLong(matcher.group(2))) * 1000
                + Long.parseLong(matcher.group(3));
    }

    public boolean since(String release) {
        return number(text) >= number(release);
    }

    /** As it calls itself in messages: {@code v1.4.2}, {@code v1.8.9 (legacy)}. */
    public String banner() {
        return "v" + text + (since("1.8.0") ? " (legacy)" : "");
    }

    /** Nothing has to be refused or worded otherwise: it is what the labs run. */
    public boolean isReal() {
        return equals(OBSERVED);
    }
}
