package vzguard.lab.simulated.netfilter;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which matches and targets iptables 1.8.9 has here, and how many arguments their options take. */
final class ExtensionTable {
    /** Verdicts that need no module. */
    static final Set<String> VERDICTS = Set.of("ACCEPT", "DROP", "RETURN", "QUEUE");

    private static final Map<String, Map<String, Integer>> MATCHES = Map.ofEntries(
            entry("tcp", "--sport 1, --dport 1, --tcp-flags 2, --syn 0, --tcp-option 1"),
            entry("udp", "--sport 1, --dport 1"),
            entry("icmp", "--icmp-type 1"),
            entry("icmp6", "--icmpv6-type 1"),
            entry("state", "--state 1"),
            entry("conntrack", "--ctstate 1"),
            entry(
                    "recent",
                    "--set 0, --rcheck 0, --update 0, --remove 0, --seconds 1, --reap 0, --hitcount 1, --rttl 0, "
                            + "--name 1, --mask 1, --rsource 0, --rdest 0"),
            entry("limit", "--limit 1, --limit-burst 1"),
            entry("multiport", "--sports 1, --dports 1, --ports 1"),
            entry("comment", "--comment 1"),
            entry("length", "--length 1"),
            entry("mac", "--mac-source 1"),
            entry("mark", "--mark 1"),
            entry("owner", "--uid-owner 1, --gid-owner 1"),
            entry("connlimit", "--connlimit-above 1, --connlimit-upto 1, --connlimit-mask 1"),
            entry(
                    "hashlimit",
                    "--hashlimit-upto 1, --hashlimit-above 1, --hashlimit-burst 1, --hashlimit-mode 1, --hashlimit-name 1, "
                            + "--hashlimit-htable-size 1, --hashlimit-htable-max 1, --hashlimit-htable-gcinterval 1, "
                            + "--hashlimit-htable-expire 1, --hashlimit-srcmask 1, --hashlimit-dstmask 1"),
            entry("helper", "--helper 1"),
            entry("tcpmss", "--mss 1"),
            entry("ttl", "--ttl-eq 1, --ttl-gt 1, --ttl-lt 1"),
            entry("hl", "--hl-eq 1, --hl-gt 1, --hl-lt 1"),
            entry("tos", "--tos 1"),
            entry("dscp", "--dscp 1"),
            entry("time", "--timestart 1, --timestop 1"),
            entry("quota", "--quota 1"),
            entry("string", "--string 1, --algo 1"),
            entry("ipvs", "--ipvs 0"));

    private static final Map<String, Map<String, Integer>> TARGETS = Map.ofEntries(
            entry("REJECT", "--reject-with 1"),
            entry("LOG", "--log-prefix 1, --log-level 1"),
            entry("REDIRECT", "--to-ports 1"),
            entry("MASQUERADE", "--to-ports 1"),
            entry("DNAT", "--to-destination 1"),
            entry("SNAT", "--to-source 1"),
            entry("TCPMSS", "--set-mss 1, --clamp-mss-to-pmtu 0"),
            entry("DSCP", "--set-dscp 1"),
            entry("TOS", "--set-tos 1"));

    private static final Map<String, String> OTHER_NAMES = Map.of(
            "--source-port",
            "--sport",
            "--destination-port",
            "--dport",
            "--source-ports",
            "--sports",
            "--destination-ports",
            "--dports");

    private ExtensionTable() {}

    static boolean hasMatch(String name) {
        return MATCHES.containsKey(name);
    }

    static boolean hasTarget(String name) {
        return TARGETS.containsKey(name) || VERDICTS.contains(name);
    }

    static Map<String, Integer> matchOptions(String name) {
        return MATCHES.getOrDefault(name, Map.of());
    }

    static Map<String, Integer> targetOptions(String name) {
        return TARGETS.getOrDefault(name, Map.of());
    }

    static String canonicalOption(String option) {
        return OTHER_NAMES.getOrDefault(option, option);
    }

    private static Map.Entry<String, Map<String, Integer>> entry(String name, String options) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (List<String> option : Arrays.stream(options.split(", "))
                .map(text -> List.of(text.split(" ")))
                .toList()) {
            counts.put(option.get(0), Integer.parseInt(option.get(1)));
        }
        return Map.entry(name, counts);
    }
}
