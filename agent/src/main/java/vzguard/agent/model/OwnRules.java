package vzguard.agent.model;

import java.util.List;

/**
 * The guard's own chain and the jumps to it, in canonical form, so that two are equal when they mean the same.
 *
 * @param chainPresent the chain exists
 * @param chain its rules, without the chain's name, in order
 * @param jumps what the built-in chain sends to it: conditions only, in order
 * @param jumpsFirst nothing foreign stands before or between the jumps
 */
public record OwnRules(boolean chainPresent, List<String> chain, List<String> jumps, boolean jumpsFirst) {
    /** No chain, no jump. */
    public static final OwnRules NONE = new OwnRules(false, List.of(), List.of(), true);

    public OwnRules {
        chain = List.copyOf(chain);
        jumps = List.copyOf(jumps);
    }

    /** A guard as it should be. */
    public static OwnRules wanted(List<String> chain, List<String> jumps) {
        return new OwnRules(true, chain, jumps, true);
    }

    /** SHA-256 (hex) over the rules; empty when there are none. */
    public String digest() {
        return equals(NONE)
                ? ""
                : Digests.sha256(chainPresent + "\n" + jumpsFirst, String.join("\n", chain), String.join("\n", jumps));
    }
}
