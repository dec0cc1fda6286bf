package vzguard.agent.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.PublishedRule;

/**
 * The filter table as {@code iptables-save} prints it, or as a stored file would make it.
 *
 * @param chains names, sorted
 * @param rules in order
 */
public record SavedFilter(Set<String> chains, List<Rule> rules) {
    /** More foreign rules than this that count need not be told apart to say that there are some. */
    private static final int MOST_COUNTING = 20;

    private static final Pattern COUNTERS = Pattern.compile("(\\[\\d+:\\d+])\\s*");

    public SavedFilter {
        chains = java.util.Collections.unmodifiableSet(new TreeSet<>(chains));
        rules = List.copyOf(rules);
    }

    /**
     * One rule.
     *
     * @param raw its words after the chain, as printed
     * @param canonical the same in {@link RuleText#canonical} form
     * @param counters "[PACKETS:BYTES]" where they were printed, else empty
     */
    public record Rule(String chain, String raw, String canonical, String counters) {
        boolean jumpsTo(String target) {
            return canonical.equals("-j " + target) || canonical.endsWith(" -j " + target);
        }

        /** Where it jumps to; empty when it says no target. */
        String target() {
            int at = canonical.lastIndexOf("-j ");
            return at < 0 ? "" : canonical.substring(at + 3).split(" ", 2)[0];
        }

        String described() {
            return chain + " " + canonical;
        }

        /** Whether it jumps or goes to a chain, whatever else stands in it: rather once too often than overlooked. */
        boolean refersTo(String target) {
            return RuleText.words(raw).contains(target);
        }
    }

    /** Reads a save file; other tables, comments and counters are passed over. */
    public static SavedFilter parse(String text) {
        Set<String> chains = new TreeSet<>();
        List<Rule> rules = new ArrayList<>();
        boolean filter = true;
        for (String line : text.lines().map(String::strip).toList()) {
            if (line.startsWith("*")) {
                filter = line.equals("*filter");
            } else if (filter && line.startsWith(":")) {
                chains.add(line.substring(1).split(" ", 2)[0]);
            } else if (filter) {
                Matcher counted = COUNTERS.matcher(line);
                String counters = counted.lookingAt() ? counted.group(1) : "";
                String plain = counters.isEmpty() ? line : line.substring(counted.end());
                if (plain.startsWith("-A ")) {
                    rules.add(rule(plain.substring(3), counters));
                } else if (plain.startsWith("-I ")) {
                    rules.add(0, rule(plain.substring(3).replaceFirst("^(\\S+) 1 ", "$1 "), counters));
                }
            }
        }
        return new SavedFilter(chains, rules);
    }

    private static Rule rule(String text, String counters) {
        int blank = text.indexOf(' ');
        String chain = blank < 0 ? text : text.substring(0, blank);
        String raw = blank < 0 ? "" : text.substring(blank + 1).strip();
        return new Rule(chain, raw, RuleText.canonical(raw), counters);
    }

    /** Rules of one chain, in order. */
    public List<Rule> chain(String name) {
        return rules.stream().filter(rule -> rule.chain().equals(name)).toList();
    }

    /** The part of the table that is the guard's of the host itself, or of the VE whose table it is. */
    public OwnRules own() {
        return own(Chains.INPUT);
    }

    /** The part of the table that is the guard's of some place. Jumps of other places' guards are not foreign. */
    public OwnRules own(Chains of) {
        List<Rule> builtIn = chain(of.builtIn());
        List<Rule> jumps =
                builtIn.stream().filter(rule -> rule.jumpsTo(of.guard())).toList();
        long atHead = builtIn.stream()
                .takeWhile(Chains::isOwnJump)
                .filter(rule -> rule.jumpsTo(of.guard()))
                .count();
        return new OwnRules(
                chains.contains(of.guard()),
                canonical(of.guard()),
                chains.contains(of.ban()) ? Optional.of(canonical(of.ban())) : Optional.empty(),
                jumps.stream().map(Rule::canonical).toList(),
                atHead == jumps.size(),
                of.equals(Chains.INPUT) ? copies() : List.of());
    }

    private List<String> canonical(String chain) {
        return chain(chain).stream().map(Rule::canonical).toList();
    }

    private List<PublishedRule> copies() {
        List<PublishedRule> copies = new ArrayList<>();
        int position = 0;
        for (Rule rule : chain(GuardRules.BUILT_IN)) {
            if (rule.jumpsTo(GuardRules.CHAIN)) {
                continue;
            }
            position++;
            if (PublishedRules.isOne(rule)) {
                copies.add(new PublishedRule(position, rule.raw()));
            }
        }
        return copies;
    }

    /** The first foreign rule that stands before a jump of a guard, as printed, and whose it is where that can be told; empty: none. */
    public String before(Chains of) {
        List<Rule> builtIn = chain(of.builtIn());
        boolean jumps = builtIn.stream().anyMatch(rule -> rule.jumpsTo(of.guard()));
        boolean first = own(of).jumpsFirst();
        return jumps && !first
                ? builtIn.stream()
                        .filter(rule -> !Chains.isOwnJump(rule))
                        .findFirst()
                        .map(rule -> rule.raw()
                                + Neighbour.of(rule.raw())
                                        .map(name -> " (" + name + ")")
                                        .orElse(""))
                        .orElse("")
                : "";
    }

    /** Foreign rules, but for copies of the published ones, that change lists of the match recent: "CHAIN RULE". */
    public List<String> counting() {
        return rules.stream()
                .filter(rule -> !isOwn(rule) && !PublishedRules.isOne(rule) && PublishedRules.counts(rule))
                .map(Rule::described)
                .limit(MOST_COUNTING)
                .toList();
    }

    /**
     * Why this iptables does not show the rules as they are; empty when nothing speaks against it. A newer iptables' rules
     * are printed as "[unsupported revision]", or without their port: what is read so must never be written back.
     */
    public Optional<String> distortion() {
        return rules.stream()
                .filter(rule -> rule.raw().contains("[unsupported revision]")
                        || (Chains.isOwnJump(rule) && !rule.canonical().contains("--dport ")))
                .findFirst()
                .map(rule -> "this iptables cannot show a rule as it is (another version wrote it): " + rule.chain()
                        + " " + rule.raw());
    }

    /** All rules that are not the guard's and no experiment's, as printed: what must be the same afterwards. */
    public List<String> foreign() {
        return rules.stream().filter(rule -> !isOwn(rule)).map(Rule::described).toList();
    }

    private static boolean isOwn(Rule rule) {
        return Chains.isOwn(rule.chain()) || ScratchChain.isOne(rule.chain()) || Chains.isOwnJump(rule);
    }
}
