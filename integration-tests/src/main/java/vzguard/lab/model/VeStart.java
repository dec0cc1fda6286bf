package vzguard.lab.model;

import java.util.List;
import java.util.Optional;

/**
 * What a VE is started with; all of it holds until the next start.
 *
 * @param mask what the VE may use of the host's netfilter
 * @param hostname the VE's own name; empty when its configuration has none
 * @param modules what was loaded on the host then: old kernels set a VE's tables and connection tracking up only now
 */
public record VeStart(NetfilterMask mask, Optional<String> hostname, List<String> modules) {
    public VeStart {
        modules = List.copyOf(modules);
    }
}
