package vzguard.it.sequences;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What a policy asks of a guard, and the rules that must then stand in a table, as docs/guard.md has them; the product is not
 * asked.
 */
public record GuardSettings(
        List<String> placement,
        int hits,
        boolean fixedBan,
        boolean escalation,
        boolean reject,
        String list,
        List<Integer> ports,
        List<String> allow) {
    public static final String ALLOWED = "192.0.2.50";
    public static final String SOMETIMES_ALLOWED = "198.51.100.241";

    private static final List<String> LEAST_ALLOWED = List.of("192.0.2.0/24", "fd66::fffe");
    private static final List<String> MOST_ALLOWED = List.of("192.0.2.0/24", "198.51.100.240/28", "fd66::fffe");
    private static final List<List<String>> PLACEMENTS = List.of(
            List.of("host", "ve"),
            List.of("host", "ve"),
            List.of("host", "ve"),
            List.of("host", "edge"),
            List.of("host", "ve", "edge"),
            List.of("ve"),
            List.of("edge"));

    private static final String MASK_6 = " --mask ffff:ffff:ffff:ffff::";

    public static GuardSettings draw(Random random) {
        boolean fixedBan = random.nextBoolean();
        return new GuardSettings(
                PLACEMENTS.get(random.nextInt(PLACEMENTS.size())),
                2 + random.nextInt(3),
                fixedBan,
                fixedBan && random.nextBoolean(),
                random.nextBoolean(),
                List.of("SSH", "OTHER").get(random.nextInt(2)),
                random.nextInt(3) == 0 ? List.of(22, 2222) : List.of(22),
                random.nextBoolean() ? MOST_ALLOWED : LEAST_ALLOWED);
    }

    /** The value of {@code sshGuard} in a policy. */
    public String yaml() {
        return "{placement: " + placement
                + ", ports: " + ports
                + ", window: 60s, hits: " + hits
                + ", list: " + list
                + ", action: " + (reject ? "reject" : "drop")
                + ", allow: " + allow.stream().map(each -> '"' + each + '"').toList()
                + ", rule: " + (fixedBan ? "fixed-ban, ban: 5m" : "field-report")
                + (escalation ? ", escalation: {after: 2, within: 1h, ban: 2h}" : "")
                + "}";
    }

    public boolean allows(String address) {
        return address.equals(ALLOWED) || (address.equals(SOMETIMES_ALLOWED) && allow.equals(MOST_ALLOWED));
    }

    boolean at(Site site) {
        return placement.contains(site.placement());
    }

    String denyList(Site site, int family) {
        return counted(site, family) + "-DENY";
    }

    private String counted(Site site, int family) {
        return site.listPrefix() + list + (family == 6 ? "6" : "");
    }

    /** @param address of the VE, for a guard at its edge */
    List<String> jumps(Site site, int family, String address) {
        String to = site.edge() ? "-d " + address + (family == 6 ? "/128 " : "/32 ") : "";
        return ports.stream()
                .map(port ->
                        to + "-p tcp -m tcp --dport " + port + " --tcp-flags FIN,SYN,RST,ACK SYN -j " + site.chain())
                .toList();
    }

    List<String> chain(Site site, int family, List<String> failsafe) {
        String counted = named(counted(site, family), family);
        String deny = named(denyList(site, family), family);
        List<String> rules = new ArrayList<>(site.edge() ? List.of() : List.of("-i lo -j RETURN"));
        Stream.of(failsafe, allow)
                .flatMap(List::stream)
                .filter(each -> each.contains(":") == (family == 6))
                .map(each -> each.contains("/") ? each : each + (family == 6 ? "/128" : "/32"))
                .forEach(each -> rules.add("-s " + each + " -j RETURN"));
        rules.add("-s " + (family == 6 ? "fd00:767a:6775:ffff::1/128" : "198.19.255.254/32") + " -j RETURN");
        rules.add(refused("-m recent --rcheck" + deny));
        if (!fixedBan) {
            rules.add("-m recent --set" + counted);
            rules.add(refused("-m recent --update --seconds 60 --hitcount " + hits + counted));
            return rules;
        }
        if (escalation) {
            rules.add(refused("-m recent --rcheck --seconds 7200" + named(counted(site, family) + "-LONG", family)));
        }
        rules.add(refused("-m recent --rcheck --seconds 300" + named(counted(site, family) + "-BAN", family)));
        rules.add("-m recent --set" + counted);
        rules.add("-m recent --rcheck --seconds 60 --hitcount " + hits + counted + " -j " + site.banChain());
        return rules;
    }

    /** Empty: there is no such chain. */
    List<String> banChain(Site site, int family) {
        if (!fixedBan) {
            return List.of();
        }
        String banned = named(counted(site, family) + "-BAN", family);
        List<String> rules = new ArrayList<>(List.of("-m recent --set" + banned));
        if (escalation) {
            rules.add("-m recent --rcheck --seconds 3600 --hitcount 2" + banned + " -m recent --set"
                    + named(counted(site, family) + "-LONG", family));
        }
        rules.add(refused(""));
        return rules;
    }

    private static String named(String list, int family) {
        return " --name " + list + (family == 6 ? MASK_6 : "");
    }

    private String refused(String match) {
        String rule = reject ? "-p tcp " + match + " -j REJECT --reject-with tcp-reset" : match + " -j DROP";
        return rule.strip().replace("  ", " ");
    }
}
