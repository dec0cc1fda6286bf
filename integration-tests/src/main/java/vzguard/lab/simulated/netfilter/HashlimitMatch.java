package vzguard.lab.simulated.netfilter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads and checks the options of {@code -m hashlimit} (libxt_hashlimit.c of 1.8.9): rates by packets, by source or by none. */
final class HashlimitMatch {
    /** Parts of a second in which a rate is kept (XT_HASHLIMIT_SCALE_v2). */
    static final long SCALE = 1_000_000;

    private static final List<String> PRINTED = List.of(
            "--hashlimit-upto",
            "--hashlimit-above",
            "--hashlimit-burst",
            "--hashlimit-mode",
            "--hashlimit-name",
            "--hashlimit-htable-size",
            "--hashlimit-htable-max",
            "--hashlimit-htable-gcinterval",
            "--hashlimit-htable-expire",
            "--hashlimit-srcmask",
            "--hashlimit-dstmask");
    private static final long DEFAULT_BURST = 5;

    private HashlimitMatch() {}

    /** Seconds of the units, in the order in which iptables tries them. */
    private enum Unit {
        DAY(86_400),
        HOUR(3_600),
        MIN(60),
        SEC(1);

        private final long seconds;

        Unit(long seconds) {
            this.seconds = seconds;
        }
    }

    /** The time for one packet, in parts of a second. */
    static long period(Extension match) {
        String rate = match.option("--hashlimit-above")
                .or(() -> match.option("--hashlimit-upto"))
                .map(Option::argument)
                .orElseThrow();
        int slash = rate.indexOf('/');
        String unit = slash < 0 ? "sec" : rate.substring(slash + 1);
        long count = Long.parseLong(slash < 0 ? rate : rate.substring(0, slash));
        for (Unit each : Unit.values()) {
            if (!unit.isEmpty() && (each.name().toLowerCase(java.util.Locale.ROOT)).startsWith(unit.substring(0, 1))) {
                return SCALE * each.seconds / count;
            }
        }
        throw new IllegalArgumentException(rate);
    }

    static long burst(Extension match) {
        return match.number("--hashlimit-burst", DEFAULT_BURST);
    }

    /** The options in the order in which iptables prints them, defaults that it prints included. */
    static Extension canonical(Extension given, boolean ipv6) throws IptablesRefusal {
        boolean rate = given.has("--hashlimit-above") || given.has("--hashlimit-upto");
        if (!rate || !given.has("--hashlimit-name")) {
            throw IptablesRefusal.parameter(
                    "hashlimit: option \"" + (rate ? "--hashlimit-name" : "--hashlimit-upto") + "\" must be specified");
        }
        List<Option> options = new ArrayList<>();
        for (String name : PRINTED) {
            Optional<Option> option = given.option(name);
            if (name.equals("--hashlimit-above") || name.equals("--hashlimit-upto")) {
                option.map(Option::name).ifPresent(kept -> options.add(Option.of(kept, printed(period(given)))));
            } else if (name.equals("--hashlimit-burst")) {
                options.add(Option.of(name, "" + burst(given)));
            } else if (option.isPresent() && !isDefault(option.get(), ipv6)) {
                options.add(option.get());
            }
        }
        return new Extension("hashlimit", options);
    }

    private static boolean isDefault(Option option, boolean ipv6) {
        boolean isMask = option.name().endsWith("mask");
        return isMask && option.argument().equals(ipv6 ? "128" : "32");
    }

    private static String printed(long period) {
        Unit last = Unit.DAY;
        for (Unit next : List.of(Unit.HOUR, Unit.MIN, Unit.SEC)) {
            long one = SCALE * next.seconds;
            if (period > one || one / period < one % period) {
                break;
            }
            last = next;
        }
        return SCALE * last.seconds / period + "/" + last.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** What the kernel says when such a rule is committed. */
    static void checkEntry(Extension match) throws IptablesRefusal {
        String name = match.option("--hashlimit-name").map(Option::argument).orElse("");
        if (burst(match) == 0 || name.isEmpty() || name.indexOf('/') >= 0) {
            throw IptablesRefusal.invalid();
        }
    }
}
