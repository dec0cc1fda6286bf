package vzguard.agent.model;

import java.util.List;
import java.util.Optional;

/**
 * The guard's own chains and the jumps to them, in canonical form, so that two are equal when they mean the same.
 *
 * @param chainPresent the chain exists
 * @param chain its rules, without the chain's name, in order
 * @param ban rules of the chain in which bans begin; empty: there is no such chain
 * @param jumps what the built-in chain sends to it: conditions only, in order
 * @param jumpsFirst nothing foreign stands before or between the jumps
 * @param copies of the published rules that stand beside the guard; none in a guard as it should be
 */
public record OwnRules(
        boolean chainPresent,
        List<String> chain,
        Optional<List<String>> ban,
        List<String> jumps,
        boolean jumpsFirst,
        List<PublishedRule> copies) {
    /** No chain, no jump. */
    public static final OwnRules NONE = new OwnRules(false, List.of(), Optional.empty(), List.of(), true, List.of());

    public OwnRules {
        chain = List.copyOf(chain);
        ban = ban.map(List::copyOf);
        jumps = List.copyOf(jumps);
        copies = List.copyOf(copies);
    }

    /** A guard as it should be. */
    public static OwnRules wanted(List<String> chain, Optional<List<String>> ban, List<String> jumps) {
        return new OwnRules(true, chain, ban, jumps, true, List.of());
    }

    /** Whether connections are counted by the copies too: these are about port 22. */
    public boolean countsTwice() {
        return !copies.isEmpty() && jumps.stream().anyMatch(jump -> jump.contains(" --dport 22 "));
    }

    /** The same with copies beside it. */
    public OwnRules with(List<PublishedRule> others) {
        return new OwnRules(chainPresent, chain, ban, jumps, jumpsFirst, others);
    }

    /** The same without the copies, which are not the guard's. */
    public OwnRules withoutCopies() {
        return with(List.of());
    }

    /** SHA-256 (hex) over the rules; empty when there are none. */
    public String digest() {
        return equals(NONE)
                ? ""
                : Digests.sha256(
                        chainPresent + "\n" + jumpsFirst,
                        String.join("\n", chain),
                        ban.map(rules -> String.join("\n", rules)).orElse("none"),
                        String.join("\n", jumps),
                        copies.toString());
    }
}
