package vzguard.agent.guard;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import vzguard.agent.model.Digests;
import vzguard.agent.model.Family;
import vzguard.agent.model.OwnRules;
import vzguard.policy.SshGuard;

/**
 * A second count beside the match recent, by the match hashlimit, for guards with bans of fixed length: a list of recent holds 100
 * addresses and forgets the one not seen for longest, so that whoever sends 100 SYNs from forged addresses between two of his own is
 * never counted to the end (guard.md 3.3). What hashlimit remembers cannot be pushed out. Pure.
 *
 * <p><b>Never stricter than the policy.</b> Let H be {@code hits} and W the {@code window}; the policy bans with the H-th connection within
 * W. The bucket holds H-1 connections and is refilled with at least (H-1)/W of them a second (iptables rounds the time for one down, so
 * never less). It refuses connection n only when for some earlier i all of i..n came within a time t for which n-i+1 &gt; (H-1) + t(H-1)/W.
 * Were there at most H-1 in every W, those t could hold no more than (H-1) times the number of windows that cover it,
 * (H-1)(floor(t/W)+1) &lt;= (H-1)(t/W+1), and it would not be refused. Both counts see the same connections: those that no
 * ban stopped before. What hashlimit forgets (an entry idle for longer than W) or is not shown (below) only adds to the bucket.
 *
 * <p><b>Never a closed door.</b> A full table of hashlimit drops the packet of every address that is not in it (xt_hashlimit.c,
 * {@code hotdrop}): whoever forges enough addresses would shut everybody out. So {@code -m limit} stands before it and shows it no
 * more than would fill half of the table in the time for which an entry lives; in a faster flood the list of recent counts
 * alone, as without hashlimit. Windows for which that would be next to nothing have no such rule.
 *
 * <p>A rule with other settings under the name of an old one would silently keep the old ones (guard.md 3.13), so the name holds a
 * digest of them, and of the chain: each guard counts for itself. 15 characters are the most that 2.6.32 takes.
 */
public final class HashlimitRule {
    /** What the kernel must have, by the names that a snapshot of a host knows. */
    public static final List<String> MODULES = List.of("xt_hashlimit", "ipt_limit");

    private static final String PREFIX = "vzg";
    private static final int DIGITS = 10;
    /** About 3 MB of the kernel's memory when it is full. */
    private static final int ENTRIES = 32_768;

    private static final int BUCKETS = 8_192;
    /** Entries are looked for once a second, and live on until then. */
    private static final int SLACK_SECONDS = 3;

    /** What "limit" can say without rounding. */
    private static final List<Integer> SHOWN = List.of(1000, 500, 250, 200, 100, 50, 25, 20, 10);

    /** Parts of a second in which iptables counts: revision 1 of the match, and 2 (Linux 4.10) and later. */
    private static final List<Long> SCALES = List.of(10_000L, 1_000_000L);

    private static final int MOST_TRIES = 10_000;

    private HashlimitRule() {}

    /** Units of a rate, in the order in which iptables tries to print it. */
    private enum Unit {
        DAY(86_400),
        HOUR(3_600),
        MIN(60),
        SEC(1);

        private final int seconds;

        Unit(int seconds) {
            this.seconds = seconds;
        }
    }

    /** So many connections in a unit of time. */
    private record Rate(long count, Unit unit) {
        String text() {
            return count + "/" + unit.name().toLowerCase(java.util.Locale.ROOT);
        }

        double perSecond() {
            return (double) count / unit.seconds;
        }

        /** Whether iptables of every revision prints it as it was given (libxt_hashlimit.c, print_rate). */
        boolean isPrintedAsGiven() {
            return SCALES.stream().allMatch(scale -> equals(printed(scale * unit.seconds / count, scale)));
        }

        private static Rate printed(long period, long scale) {
            Unit last = Unit.DAY;
            for (Unit next : List.of(Unit.HOUR, Unit.MIN, Unit.SEC)) {
                long one = scale * next.seconds;
                if (period > one || one / period < one % period) {
                    break;
                }
                last = next;
            }
            return new Rate(scale * last.seconds / period, last);
        }
    }

    /** Whether a guard of these settings has such a rule where the kernel can do it. */
    public static boolean helps(SshGuard settings) {
        return settings.rule() == SshGuard.Rule.FIXED_BAN && shown(settings).isPresent();
    }

    /** The rule in canonical form; empty where it would not help. */
    static Optional<String> of(SshGuard settings, Family family, Chains chains) {
        if (!helps(settings)) {
            return Optional.empty();
        }
        int shown = shown(settings).orElseThrow();
        String limit = "-m limit --limit " + shown + "/sec --limit-burst " + shown;
        String count = " --hashlimit-above " + rate(settings).text() + " --hashlimit-burst " + (settings.hits() - 1)
                + " --hashlimit-htable-expire " + (settings.window().toMillis() + 1) + " --hashlimit-htable-max "
                + ENTRIES
                + " --hashlimit-htable-size " + BUCKETS + " --hashlimit-mode srcip";
        String mask = family == Family.V6 ? " --hashlimit-srcmask 64" : "";
        String name = PREFIX + Digests.sha256(chains.guard(), count, mask).substring(0, DIGITS);
        return Optional.of(
                limit + " -m hashlimit" + count + " --hashlimit-name " + name + mask + " -j " + chains.ban());
    }

    /** The same rules without it. */
    public static OwnRules without(OwnRules rules) {
        return new OwnRules(
                rules.chainPresent(),
                rules.chain().stream().filter(rule -> !isOne(rule)).toList(),
                rules.ban(),
                rules.jumps(),
                rules.jumpsFirst(),
                rules.copies());
    }

    /** Whether some rule of a guard is one. */
    public static boolean isIn(OwnRules rules) {
        return rules.chain().stream().anyMatch(HashlimitRule::isOne);
    }

    private static boolean isOne(String rule) {
        return rule.contains(" --hashlimit-name " + PREFIX);
    }

    /** The least rate that can be said and is not less than the policy's. */
    private static Rate rate(SshGuard settings) {
        long allowed = settings.hits() - 1;
        long window = settings.window().toSeconds();
        return Stream.of(Unit.values())
                .flatMap(unit -> {
                    long least = (allowed * unit.seconds + window - 1) / window;
                    return IntStream.range(0, MOST_TRIES)
                            .mapToObj(more -> new Rate(least + more, unit))
                            .filter(Rate::isPrintedAsGiven)
                            .limit(1);
                })
                .min(java.util.Comparator.comparing(Rate::perSecond))
                .orElseThrow();
    }

    /** How many SYNs a second it is shown. */
    private static Optional<Integer> shown(SshGuard settings) {
        long most = ENTRIES / 2 / (settings.window().toSeconds() + SLACK_SECONDS);
        return SHOWN.stream().filter(each -> each <= most).findFirst();
    }
}
