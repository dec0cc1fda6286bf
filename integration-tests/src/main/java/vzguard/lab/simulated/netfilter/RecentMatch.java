package vzguard.lab.simulated.netfilter;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import vzguard.lab.model.KernelLine;

/** Reads and checks the options of {@code -m recent}: what iptables refuses, and what only the kernel refuses. */
final class RecentMatch {
    static final List<String> ACTIONS = List.of("--set", "--rcheck", "--update", "--remove");
    private static final long MOST_SECONDS = 4_294_967_295L;
    private static final int LONGEST_NAME = 199;

    private RecentMatch() {}

    /** The options in the order in which iptables prints them, defaults included. */
    static Extension canonical(Extension given, boolean ipv6) throws IptablesRefusal {
        List<String> actions = given.options().stream()
                .map(Option::name)
                .filter(ACTIONS::contains)
                .toList();
        if (actions.size() > 1) {
            throw IptablesRefusal.parameterWithGap("recent: option \"" + actions.get(0)
                    + "\" cannot be used together with \"" + actions.get(1) + "\".");
        }
        if (actions.isEmpty()) {
            throw IptablesRefusal.parameter(
                    "recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'");
        }
        if (given.has("--reap") && !given.has("--seconds")) {
            throw IptablesRefusal.parameterWithGap("recent: option \"--reap\" also requires \"--seconds\".");
        }
        List<Option> options = new ArrayList<>();
        given.option(actions.get(0)).ifPresent(options::add);
        number(given, "--seconds", 1).ifPresent(options::add);
        given.option("--reap").ifPresent(options::add);
        // iptables keeps a count of 0 as none.
        number(given, "--hitcount", 0)
                .filter(option -> Long.parseLong(option.argument()) > 0)
                .ifPresent(options::add);
        given.option("--rttl").ifPresent(options::add);
        String name = given.option("--name").map(Option::argument).orElse("DEFAULT");
        options.add(Option.of("--name", cut(name)));
        options.add(mask(given, ipv6));
        options.add(given.has("--rdest") ? Option.of("--rdest") : Option.of("--rsource"));
        return new Extension("recent", options);
    }

    /** The default mask of IPv4 fills 16 bytes, one that was given four: iptables takes them for two different rules. */
    private static Option mask(Extension given, boolean ipv6) throws IptablesRefusal {
        Optional<Option> mask = given.option("--mask");
        if (mask.isPresent()) {
            boolean good = Addresses.parse(mask.get().argument())
                    .filter(address -> address.getAddress().length == (ipv6 ? 16 : 4))
                    .isPresent();
            if (!good) {
                throw IptablesRefusal.parameterWithGap(
                        "recent: bad mask value for option \"--mask\", or out of range.");
            }
            return mask.get();
        }
        return ipv6
                ? Option.of("--mask", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
                : Option.implied("--mask", "255.255.255.255");
    }

    private static Optional<Option> number(Extension given, String option, long least) throws IptablesRefusal {
        Optional<Option> found = given.option(option);
        if (found.isPresent()) {
            String text = found.get().argument();
            boolean good = text.matches("[0-9]{1,10}")
                    && Long.parseLong(text) >= least
                    && Long.parseLong(text) <= MOST_SECONDS;
            if (!good) {
                throw IptablesRefusal.parameterWithGap("recent: bad value for option \"" + option
                        + "\", or out of range (" + least + "-" + MOST_SECONDS + ").");
            }
        }
        return found;
    }

    /** iptables cuts a long name without a word. */
    private static String cut(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= LONGEST_NAME ? name : new String(bytes, 0, LONGEST_NAME, StandardCharsets.UTF_8);
    }

    /** What the kernel says when such a rule is committed. */
    static void checkEntry(Extension match, KernelLine kernel) throws IptablesRefusal {
        String name = match.option("--name").map(Option::argument).orElse("");
        boolean badName = name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0;
        boolean needsNoCondition = match.has("--set") || match.has("--remove");
        boolean hasCondition = match.has("--seconds") || match.has("--hitcount") || match.has("--rttl");
        if (badName
                || (needsNoCondition && hasCondition)
                || match.number("--hitcount", 0) > kernel.mostHits().orElse(Long.MAX_VALUE)) {
            throw IptablesRefusal.invalid();
        }
    }
}
