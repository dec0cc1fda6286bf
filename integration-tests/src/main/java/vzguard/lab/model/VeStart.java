package vzguard.lab.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a VE is started with; all of it holds until the next start.
 *
 * @param mask what the VE may use of the host's netfilter
 * @param hostname the VE's own name; empty when its configuration has none
 * @param modules what was loaded on the host then: old kernels set a VE's tables and connection tracking up only now
 * @param mostRules the limit of {@code numiptent}: more rules than that are refused as out of memory (facts.md 7.14)
 */
public record VeStart(NetfilterMask mask, Optional<String> hostname, List<String> modules, OptionalLong mostRules) {
    /** With as many rules as it likes. */
    public VeStart(NetfilterMask mask, Optional<String> hostname, List<String> modules) {
        this(mask, hostname, modules, OptionalLong.empty());
    }

    public VeStart {
        modules = List.copyOf(modules);
    }
}
