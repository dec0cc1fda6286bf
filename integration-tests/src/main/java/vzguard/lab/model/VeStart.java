package vzguard.lab.model;

import java.util.Optional;

/**
 * What a VE is started with; all of it holds until the next start.
 *
 * @param mask what the VE may use of the host's netfilter
 * @param hostname the VE's own name; empty when its configuration has none
 */
public record VeStart(NetfilterMask mask, Optional<String> hostname) {}
