package vzguard.agent.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import vzguard.agent.model.Family;
import vzguard.agent.model.Place;

/**
 * iptables 1.8 comes twice, as legacy and as nft, for two sets of tables in the kernel: each program shows its own only, packets
 * pass both, and the lists of the match recent are the same ones (guard.md 3.9: a guard in both at once lets one connection
 * in where it should let two). Pure.
 */
public final class Backends {
    /** Before the table of another backend, followed by its name. */
    public static final String MARK = "# backend ";

    private static final String LEGACY = "legacy";
    private static final String NFT = "nft";
    private static final Pattern LIST = Pattern.compile("--name (\\S+)");
    private static final int MOST = 20;

    private Backends() {}

    /** The backend that this iptables does not show; empty for those before 1.8, which say none. */
    public static Optional<String> other(String version) {
        return version.contains("(nf_tables)")
                ? Optional.of(LEGACY)
                : version.contains("(legacy)") ? Optional.of(NFT) : Optional.empty();
    }

    /** Where the kernel lists the tables of iptables-legacy that exist. */
    public static String legacyTables(Family family) {
        return "/proc/net/" + (family == Family.V4 ? "ip" : "ip6") + "_tables_names";
    }

    /** @param legacyTables what {@link #legacyTables} holds */
    public static boolean mayHaveRules(String backend, Optional<String> legacyTables) {
        return !backend.equals(LEGACY)
                || legacyTables.stream()
                        .flatMap(String::lines)
                        .anyMatch(table -> table.strip().equals("filter"));
    }

    /**
     * Rules of the other backend that matter to a guard: "PROGRAM -A CHAIN RULE".
     *
     * @param saved a table under its {@link #MARK}; empty when there is none
     */
    public static List<String> elsewhere(Place site, Family family, String saved) {
        if (!saved.startsWith(MARK)) {
            return List.of();
        }
        String backend =
                saved.lines().findFirst().orElseThrow().substring(MARK.length()).strip();
        Chains chains = Chains.of(site);
        SavedFilter filter = SavedFilter.parse(saved);
        List<String> rules = new ArrayList<>();
        if (!filter.chain(chains.guard()).isEmpty()) {
            filter.own(chains).jumps().forEach(jump -> rules.add(chains.builtIn() + " " + jump));
        }
        if (!site.edge()) {
            filter.own(chains).copies().forEach(copy -> rules.add(GuardRules.BUILT_IN + " " + copy.words()));
            rules.addAll(filter.counting());
        }
        String program = family.program() + "-" + backend;
        return rules.stream().limit(MOST).map(rule -> program + " -A " + rule).toList();
    }

    /**
     * The first of these rules that would make connections count twice.
     *
     * @param lists names of the guard's lists
     */
    public static Optional<String> doubling(List<String> elsewhere, List<String> lists) {
        return elsewhere.stream()
                .filter(rule -> isOwn(rule) || !shared(rule, lists).isEmpty())
                .findFirst();
    }

    /** Lists that a rule names, of these. */
    public static List<String> shared(String rule, List<String> lists) {
        return LIST.matcher(rule)
                .results()
                .map(name -> name.group(1))
                .filter(lists::contains)
                .distinct()
                .toList();
    }

    /** Whether a rule of the other backend jumps to a guard there. */
    public static boolean isOwn(String elsewhere) {
        return Chains.isOwn(elsewhere.substring(elsewhere.lastIndexOf(' ') + 1));
    }

    /** A rule of the other backend, for people. */
    public static String describe(Place place, String rule) {
        return (isOwn(rule)
                        ? "the guard of " + place.describe()
                        : "a rule that counts into the lists of " + place.describe())
                + " stands in the tables of " + program(rule) + ", which the iptables in use does not show: "
                + rule.substring(rule.indexOf(' ') + 1);
    }

    public static String cure(String rule) {
        return "let " + program(rule).replaceFirst("-.*", "") + " be " + program(rule)
                + " again (update-alternatives), or delete the rule by " + program(rule) + " -D";
    }

    private static String program(String rule) {
        return rule.substring(0, rule.indexOf(' '));
    }
}
