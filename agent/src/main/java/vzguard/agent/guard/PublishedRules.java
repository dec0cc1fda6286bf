package vzguard.agent.guard;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import vzguard.agent.model.PublishedRule;

/**
 * The two rules of the field report, as people copied them into INPUT of hosts and VEs: recognised in every wording that
 * means the same ({@link RuleText}), and only in these. What merely resembles them is someone's own rule.
 */
public final class PublishedRules {
    private static final String NEW_SSH = "-p tcp -m tcp --dport 22 -m state --state NEW ";

    /** With and without {@code --rttl}, which many leave out and which does nothing in this order. */
    private static final Set<String> CANONICAL = Set.of(
            NEW_SSH + "-m recent --set --name SSH",
            NEW_SSH + "-m recent --update --seconds 60 --hitcount 3 --rttl --name SSH -j DROP",
            NEW_SSH + "-m recent --update --seconds 60 --hitcount 3 --name SSH -j DROP");

    private static final Pattern PRINTED_DEFAULTS =
            Pattern.compile(" --mask (?:255\\.255\\.255\\.255|(?:ffff:){7}ffff)| --rsource");

    /** What puts an address into a list, or takes it out. */
    private static final Pattern COUNTS = Pattern.compile("-m recent (?:! )?--(?:set|update|remove)\\b");

    private PublishedRules() {}

    static boolean isOne(SavedFilter.Rule rule) {
        return rule.chain().equals(GuardRules.BUILT_IN) && CANONICAL.contains(rule.canonical());
    }

    static boolean isOne(String words) {
        return CANONICAL.contains(RuleText.canonical(words));
    }

    /** Whether a rule changes a list of the match recent. */
    static boolean counts(SavedFilter.Rule rule) {
        return COUNTS.matcher(rule.canonical()).find();
    }

    /**
     * The wordings by which iptables may find a rule to delete. One that was typed is kept with another mask in the kernel
     * than one that was restored from a file, though both are printed alike: neither is found by the words of the other
     * (1.4.21 to 1.8.11).
     */
    public static List<String> wordings(PublishedRule rule) {
        String typed = PRINTED_DEFAULTS.matcher(rule.words()).replaceAll("");
        return Stream.of(rule.words(), typed, RuleText.canonical(rule.words()))
                .distinct()
                .toList();
    }
}
