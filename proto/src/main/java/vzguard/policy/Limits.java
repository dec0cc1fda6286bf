package vzguard.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vzguard.policy.RolloutSettings.Wave;
import vzguard.policy.SshGuard.Escalation;
import vzguard.policy.SshGuard.Placement;
import vzguard.values.Cidr;
import vzguard.values.Quoted;

/**
 * What each setting may be: one place for the policy's text and for the wire. Every method returns the canonical value
 * or throws IllegalArgumentException with a message that says what is permitted.
 */
final class Limits {
    static final Range PORT = new Range(1, 65_535);
    static final Range HITS = new Range(2, 20);
    static final Range CANARY = new Range(0, 1_000);
    static final Range PRECEDENCE = new Range(0, 1_000);
    static final Range PER_HOST = new Range(1, 50);
    static final Range TOTAL = new Range(1, 10_000);
    /** Seconds. */
    static final Range WINDOW = new Range(1, 86_400);
    /** Seconds: a week, which every kernel's ticks can count. */
    static final Range BAN = new Range(1, 604_800);
    /** Of bans, as xt_recent counts them. */
    static final Range AFTER = HITS;
    /** Seconds. */
    static final Range SOAK = new Range(0, 86_400);
    /** Seconds: from an hour to 90 days. */
    static final Range EXPIRES = new Range(3_600, 7_776_000);
    /** Seconds. */
    static final Range CUTOFF = new Range(0, 86_400);
    /** VEs of one group. */
    static final Range GROUP = TOTAL;

    /**
     * The names that vzctl's {@code --iptables} takes, version 4.11.1; an unknown one ends vzctl with exit 21.
     * Everything else cannot be shared with a VE.
     */
    static final Set<String> MODULES = new TreeSet<>(List.of(
            "ip_tables",
            "iptable_filter",
            "iptable_mangle",
            "iptable_nat",
            "ipt_limit",
            "ipt_multiport",
            "ipt_tos",
            "ipt_TOS",
            "ipt_REJECT",
            "ipt_TCPMSS",
            "ipt_tcpmss",
            "ipt_ttl",
            "ipt_LOG",
            "ipt_length",
            "ip_conntrack",
            "ip_conntrack_ftp",
            "ip_conntrack_irc",
            "ipt_conntrack",
            "ipt_state",
            "ipt_helper",
            "ip_nat_ftp",
            "ip_nat_irc",
            "ipt_REDIRECT",
            "xt_mac",
            "ipt_owner",
            "ipt_recent"));

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,12})([smh]?)");
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    private static final Pattern LIST = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]{0,23}");
    private static final Pattern LABEL = Pattern.compile("[a-z][a-z0-9_.-]{0,62}");
    private static final Pattern PERCENT = Pattern.compile("([1-9][0-9]?|100)%");
    private static final Pattern WAVE = Pattern.compile("([1-9][0-9]{0,6})(%?)");

    private Limits() {}

    static String name(String text) {
        return matching(NAME, text, "1-63 characters of a-z, 0-9 and -, starting with a letter");
    }

    static String module(String text) {
        if (!MODULES.contains(text)) {
            throw new IllegalArgumentException(Quoted.of(text) + " is no module that vzctl can share ("
                    + String.join(", ", MODULES) + ")"
                    + Words.nearest(text, MODULES)
                            .map(near -> "; did you mean " + Quoted.of(near) + "?")
                            .orElse(""));
        }
        return text;
    }

    static List<String> modules(Collection<String> names) {
        return List.copyOf(count(names, 0, MODULES.size(), "modules"));
    }

    static Set<Placement> placement(Collection<Placement> places) {
        if (places.isEmpty()) {
            throw new IllegalArgumentException(
                    "is empty (any of host, ve, edge; to guard nothing, leave sshGuard out)");
        }
        return Set.copyOf(count(places, 1, Placement.values().length, "placements"));
    }

    static List<Integer> ports(Collection<Integer> ports) {
        return List.copyOf(new TreeSet<>(count(ports, 1, 15, "ports")));
    }

    /** {@code 60s}, {@code 5m}, {@code 1h}, or a number of seconds. */
    static Duration duration(String text, Range seconds) {
        String permitted = span(seconds.least()) + "-" + span(seconds.most());
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(Quoted.of(text) + " is no duration (permitted: " + permitted
                    + ", as 60s, 5m, 1h or a number of seconds)");
        }
        long unit = switch (matcher.group(2)) {
            case "h" -> 3_600;
            case "m" -> 60;
            default -> 1;
        };
        long value = Long.parseLong(matcher.group(1)) * unit;
        if (value < seconds.least() || value > seconds.most()) {
            throw new IllegalArgumentException(text + " is not permitted (" + permitted + ")");
        }
        return Duration.ofSeconds(value);
    }

    private static String span(int seconds) {
        return seconds > 0 && seconds % 3_600 == 0 ? seconds / 3_600 + "h" : seconds + "s";
    }

    static String list(String text) {
        String permitted = "1-24 characters of A-Z, a-z, 0-9, _ and -, not starting with -, not DEFAULT";
        if (text.equals("DEFAULT")) {
            throw new IllegalArgumentException(
                    "\"DEFAULT\" is not permitted: it is the list of iptables and ufw (" + permitted + ")");
        }
        return matching(LIST, text, permitted);
    }

    /**
     * How long a ban lasts.
     *
     * @param given what the policy says; empty: nothing
     */
    static Duration ban(SshGuard.Rule rule, Optional<Duration> given, Duration window) {
        if (rule != SshGuard.Rule.FIXED_BAN) {
            if (given.isPresent() && !given.get().isZero()) {
                throw new IllegalArgumentException("acts with rule: fixed-ban only");
            }
            return Duration.ZERO;
        }
        Duration ban = given.orElse(window.compareTo(SshGuard.DEFAULT_BAN) > 0 ? window : SshGuard.DEFAULT_BAN);
        // Who came back after a shorter one would be banned again for what was counted before it.
        if (ban.compareTo(window) < 0) {
            throw new IllegalArgumentException(
                    ban.toSeconds() + "s is shorter than the window (" + window.toSeconds() + "s)");
        }
        return ban;
    }

    /** Judges an escalation against the guard it belongs to. */
    static Escalation escalation(SshGuard.Rule rule, Duration ban, Escalation escalation) {
        if (rule != SshGuard.Rule.FIXED_BAN) {
            throw new IllegalArgumentException("acts with rule: fixed-ban only");
        }
        if (escalation.ban().compareTo(ban) <= 0) {
            throw new IllegalArgumentException("ban: " + escalation.ban().toSeconds()
                    + "s is not longer than the ban it takes the place of (" + ban.toSeconds() + "s)");
        }
        // Bans of one address follow each other: the last of so many begins when the ones before it have passed.
        Duration least = ban.multipliedBy(escalation.after() - 1L);
        if (escalation.within().compareTo(least) <= 0) {
            throw new IllegalArgumentException("within: " + escalation.within().toSeconds() + "s can never hold "
                    + escalation.after() + " bans of " + ban.toSeconds() + "s (permitted: more than "
                    + least.toSeconds() + "s)");
        }
        return escalation;
    }

    static Cidr allow(String text) {
        Cidr block = Cidr.parse(text);
        if (block.prefix() == 0) {
            throw new IllegalArgumentException(Quoted.of(text)
                    + " would exempt everyone (permitted: prefixes from /1; to guard nothing, leave sshGuard out)");
        }
        return block;
    }

    static List<String> allow(Collection<Cidr> blocks) {
        return count(blocks, 0, 256, "blocks").stream()
                .sorted()
                .map(Cidr::toString)
                .toList();
    }

    static Wave wave(String text) {
        Matcher matcher = WAVE.matcher(text);
        if (matcher.matches()) {
            boolean percent = !matcher.group(2).isEmpty();
            int value = Integer.parseInt(matcher.group(1));
            if (value <= (percent ? 100 : 1_000_000)) {
                return new Wave(value, percent);
            }
        }
        throw new IllegalArgumentException(
                Quoted.of(text) + " is no wave (permitted: 1%-100%, or a number of targets from 1 to 1000000)");
    }

    static List<Wave> waves(Collection<Wave> waves) {
        List<Wave> all = new ArrayList<>(count(waves, 1, 20, "waves"));
        for (int index = 1; index < all.size(); index++) {
            Wave previous = all.get(index - 1);
            Wave wave = all.get(index);
            if (wave.percent() == previous.percent() && wave.value() <= previous.value()) {
                throw new IllegalArgumentException("waves must ascend: " + wave + " follows " + previous
                        + " (each is the upper bound reached so far, as [10%, 50%, 100%])");
            }
        }
        Wave last = all.get(all.size() - 1);
        if (!last.equals(new Wave(100, true))) {
            throw new IllegalArgumentException("the last wave must be 100%, not " + last + " (as [10%, 50%, 100%])");
        }
        return all;
    }

    /** {@code HH:MM-HH:MM ZONE}; empty: always. */
    static String restartWindow(String text) {
        return RestartWindow.parse(text).toString();
    }

    static Threshold threshold(String text) {
        return Threshold.parse(text);
    }

    static String label(String text) {
        return matching(LABEL, text, "a label's name: 1-63 characters of a-z, 0-9, _, . and -, starting with a letter");
    }

    /** {@code 1%-100%}. */
    static int percent(String text) {
        Matcher matcher = PERCENT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(Quoted.of(text) + " is not permitted (1%-100%)");
        }
        return Integer.parseInt(matcher.group(1));
    }

    static Freeze freeze(String text) {
        return Freeze.parse(text);
    }

    static List<Freeze> freezes(Collection<Freeze> freezes) {
        return List.copyOf(count(freezes, 0, 20, "freezes"));
    }

    /** A window that is never open for so long would let nothing restart for ever. */
    static Duration cutoff(Duration cutoff, String window) {
        Duration open = RestartWindow.parse(window).length();
        if (open != null && cutoff.compareTo(open) >= 0) {
            throw new IllegalArgumentException(cutoff.toSeconds() + "s leaves nothing of the window " + window
                    + " (permitted: less than " + open.toSeconds() + "s)");
        }
        return cutoff;
    }

    /** Refuses what is not between {@code least} and {@code most} in number, and what is there twice. */
    static <T> Collection<T> count(Collection<T> values, int least, int most, String what) {
        if (values.size() < least || values.size() > most) {
            throw new IllegalArgumentException(
                    values.size() + " " + what + " are not permitted (" + least + "-" + most + ")");
        }
        Set<T> seen = new HashSet<>();
        for (T value : values) {
            if (!seen.add(value)) {
                throw new IllegalArgumentException(value + " is there twice");
            }
        }
        return values;
    }

    private static String matching(Pattern pattern, String text, String permitted) {
        if (!pattern.matcher(text).matches()) {
            throw new IllegalArgumentException(Quoted.of(text) + " is not permitted (" + permitted + ")");
        }
        return text;
    }
}
