package vzguard.agent.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import vzguard.agent.model.OwnRules;

/**
 * The filter table as {@code iptables-save} prints it, or as a stored file would make it.
 *
 * @param chains names, sorted
 * @param rules in order
 */
public record SavedFilter(Set<String> chains, List<Rule> rules) {
    public SavedFilter {
        chains = java.util.Collections.unmodifiableSet(new TreeSet<>(chains));
        rules = List.copyOf(rules);
    }

    /**
     * One rule.
     *
     * @param raw its words after the chain, as printed
     * @param canonical the same in {@link RuleText#canonical} form
     */
    public record Rule(String chain, String raw, String canonical) {
        boolean jumpsTo(String target) {
            return canonical.equals("-j " + target) || canonical.endsWith(" -j " + target);
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
        int inserted = 0;
        for (String line : text.lines().map(String::strip).toList()) {
            if (line.startsWith("*")) {
                filter = line.equals("*filter");
            } else if (filter && line.startsWith(":")) {
                chains.add(line.substring(1).split(" ", 2)[0]);
            } else if (filter) {
                String plain = line.replaceFirst("^\\[\\d+:\\d+]\\s*", "");
                if (plain.startsWith("-A ")) {
                    rules.add(rule(plain.substring(3)));
                } else if (plain.startsWith("-I ")) {
                    rules.add(inserted++, rule(plain.substring(3).replaceFirst("^(\\S+) 1 ", "$1 ")));
                }
            }
        }
        return new SavedFilter(chains, rules);
    }

    private static Rule rule(String text) {
        int blank = text.indexOf(' ');
        String chain = blank < 0 ? text : text.substring(0, blank);
        String raw = blank < 0 ? "" : text.substring(blank + 1).strip();
        return new Rule(chain, raw, RuleText.canonical(raw));
    }

    /** Rules of one chain, in order. */
    public List<Rule> chain(String name) {
        return rules.stream().filter(rule -> rule.chain().equals(name)).toList();
    }

    /** The guard's own part of the table. */
    public OwnRules own() {
        List<Rule> input = chain(GuardRules.BUILT_IN);
        List<Rule> jumps =
                input.stream().filter(rule -> rule.jumpsTo(GuardRules.CHAIN)).toList();
        boolean present = chains.contains(GuardRules.CHAIN);
        boolean first = input.subList(0, jumps.size()).equals(jumps);
        return new OwnRules(
                present,
                chain(GuardRules.CHAIN).stream().map(Rule::canonical).toList(),
                jumps.stream().map(Rule::canonical).toList(),
                first);
    }

    /** All rules that are not the guard's and no experiment's, as printed: what must be the same afterwards. */
    public List<String> foreign() {
        return rules.stream()
                .filter(rule -> !rule.chain().equals(GuardRules.CHAIN)
                        && !ScratchChain.isOne(rule.chain())
                        && !(rule.chain().equals(GuardRules.BUILT_IN) && rule.jumpsTo(GuardRules.CHAIN)))
                .map(rule -> rule.chain() + " " + rule.canonical())
                .toList();
    }
}
