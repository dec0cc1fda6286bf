package vzguard.agent.model;

import java.util.List;
import java.util.Optional;
import vzguard.agent.boot.BootLayout;
import vzguard.policy.SshGuard.Placement;
import vzguard.values.Ctid;

/**
 * Where a guard is: the host itself, one VE, or the edge of one VE, which is the host's FORWARD chain. What is asked for is
 * asked for a {@link #target}, the host or a VE; a VE's guards are in one or both of its {@link #sites}.
 *
 * @param ctid the VE that it concerns; empty: the host itself
 * @param edge rules, files and lists are the host's, though they concern the VE
 */
public record Place(Optional<Ctid> ctid, boolean edge) {
    public static final Place HOST = new Place(Optional.empty(), false);

    public static Place of(Ctid ctid) {
        return target(Optional.of(ctid));
    }

    /** The edge of a VE. */
    public static Place edge(Ctid ctid) {
        return new Place(Optional.of(ctid), true);
    }

    /** @param ctid the VE; empty: the host itself */
    public static Place target(Optional<Ctid> ctid) {
        return new Place(ctid, false);
    }

    /** The host, or the VE that this concerns. */
    public Place target() {
        return target(ctid);
    }

    /** Where the guards of this target can be; of an edge, only itself. */
    public List<Place> sites() {
        return edge || ctid.isEmpty() ? List.of(this) : List.of(this, edge(ctid.get()));
    }

    /** The VE in which programs are run; empty: they are run on the host. */
    public Optional<Ctid> inside() {
        return edge ? Optional.empty() : ctid;
    }

    public Placement placement() {
        return edge ? Placement.EDGE : ctid.isPresent() ? Placement.VE : Placement.HOST;
    }

    /** The own file from which the guard of a family is loaded. */
    public String rulesFile(Family family) {
        return edge ? BootLayout.edgeRules(ctid.orElseThrow(), family.number()) : BootLayout.rules(family.number());
    }

    /** "the host", "VE 101" or "the edge of VE 101". */
    public String describe() {
        return (edge ? "the edge of " : "") + ctid.map(id -> "VE " + id).orElse("the host");
    }
}
