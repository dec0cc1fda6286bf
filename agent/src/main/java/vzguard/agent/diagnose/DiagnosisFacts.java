package vzguard.agent.diagnose;

import java.util.List;
import java.util.Optional;
import vzguard.agent.model.Evidence;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Place;
import vzguard.agent.model.VeSnapshot;
import vzguard.policy.SshGuard;

/**
 * What a diagnosis rests on.
 *
 * @param host with the VE, if the place is one
 * @param applied settings that this agent last applied to the place; empty: none that it knows of
 * @param lsmod the lines that matter, as evidence
 * @param lock the lock file of the VE, if a living process holds it
 * @param hostConntrackOff the module option that switches connection tracking off on the host, if it is set
 */
public record DiagnosisFacts(
        Place place,
        HostSnapshot host,
        Optional<SshGuard> applied,
        Evidence lsmod,
        Optional<Evidence> lock,
        Optional<Evidence> hostConntrackOff) {

    Optional<VeSnapshot> ve() {
        return place.ctid().flatMap(host::ve);
    }

    List<GuardSeen> guards() {
        return place.ctid().isEmpty()
                ? host.guards()
                : ve().map(ve -> ve.inside().guards()).orElse(List.of());
    }
}
