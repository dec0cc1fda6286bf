package vzguard.agent.guard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import vzguard.agent.boot.BootLayout;
import vzguard.agent.model.Family;
import vzguard.agent.model.Kept;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.agent.model.PublishedRule;
import vzguard.policy.SshGuard;
import vzguard.values.Cidr;
import vzguard.values.Ctid;

/**
 * The guard as rules: an own chain, and one jump per port at the head of INPUT. The jump takes new connections only
 * ({@code --syn}), so it needs no connection tracking; the chain never accepts, it returns, so that it opens nothing that
 * someone else closed.
 *
 * <p>Sharp edges that shaped it (measured): {@code --rttl} is a hole or does nothing, so it is left out; one list name for
 * both families is one list of 100 addresses, so IPv6 has its own; IPv6 is counted by /64; loopback is counted too, so it
 * is exempt; only a restore of the own chain in one commit lets no packet through and keeps the list.
 */
public final class GuardRules {
    /** The own chain, in both families, on hosts and in VEs. */
    public static final String CHAIN = "VZG";

    /** The own chain in which bans of fixed length begin. */
    public static final String BAN_CHAIN = "VZG-BAN";

    /** The built-in chain that jumps to {@link #CHAIN}. */
    public static final String BUILT_IN = "INPUT";

    /** Exempt from every guard, so that a proof can show an allowed source; nobody can answer from it, it is a bogon. */
    public static final String PROOF_ALLOWED_4 = "198.19.255.254";

    /** As {@link #PROOF_ALLOWED_4}. */
    public static final String PROOF_ALLOWED_6 = "fd00:767a:6775:ffff::1";

    private static final Pattern PORT = Pattern.compile("--dport (\\d{1,5})\\b");
    private static final String MASK_6 = " --mask ffff:ffff:ffff:ffff::";

    private GuardRules() {}

    /** Name of the list in which the guard of a place counts; IPv6 has its own. */
    private static String list(SshGuard settings, Family family, Chains chains) {
        return chains.prefix() + (family == Family.V4 ? settings.list() : settings.list() + "6");
    }

    /** Addresses that an operator banned; in the guard of each place and family. */
    public static String denyList(String list) {
        return list + "-DENY";
    }

    /** Addresses under a ban of fixed length. */
    public static String banList(String list) {
        return list + "-BAN";
    }

    /** Addresses under the longer ban of those who came back. */
    public static String longBanList(String list) {
        return list + "-LONG";
    }

    /** The ports from which it is jumped to. */
    public static List<Integer> ports(OwnRules rules) {
        return rules.jumps().stream()
                .map(PORT::matcher)
                .filter(Matcher::find)
                .map(port -> Integer.valueOf(port.group(1)))
                .toList();
    }

    /** Every list that a guard of the settings names. */
    public static List<String> lists(SshGuard settings, Family family, Chains chains) {
        String list = list(settings, family, chains);
        List<String> lists = new ArrayList<>(List.of(list, denyList(list)));
        if (settings.rule() == SshGuard.Rule.FIXED_BAN) {
            lists.add(banList(list));
            settings.escalation().ifPresent(escalation -> lists.add(longBanList(list)));
        }
        return List.copyOf(lists);
    }

    /**
     * The rules that the settings ask for on the host itself and in VEs, in canonical form.
     *
     * @param failsafe addresses and blocks, canonical, that the host exempts whatever the policy says
     */
    public static OwnRules wanted(SshGuard settings, Family family, List<String> failsafe) {
        return wanted(settings, family, failsafe, false);
    }

    /**
     * As {@link #wanted(SshGuard, Family, List)}.
     *
     * @param hashlimit the place has that match: the guard counts by it too, where {@link HashlimitRule} says that it helps
     */
    public static OwnRules wanted(SshGuard settings, Family family, List<String> failsafe, boolean hashlimit) {
        return wanted(settings, family, failsafe, hashlimit, Chains.INPUT, List.of(""));
    }

    /**
     * The rules that the settings ask for at the edge of a VE, in canonical form.
     *
     * @param addresses of the VE in this family, without a length; they are what is guarded
     */
    public static OwnRules wantedAtEdge(
            SshGuard settings, Family family, List<String> failsafe, Ctid ctid, List<String> addresses) {
        return wantedAtEdge(settings, family, failsafe, false, ctid, addresses);
    }

    /**
     * As {@link #wantedAtEdge(SshGuard, Family, List, Ctid, List)}.
     *
     * @param hashlimit the host has that match
     */
    public static OwnRules wantedAtEdge(
            SshGuard settings,
            Family family,
            List<String> failsafe,
            boolean hashlimit,
            Ctid ctid,
            List<String> addresses) {
        List<String> to =
                addresses.stream().map(address -> "-d " + address + " ").toList();
        return wanted(settings, family, failsafe, hashlimit, Chains.of(Place.edge(ctid)), to);
    }

    private static OwnRules wanted(
            SshGuard settings,
            Family family,
            List<String> failsafe,
            boolean hashlimit,
            Chains chains,
            List<String> to) {
        List<String> chain = new ArrayList<>();
        if (chains.equals(Chains.INPUT)) {
            chain.add("-i lo -j RETURN");
        }
        Stream.of(failsafe, settings.allow())
                .flatMap(List::stream)
                .map(Cidr::parse)
                .filter(cidr -> cidr.family() == family.number())
                .distinct()
                .forEach(cidr -> chain.add("-s " + cidr + " -j RETURN"));
        chain.add("-s " + (family == Family.V4 ? PROOF_ALLOWED_4 : PROOF_ALLOWED_6) + " -j RETURN");
        Lists lists = new Lists(list(settings, family, chains), family == Family.V6 ? MASK_6 : "");
        chain.add(refusing(settings, "-m recent --rcheck" + lists.deny()));
        List<String> jumps = to.stream()
                .flatMap(address -> settings.ports().stream()
                        .map(port -> address + "-p tcp -m tcp --dport " + port + " --tcp-flags FIN,SYN,RST,ACK SYN -j "
                                + chains.guard()))
                .toList();
        if (settings.rule() == SshGuard.Rule.FIELD_REPORT) {
            chain.add("-m recent --set" + lists.counted());
            chain.add(refusing(settings, "-m recent --update" + within(settings) + lists.counted()));
            return OwnRules.wanted(chain, Optional.empty(), jumps);
        }
        settings.escalation()
                .ifPresent(longer ->
                        chain.add(refusing(settings, "-m recent --rcheck" + seconds(longer.ban()) + lists.longBan())));
        chain.add(refusing(settings, "-m recent --rcheck" + seconds(settings.ban()) + lists.ban()));
        if (hashlimit) {
            // After the bans: a ban ends when its time is over, however often one has retried meanwhile.
            HashlimitRule.of(settings, family, chains).ifPresent(chain::add);
        }
        chain.add("-m recent --set" + lists.counted());
        chain.add("-m recent --rcheck" + within(settings) + lists.counted() + " -j " + chains.ban());
        List<String> ban = new ArrayList<>(List.of("-m recent --set" + lists.ban()));
        settings.escalation()
                .ifPresent(longer -> ban.add("-m recent --rcheck" + seconds(longer.within()) + " --hitcount "
                        + longer.after() + lists.ban() + " -m recent --set" + lists.longBan()));
        ban.add(refusing(settings, ""));
        return OwnRules.wanted(chain, Optional.of(ban), jumps);
    }

    /** Names of the lists as a rule says them. */
    private record Lists(String list, String mask) {
        String counted() {
            return named(list);
        }

        String deny() {
            return named(denyList(list));
        }

        String ban() {
            return named(banList(list));
        }

        String longBan() {
            return named(longBanList(list));
        }

        private String named(String name) {
            return " --name " + name + mask;
        }
    }

    private static String within(SshGuard settings) {
        return seconds(settings.window()) + " --hitcount " + settings.hits();
    }

    private static String seconds(Duration time) {
        return " --seconds " + time.toSeconds();
    }

    /** A rule that ends a connection. The kernel takes a reset only where the rule itself says TCP. */
    private static String refusing(SshGuard settings, String match) {
        String rule = settings.action() == SshGuard.Action.DROP
                ? match + " -j DROP"
                : "-p tcp " + match + " -j REJECT --reject-with tcp-reset";
        return rule.strip().replace("  ", " ");
    }

    /**
     * Input for {@code iptables-restore --noflush} that turns what is there into what is wanted, in one commit. Without
     * foreign rules before them, the jumps stay untouched. Copies of the published rules that are wanted and not there are
     * put back; those that are there are left to {@link PublishedRules#wordings}. Rules that stay go on counting, where the counters
     * are known.
     */
    public static String restoreText(OwnRules wanted, SavedFilter now, Chains chains) {
        OwnRules own = now.own(chains);
        StringBuilder text = new StringBuilder("*filter\n:" + chains.guard() + " - [0:0]\n");
        if (wanted.ban().isPresent() || own.ban().isPresent()) {
            text.append(":").append(chains.ban()).append(" - [0:0]\n");
        }
        append(text, chains.guard(), wanted.chain(), now);
        append(text, chains.ban(), wanted.ban().orElse(List.of()), now);
        if (wanted.ban().isEmpty() && own.ban().isPresent()) {
            text.append("-X ").append(chains.ban()).append('\n');
        }
        if (!own.jumps().equals(wanted.jumps()) || !own.jumpsFirst()) {
            appendJumpRemoval(text, now, chains);
            for (int i = wanted.jumps().size() - 1; i >= 0; i--) {
                String jump = wanted.jumps().get(i);
                text.append(counters(now.chain(chains.builtIn()), jump))
                        .append("-I ")
                        .append(chains.builtIn())
                        .append(" 1 ")
                        .append(jump)
                        .append('\n');
            }
        }
        appendCopies(text, wanted.copies(), now, wanted.jumps().size());
        return text.append("COMMIT\n").toString();
    }

    /**
     * Input for {@code iptables-restore --noflush} that takes jumps and chains away, and puts copies of the published rules
     * back where they stood; empty when there is nothing to take away.
     */
    public static String removeText(SavedFilter now, List<PublishedRule> adopted, Chains chains) {
        OwnRules own = now.own(chains);
        if (own.withoutCopies().equals(OwnRules.NONE)) {
            return "";
        }
        StringBuilder text = new StringBuilder("*filter\n:" + chains.guard() + " - [0:0]\n");
        own.ban().ifPresent(rules -> text.append(":").append(chains.ban()).append(" - [0:0]\n"));
        appendJumpRemoval(text, now, chains);
        text.append("-X ").append(chains.guard()).append('\n');
        own.ban().ifPresent(rules -> text.append("-X ").append(chains.ban()).append('\n'));
        appendCopies(text, adopted, now, 0);
        return text.append("COMMIT\n").toString();
    }

    private static void append(StringBuilder text, String chain, List<String> rules, SavedFilter now) {
        List<SavedFilter.Rule> before = now.chain(chain);
        rules.forEach(rule -> text.append(counters(before, rule))
                .append("-A ")
                .append(chain)
                .append(' ')
                .append(rule)
                .append('\n'));
    }

    private static String counters(List<SavedFilter.Rule> before, String rule) {
        return before.stream()
                .filter(each ->
                        each.canonical().equals(rule) && !each.counters().isEmpty())
                .findFirst()
                .map(each -> each.counters() + " ")
                .orElse("");
    }

    /**
     * Puts copies back, in order, each where it stood, or at the end where there are fewer rules by now.
     *
     * @param before own jumps, which stand at the head
     */
    private static void appendCopies(StringBuilder text, List<PublishedRule> copies, SavedFilter now, int before) {
        List<SavedFilter.Rule> foreign = now.chain(BUILT_IN).stream()
                .filter(rule -> !rule.jumpsTo(CHAIN))
                .toList();
        int there = foreign.size();
        for (PublishedRule copy : copies) {
            String canonical = RuleText.canonical(copy.words());
            if (foreign.stream().anyMatch(rule -> rule.canonical().equals(canonical))) {
                continue;
            }
            there++;
            text.append("-I ")
                    .append(BUILT_IN)
                    .append(' ')
                    .append(before + Math.min(copy.position(), there))
                    .append(' ')
                    .append(copy.words())
                    .append('\n');
        }
    }

    /** Jumps are removed by the words in which they were printed: other words of equal meaning may not be found. */
    private static void appendJumpRemoval(StringBuilder text, SavedFilter now, Chains chains) {
        now.chain(chains.builtIn()).stream()
                .filter(rule -> rule.jumpsTo(chains.guard()))
                .forEach(rule -> text.append("-D ")
                        .append(chains.builtIn())
                        .append(' ')
                        .append(rule.raw())
                        .append('\n'));
    }

    /**
     * Content of the own file from which the guard is loaded at the next start, and from which it is known what it took the
     * place of.
     *
     * @param layout what loads it
     */
    public static String fileText(OwnRules wanted, Kept kept, BootLayout layout, Chains chains) {
        StringBuilder text =
                new StringBuilder("# The SSH guard of vzguard. Loaded by " + layout.loader() + "; changes are lost.\n");
        for (PublishedRule rule : kept.adopted()) {
            String mark = StoredGuard.ADOPTED;
            for (String words : PublishedRules.wordings(rule)) {
                text.append(mark)
                        .append(rule.position())
                        .append(' ')
                        .append(words)
                        .append('\n');
                mark = StoredGuard.ALSO;
            }
        }
        GuardLists.of(wanted)
                .ifPresent(lists -> kept.bans()
                        .forEach(ban -> text.append(StoredGuard.BAN)
                                .append(lists.deny())
                                .append(' ')
                                .append(ban.first())
                                .append('\n')));
        return text + restoreText(wanted, new SavedFilter(java.util.Set.of(), List.of()), chains);
    }
}
