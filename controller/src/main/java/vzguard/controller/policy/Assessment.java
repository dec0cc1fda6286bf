package vzguard.controller.policy;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import vzguard.controller.fleet.Host;
import vzguard.policy.SshGuard;
import vzguard.policy.SshGuard.Placement;
import vzguard.v1.GuardFact;
import vzguard.v1.GuardState;
import vzguard.v1.VeFacts;
import vzguard.v1.VeState;
import vzguard.values.Ctid;

/** What policies mean for hosts and VEs, given the facts. Pure. */
public final class Assessment {
    private static final Set<Integer> IPV4 = Set.of(4);
    private static final Set<Integer> IPV6 = Set.of(6);
    private static final Set<Integer> BOTH = Set.of(4, 6);

    private Assessment() {}

    /** The policy whose selector takes the VE: where several do that of the greatest precedence, then the newest. */
    public static Optional<Revision> policyFor(List<Revision> policies, Host host, Ctid ctid) {
        return policyFor(selecting(policies, host), ctid);
    }

    /** Of policies that {@link #selecting select} its host. */
    public static Optional<Revision> policyFor(List<Revision> selecting, Ctid ctid) {
        return selecting.stream()
                .filter(revision -> revision.policy().selector().ves().contains(ctid))
                .findFirst();
    }

    /** The policies that take this host, that of the greatest precedence first, then the newest. */
    public static List<Revision> selecting(List<Revision> policies, Host host) {
        return policies.stream()
                .filter(revision -> selects(revision, host))
                .sorted(Comparator.comparing(
                                (Revision revision) -> revision.policy().precedence())
                        .thenComparing(Revision::createdAt)
                        .reversed())
                .toList();
    }

    /** The policy takes this host. */
    public static boolean selects(Revision revision, Host host) {
        return revision.policy().selector().hosts().matches(host.name(), host.labels());
    }

    /** The VE runs, and a guard of its own or at the host's edge is in place in every family that its policy asks for. */
    public static boolean isGuarded(VeFacts facts, Optional<Revision> policy) {
        if (facts.getState() != VeState.VE_STATE_RUNNING) {
            return false;
        }
        boolean ipv6 =
                policy.map(revision -> revision.policy().sshGuard().ipv6()).orElse(true);
        return isInPlace(facts, vzguard.v1.Placement.PLACEMENT_VE, ipv6 && !facts.getNoIpv6() ? BOTH : IPV4)
                || isInPlace(facts, vzguard.v1.Placement.PLACEMENT_EDGE, atEdge(facts, ipv6));
    }

    /** Those in which the host knows an address of the VE: only these can be guarded there. */
    private static Set<Integer> atEdge(VeFacts facts, boolean ipv6) {
        boolean has6 = facts.getAddressesList().stream().anyMatch(address -> address.indexOf(':') >= 0);
        boolean has4 = facts.getAddressesList().stream().anyMatch(address -> address.indexOf('.') >= 0);
        return ipv6 && has6 ? (has4 ? BOTH : IPV6) : IPV4;
    }

    private static boolean isInPlace(VeFacts facts, vzguard.v1.Placement placement, Set<Integer> families) {
        return families.stream()
                .allMatch(family -> facts.getGuardsList().stream()
                        .anyMatch(guard -> guard.getPlacement() == placement
                                && guard.getFamily() == family
                                && guard.getState() == GuardState.GUARD_STATE_IN_PLACE));
    }

    /** A guard that was applied to the running VE is not as it was applied. */
    public static boolean isDrifted(VeFacts facts, Host host, Optional<Revision> policy) {
        if (facts.getState() != VeState.VE_STATE_RUNNING) {
            return false;
        }
        boolean changed = facts.getGuardsList().stream()
                .map(GuardFact::getState)
                .anyMatch(GuardState.GUARD_STATE_DRIFTED::equals);
        boolean gone = policy.map(revision -> revision.policy().sshGuard())
                        .filter(Assessment::guardsVes)
                        .isPresent()
                && host.applied(facts.getCtid()).containsKey(policy.get().name())
                && !isGuarded(facts, policy);
        return changed || gone;
    }

    private static boolean guardsVes(SshGuard guard) {
        return guard.placement().contains(Placement.VE) || guard.placement().contains(Placement.EDGE);
    }
}
