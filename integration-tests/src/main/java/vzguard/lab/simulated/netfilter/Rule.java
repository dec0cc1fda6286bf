package vzguard.lab.simulated.netfilter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One rule, in iptables' own order and with its defaults written out, so that equal rules are equal records.
 *
 * @param target a built-in verdict, a user chain, or a target extension; empty when the rule only looks
 * @param goTo the target was given with {@code -g}
 */
record Rule(
        Optional<AddressMatch> source,
        Optional<AddressMatch> destination,
        Optional<NameMatch> in,
        Optional<NameMatch> out,
        Optional<NameMatch> protocol,
        List<Extension> matches,
        Optional<Extension> target,
        boolean goTo) {

    Rule {
        matches = List.copyOf(matches);
    }

    /** The rule as {@code iptables -S} and {@code iptables-save} print it, after {@code -A CHAIN}. */
    String text() {
        List<String> parts = new ArrayList<>();
        source.ifPresent(match -> parts.add(match.text("-s")));
        destination.ifPresent(match -> parts.add(match.text("-d")));
        in.ifPresent(match -> parts.add(match.text("-i")));
        out.ifPresent(match -> parts.add(match.text("-o")));
        protocol.ifPresent(match -> parts.add(match.text("-p")));
        matches.forEach(match -> parts.add("-m " + match.name() + match.optionText()));
        target.ifPresent(to -> parts.add((goTo ? "-g " : "-j ") + to.name() + to.optionText()));
        return String.join(" ", parts);
    }

    /** Names of the xt_recent lists that this rule keeps alive. */
    Stream<String> recentLists() {
        return matches.stream()
                .filter(match -> match.name().equals("recent"))
                .flatMap(match -> match.option("--name").stream())
                .map(Option::argument);
    }
}
