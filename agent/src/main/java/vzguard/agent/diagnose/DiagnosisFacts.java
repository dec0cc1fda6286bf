package vzguard.agent.diagnose;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import vzguard.agent.dialect.Dialect;
import vzguard.agent.dialect.IptablesVersion;
import vzguard.agent.model.Evidence;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Place;
import vzguard.agent.model.VeSnapshot;
import vzguard.policy.SshGuard;
import vzguard.policy.SshGuard.Placement;

/**
 * What a diagnosis rests on.
 *
 * @param host with the VE, if the place is one
 * @param applied settings that this agent last applied to the place; empty: none that it knows of
 * @param lsmod the lines that matter, as evidence
 * @param lock the lock file of the VE, if a living process holds it
 * @param raw tables raw of the place, where rules there want a state
 * @param signs what else was looked at for this
 */
public record DiagnosisFacts(
        Place place,
        HostSnapshot host,
        Optional<SshGuard> applied,
        Evidence lsmod,
        Optional<Evidence> lock,
        Map<Family, String> raw,
        Signs signs) {

    Optional<VeSnapshot> ve() {
        return place.ctid().flatMap(host::ve);
    }

    /** Where a guard of the place is. */
    Place site(GuardSeen guard) {
        return guard.placement() == Placement.EDGE ? Place.edge(place.ctid().orElseThrow()) : place;
    }

    /** Whether a site has a family at all: the edge of a VE where the host knows an address of it. */
    boolean has(Family family, Place site) {
        Dialect dialect = Dialect.of(host);
        IptablesVersion there = site.inside().isPresent()
                ? IptablesVersion.of(ve().map(ve -> ve.inside().iptables()).orElse(""))
                : dialect.iptables();
        if (family == Family.V6 && !dialect.guardsIpv6(there)) {
            return false;
        }
        return ve().map(ve -> site.edge()
                        ? !ve.addresses(family).isEmpty()
                        : family == Family.V4 || ve.inside().ipv6())
                .orElse(true);
    }

    /** The VE is guarded at its edge and not inside: neither its state nor what it may use matters. */
    boolean atEdgeAlone() {
        return applied.filter(settings -> settings.placement().contains(Placement.EDGE)
                        && !settings.placement().contains(Placement.VE))
                .isPresent();
    }

    /** Those that are to be there, as far as that is known. */
    List<GuardSeen> guards() {
        return place.sites().stream()
                .filter(site -> applied.map(settings -> settings.placement().contains(site.placement()))
                        .orElse(!site.edge()))
                .flatMap(site -> host.at(site).stream())
                .toList();
    }
}
