package vzguard.agent.prove;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vzguard.agent.guard.Chains;
import vzguard.agent.guard.GuardRules;
import vzguard.agent.model.Family;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.policy.SshGuard;

/**
 * What a proof has to know of a guard.
 *
 * @param list name of the IPv4 list; IPv6 appends "6"
 * @param hits the Nth new connection within the window is dropped
 * @param action whether it is dropped in silence, or refused
 */
public record ProofSettings(
        String list, Duration window, int hits, List<Integer> ports, boolean ipv6, SshGuard.Action action) {
    private static final Pattern COUNT = Pattern.compile("--seconds (\\d{1,9})\\b.*--hitcount (\\d{1,3})\\b");
    private static final Pattern NAME = Pattern.compile("--name (?:ve\\w{1,12}\\.)?([A-Za-z0-9_-]{1,25})(?: |$)");
    private static final Pattern PORT = Pattern.compile("--dport (\\d{1,5})\\b");

    public ProofSettings {
        ports = List.copyOf(ports);
    }

    public static ProofSettings of(SshGuard guard) {
        return new ProofSettings(
                guard.list(), guard.window(), guard.hits(), guard.ports(), guard.ipv6(), guard.action());
    }

    /** Reads them from the rules of an IPv4 guard; empty when it counts nothing, or nothing jumps to it. */
    public static Optional<ProofSettings> of(OwnRules rules, boolean ipv6) {
        List<Integer> ports = rules.jumps().stream()
                .map(PORT::matcher)
                .filter(Matcher::find)
                .map(port -> Integer.valueOf(port.group(1)))
                .toList();
        for (String rule : rules.chain()) {
            Matcher count = COUNT.matcher(rule);
            Matcher name = NAME.matcher(rule);
            if (!ports.isEmpty() && count.find() && name.find()) {
                Duration window = Duration.ofSeconds(Long.parseLong(count.group(1)));
                SshGuard.Action action = rules.chain().stream().anyMatch(one -> one.contains("-j REJECT"))
                        ? SshGuard.Action.REJECT
                        : SshGuard.Action.DROP;
                return Optional.of(new ProofSettings(
                        name.group(1), window, Integer.parseInt(count.group(2)), ports, ipv6, action));
            }
        }
        return Optional.empty();
    }

    ProofSettings withoutIpv6() {
        return new ProofSettings(list, window, hits, ports, false, action);
    }

    /** The lists of a site in which a source that was dropped may stand. */
    List<String> lists(Family family, Place site) {
        String counted = Chains.of(site).prefix() + (family == Family.V4 ? list : list + "6");
        return List.of(counted, GuardRules.banList(counted), GuardRules.longBanList(counted));
    }
}
