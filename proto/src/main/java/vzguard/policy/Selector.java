package vzguard.policy;

import vzguard.values.CtidRanges;

/**
 * Which hosts and which of their VEs.
 *
 * @param hosts terms that a host must meet, all of them; none: every host
 * @param ves which of their VEs
 */
public record Selector(HostTerms hosts, CtidRanges ves) {}
