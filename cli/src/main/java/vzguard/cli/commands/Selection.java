package vzguard.cli.commands;

import java.util.regex.Pattern;
import vzguard.cli.outcome.CommandFailed;
import vzguard.policy.HostTerms;
import vzguard.v1.SelectorSpec;
import vzguard.values.CtidRanges;

/**
 * The text after {@code --select}: {@code HOSTS}, {@code HOSTS/CTIDS} or {@code CTIDS}. HOSTS are a policy's host terms
 * ({@code dc=tokyo,rack!=4}) or the name of one host; CTIDS are a policy's ranges ({@code 101-120,205}).
 */
final class Selection {
    private static final Pattern NUMBERS = Pattern.compile("[0-9][0-9, -]*");
    private static final Pattern TERMS = Pattern.compile(".*[=,*].*");

    private Selection() {}

    /** @throws CommandFailed (bad input) with the faulty part and what is permitted */
    static SelectorSpec parse(String text) {
        String all = text.strip();
        int slash = all.indexOf('/');
        boolean onlyVes = slash < 0 && NUMBERS.matcher(all).matches();
        String hosts = onlyVes ? "" : slash < 0 ? all : all.substring(0, slash);
        String ves = onlyVes ? all : slash < 0 ? "" : all.substring(slash + 1);
        if (!hosts.isEmpty() && !TERMS.matcher(hosts).matches()) {
            hosts = "name=" + hosts;
        }
        try {
            return SelectorSpec.newBuilder()
                    .setHosts(HostTerms.parse(hosts).toString())
                    .setVes(CtidRanges.parse(ves).toString())
                    .build();
        } catch (IllegalArgumentException e) {
            throw CommandFailed.badInput("--select \"" + text + "\": " + e.getMessage()
                    + "\n  form: HOSTS, HOSTS/CTIDS or CTIDS, e.g. hn1  hn1/101  dc=tokyo/101-120,205  101-120");
        }
    }
}
